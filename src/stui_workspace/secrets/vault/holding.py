"""A vault that is unlocked and its file: reading it anew, and writing into what it has by then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from stui_workspace.errors import StaleRevisionError
from stui_workspace.secrets.vault.contents import Contents, open_contents
from stui_workspace.secrets.vault.errors import NoVaultError, VaultBusyError
from stui_workspace.secrets.vault.files import locked, read_file, replace_file
from stui_workspace.secrets.vault.format import SUBJECT, read_lines
from stui_workspace.secrets.vault.memory import (
    Seen,
    objection,
    remember_if_possible,
    remembered_of,
)
from stui_workspace.secrets.vault.places import Tools, VaultPlace
from stui_workspace.storage.machines import this_machine

Change: TypeAlias = Callable[[Contents, str], Contents]
"""What contents become, written by the device of that id; the very same where nothing changes."""

_ATTEMPTS: Final = 5
"""Others may replace the file between our reading and our writing, without a lock: sync tools."""


class Holding:
    """What was read of a vault last, with its file."""

    def __init__(self, place: VaultPlace, tools: Tools, contents: Contents, content: bytes) -> None:
        self.place = place
        self.tools = tools
        self.contents = contents
        self.content = content

    @property
    def seen(self) -> Seen:
        """What is to be remembered of it."""
        return Seen.of(self.contents, self.content)

    def file(self) -> bytes:
        """What the file has now.

        Raises:
            NoVaultError: It is gone.
            DiskError: It cannot be read.
        """
        content = read_file(self.place.real, self.tools)
        if content is None:
            raise NoVaultError(SUBJECT, "the file is gone")
        return content

    def take(self, content: bytes, *, is_checked: bool = True) -> None:
        """Take over what the file has, if it is to be believed.

        Args:
            content: Of the file.
            is_checked: Whether it must be as new as what this machine saw.

        Raises:
            VaultError: It is not to be believed.
            DiskError: What this machine saw cannot be read.
        """
        found = self.contents
        if content != self.content:
            found = open_contents(read_lines(content, self.tools.bounds), found.keys.data)
        seen = Seen.of(found, content)
        problem = objection(seen, remembered_of(self.place, self.tools)) if is_checked else None
        if problem is not None:
            raise problem
        self.contents, self.content = found, content

    def change(self, change: Change, *, is_merging: bool = False) -> None:
        """Write what `change` makes of the contents; nothing where it makes nothing of them.

        Args:
            change: Called under the lock, and once more where the file was replaced meanwhile.
            is_merging: Whether it decides itself if the contents are new enough.
        """
        tools = self.tools
        device = this_machine(tools.machine, self.place.state, tools.fs).id
        with locked(self.place, tools):
            for _ in range(_ATTEMPTS):
                self.take(self.file(), is_checked=not is_merging)
                later = change(self.contents, device)
                if later is self.contents or self._has_written(later, device):
                    break
            else:
                raise VaultBusyError(SUBJECT, "another program replaces it again and again")
            remember_if_possible(self.place, tools, self.seen, is_accepted=is_merging)

    def _has_written(self, contents: Contents, device: str) -> bool:
        """Whether they are in the file now; not so where it was replaced since it was read."""
        later, content = contents.written(device, self.tools.chance)
        later = open_contents(read_lines(content, self.tools.bounds), later.keys.data)
        try:
            replace_file(self.place, self.tools, self.content, content)
        except StaleRevisionError:
            return False
        self.contents, self.content = later, content
        return True
