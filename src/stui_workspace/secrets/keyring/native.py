"""Keeping a secret safely in a store that only knows how to overwrite.

macOS removes the old item before it adds the new one; when that fails there is neither. So the new
value first stands by in a spare item, read back and compared, until the item itself is in order.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Protocol

from stui_workspace.model.records import dataclass
from stui_workspace.secrets.keyring.items import DONE, MISSING, NOT_KEPT, USER, Item, Read, same
from stui_workspace.secrets.keyring.patience import Patience
from stui_workspace.secrets.store import Removed, Stored, Trouble, Unavailable


class Passwords(Protocol):
    """Passwords by service and user, as an operating system keeps them. Raises as it likes."""

    label: str

    def begin(self, patience: Patience) -> None:
        """Make ready for some calls."""

    def read(self, service: str, user: str) -> str | None:
        """The password; None where there is none."""

    def write(self, service: str, user: str, text: str) -> None:
        """Set it, and leave no copy of the one before."""

    def delete(self, service: str, user: str) -> bool:
        """Whether there was one; now there is none."""

    def trouble(self, error: Exception) -> Trouble:
        """What an exception of these calls means."""


@dataclass(frozen=True, slots=True)
class NativeItems:
    """Items over the passwords of macOS or Windows."""

    passwords: Passwords

    def look(self, _patience: Patience) -> str | Unavailable:
        """What it is called."""
        return self.passwords.label

    def read(self, item: Item, patience: Patience) -> Read:
        """The item, or the spare one where a writer died before its last step."""
        self.passwords.begin(patience)
        text = self._read(item.service)
        if text is None:
            text = self._read(item.spare)
        return MISSING if text is None else text

    def write(self, item: Item, text: str, patience: Patience) -> Stored:
        """Replace the item, by way of the spare one where there is something to lose."""
        self.passwords.begin(patience)
        old = self._read(item.service)
        if old is None:
            return self._write_first(item, text, patience)
        is_kept = False
        try:
            is_kept = self._keeps(item.spare, text)
        finally:
            if not is_kept:
                self._done(item)
        if not is_kept:
            return NOT_KEPT
        patience.check()
        is_kept = False
        try:
            is_kept = self._keeps(item.service, text)
        finally:
            if not is_kept:
                self._restore(item, old)
        return self._done(item) if is_kept else NOT_KEPT

    def remove(self, item: Item, patience: Patience) -> Removed:
        """Remove the spare one first: it must not stand in for what is removed."""
        self.passwords.begin(patience)
        removed = [self.passwords.delete(service, USER) for service in (item.spare, item.service)]
        if not any(removed):
            return MISSING
        if self._read(item.service) is not None or self._read(item.spare) is not None:
            return Unavailable("the keyring still has it")
        return DONE

    def read_foreign(self, service: str, user: str, patience: Patience) -> Read:
        """The text of an item of another program."""
        self.passwords.begin(patience)
        text = self.passwords.read(service, user)
        return MISSING if text is None else text

    def trouble(self, error: Exception) -> Trouble:
        """What an exception of the system's means."""
        return self.passwords.trouble(error)

    def _write_first(self, item: Item, text: str, patience: Patience) -> Stored:
        """Nothing is replaced; a spare one that is there is the old value until then."""
        patience.check()
        if not self._keeps(item.service, text):
            self.passwords.delete(item.service, USER)
            return NOT_KEPT
        return self._done(item)

    def _done(self, item: Item) -> Stored:
        """Take the spare one away; one that stays is a second copy, and no reason to fail."""
        with suppress(Exception):
            self.passwords.delete(item.spare, USER)
        return DONE

    def _restore(self, item: Item, old: str) -> None:
        """Have the old one back. Where even that fails the spare one is there, and is read."""
        if same(old, self._read(item.service)) or self._keeps(item.service, old):
            self.passwords.delete(item.spare, USER)
        else:
            self.passwords.delete(item.service, USER)

    def _read(self, service: str) -> str | None:
        return self.passwords.read(service, USER)

    def _keeps(self, service: str, text: str) -> bool:
        self.passwords.write(service, USER, text)
        return same(text, self.passwords.read(service, USER))
