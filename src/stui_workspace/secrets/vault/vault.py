"""An unlocked vault.

What is read comes from the state that was read last (`refresh` reads anew). What is written is
written into the state that the file has at that moment, under its lock: two programs that write at
once lose nothing of each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.model.records import replace
from stui_workspace.model.references import is_secret_name
from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.store import Missing
from stui_workspace.secrets.vault.checking import report_of
from stui_workspace.secrets.vault.contents import Contents
from stui_workspace.secrets.vault.copies import OpenedCopies, opened_copies
from stui_workspace.secrets.vault.entries import EDIT_BYTES, Entry
from stui_workspace.secrets.vault.format import (
    MOST_COUNTED,
    MOST_PASSPHRASES,
    MOST_SLOTS,
    Slot,
)
from stui_workspace.secrets.vault.holding import Holding
from stui_workspace.secrets.vault.joining import is_same, joined
from stui_workspace.secrets.vault.keys import DataKey, Key, NewKey, Passphrase, SlotKind
from stui_workspace.secrets.vault.memory import (
    remember_if_possible,
    remembered_of,
)
from stui_workspace.secrets.vault.places import Tools, VaultPlace
from stui_workspace.secrets.vault.rekeying import rekeyed
from stui_workspace.secrets.vault.reports import MergeReport, RekeyReport, Report, SlotLook
from stui_workspace.secrets.vault.slots import Wrapping, new_slot, open_slots, wrong
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import Write


class Vault:
    """All that can be done with a vault once it is unlocked. `unlock` makes one.

    Every method that writes raises, besides what it says itself:

    * WrongKeyError: the vault was given a new key meanwhile; unlock again.
    * TamperedError, RolledBackError: the file is not to be believed any more.
    * VaultFullError, VaultBusyError, DiskError: it was not written, and is as it was.
    """

    def __init__(self, place: VaultPlace, tools: Tools, contents: Contents, content: bytes) -> None:
        self._holding = Holding(place, tools, contents, content)

    @property
    def place(self) -> VaultPlace:
        """Where it is."""
        return self._holding.place

    @property
    def _tools(self) -> Tools:
        return self._holding.tools

    @property
    def _contents(self) -> Contents:
        return self._holding.contents

    @property
    def id(self) -> str:
        """32 hex digits: the same for all copies, for ever."""
        return self._contents.header.vault

    @property
    def generation(self) -> int:
        """How often it was written."""
        return self._contents.generation

    @property
    def data_key(self) -> DataKey:
        """What an agent holds."""
        return self._contents.keys.data

    def slots(self) -> tuple[SlotLook, ...]:
        """The keys that open it."""
        return tuple(slot.look() for slot in self._contents.slots)

    def names(self) -> tuple[str, ...]:
        """The names of all secrets in it, sorted.

        Raises:
            TamperedError: A record was made by somebody with the key, and wrongly.
        """
        return tuple(name for name, entry in self._contents.entries().items() if entry.is_live)

    def get(self, name: str) -> Envelope | Missing:
        """The secret of that name.

        Raises:
            TamperedError: Its record was made by somebody with the key, and wrongly.
        """
        entry = self._contents.entry(name) if is_secret_name(name) else None
        return Missing() if entry is None or entry.envelope is None else entry.envelope

    def refresh(self) -> None:
        """Read the file anew.

        Raises:
            NoVaultError: It is gone.
            VaultError: As for `unlock`.
            DiskError: It cannot be read.
        """
        self._holding.take(self._holding.file())
        remember_if_possible(self.place, self._tools, self._holding.seen)

    def put(self, name: str, envelope: Envelope) -> None:
        """Keep a secret.

        Raises:
            UsageError: It cannot be called so.
        """
        if not is_secret_name(name):
            raise UsageError("that is no name of a secret", "such as `orders/image`")
        self._holding.change(lambda found, device: self._with(found, name, envelope, device))

    def remove(self, name: str) -> bool:
        """Forget a secret, and remember that it was removed. False where there was none."""
        was_there: list[bool] = []

        def change(found: Contents, device: str) -> Contents:
            entry = found.entry(name) if is_secret_name(name) else None
            was_there[:] = [entry is not None and entry.is_live]
            return self._with(found, name, None, device) if was_there[0] else found

        self._holding.change(change)
        return was_there[0]

    def rename(self, old: str, new: str) -> None:
        """Call a secret otherwise.

        Raises:
            NotFoundError: There is none of the old name.
            UsageError: There is one of the new name, or it cannot be called so.
        """
        if not is_secret_name(new):
            raise UsageError("that is no name of a secret", "such as `orders/image`")

        def change(found: Contents, device: str) -> Contents:
            entry = found.entry(old) if is_secret_name(old) else None
            taken = found.entry(new)
            if entry is None or entry.envelope is None:
                raise NotFoundError("secret", old, "`stui secret ls` shows what there is")
            if taken is not None and taken.is_live:
                raise UsageError(f"there is a secret `{new}` already", "remove that first")
            return self._with(self._with(found, new, entry.envelope, device), old, None, device)

        self._holding.change(change)

    def add_slot(self, key: NewKey, label: str) -> SlotLook:
        """Let another key open it.

        Raises:
            UsageError: There are as many as there can be, or the label cannot be kept.
        """
        slot = new_slot(self._contents.header, self.data_key, key, label, self._wrapping)
        self._holding.change(lambda found, _device: _with_slot(found, slot))
        return slot.look()

    def remove_slot(self, slot: str) -> SlotLook:
        """Let one key open it no more. Copies that were made before still open with it.

        Raises:
            NotFoundError: There is no such slot.
            UsageError: It is the last one.
        """
        gone: list[Slot] = []

        def change(found: Contents, _device: str) -> Contents:
            gone[:] = [one for one in found.slots if one.id == slot]
            left = tuple(one for one in found.slots if one.id != slot)
            if not gone:
                raise NotFoundError("slot", slot, "`stui vault slot ls` shows them")
            if not left:
                raise UsageError(
                    "it is the last slot", "add another key first, or nothing opens it"
                )
            return found.with_slots(left, (slot,))

        self._holding.change(change)
        return gone[0].look()

    def change_passphrase(self, old: Passphrase, new: Passphrase) -> SlotLook:
        """Let a new passphrase open it in the place of an old one.

        Copies that were made before still open with the old one, and with what was in them; `rekey`
        and new values for the secrets help where somebody else knows it.

        Raises:
            WrongKeyError: The old one opens no slot.
        """
        header = self._contents.header
        found = open_slots(header, self._contents.slots, old)
        if found is None:
            raise wrong(old.kind)
        before = found[0]
        slot = new_slot(header, self.data_key, new, before.label, self._wrapping)

        def change(now: Contents, _device: str) -> Contents:
            left = tuple(one for one in now.slots if one.id != before.id)
            return _with_slot(replace(now, slots=left), slot).with_slots(
                (*left, slot), (before.id,)
            )

        self._holding.change(change)
        return slot.look()

    def rekey(self, keys: Sequence[NewKey]) -> RekeyReport:
        """Seal everything anew under a new data key, and say which slots it has now.

        Args:
            keys: Those that are to go on opening it. Slots of others are dropped.

        Raises:
            WrongKeyError: One of them opens no slot, or none is given.
        """
        reports: list[RekeyReport] = []

        def change(found: Contents, _device: str) -> Contents:
            later, report = rekeyed(found, keys, self._wrapping)
            reports[:] = [report]
            return later

        self._holding.change(change)
        return reports[0]

    def verify(self) -> Report:
        """Open everything in it, as it is in the file now, and say what was found."""
        self.refresh()
        return report_of(self._contents, self.place, self._tools)

    def merge(
        self, copies: Sequence[Path], others: Sequence[Key] = (), *, accept_rollback: bool = False
    ) -> MergeReport:
        """Take in what copies have that this has not. The copies stay where they are.

        Args:
            copies: Files that sync tools or people made of this vault.
            others: Keys for copies from before it got its present data key.
            accept_rollback: Whether a result counts that lacks what this machine saw.

        Raises:
            RolledBackError: Even together they lack what this machine saw last.
        """
        opened = opened_copies(copies, self._contents, others, self._tools)
        reports: list[MergeReport] = []

        def change(found: Contents, _device: str) -> Contents:
            if not accept_rollback:
                self._check_together(found, opened)
            result = joined(found, [one for one, _ in opened.contents], self._tools.chance)
            copies_found = opened.reports(found, result.contents.header)
            reports[:] = [replace(result.report, copies=copies_found)]
            return found if is_same(found, result.contents) else result.contents

        self._holding.change(change, is_merging=True)
        return reports[0]

    def backup(self, path: Path) -> None:
        """Write a copy, encrypted as it is, to a file that is not there yet.

        Raises:
            DiskError: There is a file already, or the disk refused.
        """
        content = self._holding.file()
        self._holding.take(content)
        with explained(path):
            self._tools.fs.write(path, content, Write.NEW)

    @property
    def _wrapping(self) -> Wrapping:
        return Wrapping(self._tools.kdf, self._tools.chance)

    def _with(self, found: Contents, name: str, envelope: Envelope | None, device: str) -> Contents:
        """The contents with a new state of one secret."""
        old = found.entry(name)
        revision = 1 if old is None else min(old.revision + 1, MOST_COUNTED)
        edit, now = self._tools.chance(EDIT_BYTES), self._tools.clock()
        entry = Entry(name, envelope, revision, device, edit, at=now)
        return found.with_entry(entry if old is None else entry.after(old), self._tools.chance)

    def _check_together(self, found: Contents, opened: OpenedCopies) -> None:
        remembered = remembered_of(self.place, self._tools)
        problem = opened.objection(found, self._holding.content, remembered)
        if problem is not None:
            raise problem


def _with_slot(found: Contents, slot: Slot) -> Contents:
    passphrases_count = sum(one.kind is SlotKind.PASSPHRASE for one in (*found.slots, slot))
    if len(found.slots) >= MOST_SLOTS or passphrases_count > MOST_PASSPHRASES:
        raise UsageError(
            f"a vault has {MOST_SLOTS} slots at the most, {MOST_PASSPHRASES} for passphrases",
            "remove one first",
        )
    return found.with_slots((*found.slots, slot))
