"""Merging whole vaults: their secrets, their slots, and what each machine wrote.

The rules for slots: under one data key, all slots of both, but none that either of them removed;
unless that would leave none, when those stay that are still in one of them. Under two data keys,
the vault that got a new one more often is what remains, with its slots alone: a slot of the other
wraps a key that is out of use. Of two that got a new one equally often, the machines agree by the
commitments.
"""

from __future__ import annotations

from collections.abc import Sequence

from stui_workspace.model.records import dataclass, replace
from stui_workspace.secrets.vault.contents import Chance, Contents
from stui_workspace.secrets.vault.errors import VaultFullError
from stui_workspace.secrets.vault.format import MOST_PASSPHRASES, MOST_SLOTS, SUBJECT, Slot
from stui_workspace.secrets.vault.keys import SlotKind
from stui_workspace.secrets.vault.manifest import MOST_REMOVED
from stui_workspace.secrets.vault.merging import Merging
from stui_workspace.secrets.vault.reports import MergeReport


@dataclass(frozen=True, slots=True)
class Joined:
    """Vaults that were merged."""

    contents: Contents
    report: MergeReport


def joined(ours: Contents, copies: Sequence[Contents], chance: Chance) -> Joined:
    """All that is in any of them.

    Args:
        ours: The vault.
        copies: Others of the same id, under its data key or others of it.
        chance: Random bytes.

    Raises:
        VaultFullError: Together they are too many secrets, or slots.
    """
    before = ours.entries()
    frame = max((ours, *copies), key=_precedence)
    merging = Merging(frame.entries() if frame is not ours else dict(before))
    same = [one for one in (ours, *copies) if _is_of(one, frame)]
    for one in (ours, *copies):
        if one is frame:
            continue
        if _is_of(one, frame):
            merging.take_all(one.entries())
        else:
            merging.take_old(one.entries())
    contents, slots_kept = _with_slots(frame, same)
    contents = contents.with_entries(merging.entries, chance)
    for one in (ours, *copies):
        contents = replace(
            contents,
            generation=max(contents.generation, one.generation),
            writers=contents.writers.joined(one.writers),
        )
    report = _report(ours, contents, merging)
    return Joined(contents, replace(report, slots_kept=slots_kept))


def is_same(one: Contents, other: Contents) -> bool:
    """Whether two vaults hold the same, generation aside."""
    return (
        one.header == other.header
        and one.slots == other.slots
        and set(one.removed) == set(other.removed)
        and one.writers == other.writers
        and one.records == other.records
    )


def _precedence(contents: Contents) -> tuple[int, str]:
    return contents.header.epoch, contents.header.commitment


def _is_of(contents: Contents, frame: Contents) -> bool:
    return contents.header == frame.header


def _with_slots(frame: Contents, same: Sequence[Contents]) -> tuple[Contents, tuple[str, ...]]:
    """The frame with the slots of all under its key, and the labels of those that had to stay."""
    slots: dict[str, Slot] = {}
    removed: dict[str, None] = {}
    for one in same:
        slots |= {slot.id: slot for slot in one.slots}
        removed |= dict.fromkeys(one.removed)
    left = tuple(slot for slot in slots.values() if slot.id not in removed)
    kept: tuple[str, ...] = ()
    if not left:
        left = tuple(slots.values())
        kept = tuple(sorted(slot.label for slot in left))
    passphrases_count = sum(slot.kind is SlotKind.PASSPHRASE for slot in left)
    if len(left) > MOST_SLOTS or passphrases_count > MOST_PASSPHRASES:
        raise VaultFullError(
            SUBJECT,
            f"the copies have {len(left)} slots, {passphrases_count} of them for passphrases",
        )
    gone = tuple(sorted(set(removed) - {slot.id for slot in left}))[:MOST_REMOVED]
    slotted = tuple(sorted(left, key=lambda slot: slot.id))
    return replace(frame, slots=slotted, removed=gone), kept


def _report(ours: Contents, after: Contents, merging: Merging) -> MergeReport:
    """What changed, as it shows in the vault that was here."""
    old, new = ours.entries(), merging.entries
    was = {name for name, entry in old.items() if entry.is_live}
    now = {name for name, entry in new.items() if entry.is_live}
    beside = {one.kept_as for one in merging.conflicts}
    slots_before = {slot.id: slot.label for slot in ours.slots}
    slots_after = {slot.id: slot.label for slot in after.slots}
    return MergeReport(
        added=tuple(sorted(now - was - beside)),
        updated=tuple(sorted(one for one in was & now if not old[one].has_value_of(new[one]))),
        removed=tuple(sorted(was - now)),
        conflicts=tuple(merging.conflicts),
        revived=tuple(sorted(set(merging.revived) & now)),
        slots_added=_labels(slots_after, slots_before),
        slots_removed=_labels(slots_before, slots_after),
        has_new_key=ours.header != after.header,
    )


def _labels(these: dict[str, str], others: dict[str, str]) -> tuple[str, ...]:
    return tuple(sorted(label for slot, label in these.items() if slot not in others))
