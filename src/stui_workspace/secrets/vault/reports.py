"""What looking into a vault, checking and merging it found: for people, without any value."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from stui_workspace.model.records import dataclass, field
from stui_workspace.secrets.vault.keys import SlotKind


@dataclass(frozen=True, slots=True)
class SlotLook:
    """One of the keys that open a vault."""

    id: str
    kind: SlotKind
    label: str
    """What somebody called it: text from a file, not yet safe to show."""
    cost: str
    """How its key is derived: `argon2id:65536:3:4`, `hkdf`."""


@dataclass(frozen=True, slots=True)
class Look:
    """What can be told of a vault without any key. Nothing of it is proven."""

    id: str
    generation: int
    slots: tuple[SlotLook, ...]
    records_count: int
    """Those that were removed are still counted: what they were is sealed."""

    def has(self, kind: SlotKind) -> bool:
        """Whether a key of that kind can open it."""
        return any(slot.kind is kind for slot in self.slots)


@dataclass(frozen=True, slots=True)
class Report:
    """What checking all of a vault found."""

    names_count: int
    removed_count: int
    """Secrets that are remembered as removed, so that no old copy brings them back."""
    conflicts: tuple[str, ...]
    """Names under which a second value waits for a person."""
    problems: tuple[str, ...] = ()
    """One clause each; empty where all is well."""
    notes: tuple[str, ...] = ()
    """What is worth knowing, though nothing is wrong."""

    @property
    def is_good(self) -> bool:
        return not self.problems


class Outcome(StrEnum):
    """What came of one copy."""

    MERGED = "merged"
    """What it had is in the vault now."""
    NOTHING_NEW = "nothing new"
    OLDER_KEY = "under an older key"
    """It was written before the vault got a new key: nothing was replaced by what it has."""
    NOT_OURS = "another vault"
    UNOPENED = "not opened"
    """None of the keys opens it."""
    REFUSED = "refused"
    """It is damaged or was tampered with."""


@dataclass(frozen=True, slots=True)
class CopyReport:
    """What came of one copy, and why."""

    path: Path
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two values of one secret, neither of them newer."""

    name: str
    kept_as: str
    """The name that the second value has now."""


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What merging copies changed."""

    copies: tuple[CopyReport, ...] = ()
    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    revived: tuple[str, ...] = ()
    """Removed in one copy, changed in the other: the value stays."""
    slots_added: tuple[str, ...] = ()
    """Labels."""
    slots_removed: tuple[str, ...] = ()
    slots_kept: tuple[str, ...] = ()
    """Removed in one copy, but no other slot would be left."""
    has_new_key: bool = False
    """Whether the vault took over the newer data key of a copy."""

    @property
    def is_complete(self) -> bool:
        """Whether every copy was read: only then can they be thrown away."""
        fine = (Outcome.MERGED, Outcome.NOTHING_NEW, Outcome.OLDER_KEY)
        return all(copy.outcome in fine for copy in self.copies)


@dataclass(frozen=True, slots=True)
class RekeyReport:
    """What became of the slots under the new key."""

    kept: tuple[SlotLook, ...]
    dropped: tuple[SlotLook, ...] = field(default=())
    """Their keys were not given: they open the vault no more."""
