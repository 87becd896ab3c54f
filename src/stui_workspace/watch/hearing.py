"""Listening to every folder that can be listened to, and mending that where it broke.

Renamed folders go on to be heard under the old name, deleted ones end the listening, a swapped one
is not heard at all, and nobody says so. So it is asked in each round whether the folder is still
the one that is listened to.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from stui_workspace.model.printable import printable_line
from stui_workspace.watch.names import Names
from stui_workspace.watch.signature import Identity, identity_of

MOST_LISTENERS = 5
"""One that hears nothing is replaced, so many times."""


class Listener(Protocol):
    """What the system tells of changes; `ears.Ears`, or a test's own."""

    def only(self, names: Names) -> None:
        """Hear of these from now on, and of no others."""

    def listen(self, folder: Path) -> None:
        """Begin to hear of what happens in a folder.

        Raises:
            OSError: It cannot be watched.
            RuntimeError: There is no thread for it.
        """

    def ignore(self, folder: Path) -> None:
        """Hear no more of a folder."""

    def hears(self, folder: Path) -> bool:
        """Whether a change in the folder would be heard."""

    def close(self) -> None:
        """Stop listening."""


MakeListener = Callable[[Callable[[str], object]], Listener]


class Hearing:
    """One listener, and the folders it listens to."""

    def __init__(
        self,
        make_listener: MakeListener | None,
        heard: Callable[[], object],
        notice: Callable[[str], object],
        disk_of: Callable[[Path], str],
    ) -> None:
        """Nothing is listened to before the first `mend`.

        Args:
            make_listener: None to hear nothing.
            heard: Called, from any thread, when something was heard.
            notice: Called with one clause for a person if not all can be heard.
            disk_of: The sort of disk a folder is on, if others may change it unheard.
        """
        self._make_listener = make_listener
        self._heard = heard
        self._notice = notice
        self._disk_of = disk_of
        self._listener: Listener | None = None
        self._listener_count = 0
        self._armed: dict[Path, Identity] = {}
        self._shared: set[Path] = set()
        """Folders on disks where others may write unheard."""
        self._folders: frozenset[str] = frozenset()
        self._doubted: set[str] = set()
        """Folders of which the system just said that they are no more."""
        self._lost: set[Path] = set()
        """Folders that were listened to, and are not there now."""
        self._noticed: set[str] = set()
        self.armed_count = 0
        """How often a folder was listened to anew: what happened before was not heard."""
        self.disturbed: Callable[[], object] = lambda: None
        """Called, from another thread, when it should be mended at once."""

    def mend(self, folders: frozenset[Path], names: Names) -> bool:
        """Listen to every folder that can be listened to; whether that is all there is to hear."""
        if self._make_listener is None:
            return False
        try:
            return self._listen(folders, names, self._made(self._make_listener))
        except (ImportError, OSError, RuntimeError) as error:
            self._give_up(_why(error))
            return False

    def close(self) -> None:
        """Stop listening."""
        listener, self._listener = self._listener, None
        self._armed.clear()
        if listener is not None:
            listener.close()

    def _made(self, make_listener: MakeListener) -> Listener:
        if self._listener is None:
            self._listener_count += 1
            self._listener = make_listener(self._listened)
        return self._listener

    def _listen(self, folders: frozenset[Path], names: Names, listener: Listener) -> bool:
        listener.only(names)
        self._folders = frozenset(map(str, folders))
        for folder in self._armed.keys() - folders:
            self._disarm(folder, listener)
        self._lost &= folders
        unheard = [folder for folder in folders if not self._hears(folder, listener)]
        if any(self._is_broken(folder, listener) for folder in unheard):
            self._renew()
        return not unheard and not self._lost

    def _hears(self, folder: Path, listener: Listener) -> bool:
        """Whether nothing more can be done: the folder is listened to, or was never there."""
        doubted = str(folder) in self._doubted
        self._doubted.discard(str(folder))
        found, armed = identity_of(folder), self._armed.get(folder)
        if found is not None and found == armed and not doubted and listener.hears(folder):
            return folder not in self._shared
        if armed is not None:
            self._disarm(folder, listener)
            self._lost.add(folder)
        if found is None:
            return True
        if not os.access(folder, os.R_OK):  # watchdog would listen, and hear nothing
            return False
        return self._arm(folder, found, listener)

    def _arm(self, folder: Path, found: Identity, listener: Listener) -> bool:
        try:
            listener.listen(folder)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENOTDIR):
                return False  # it went away just now
            raise
        self._armed[folder] = found
        self.armed_count += 1
        self._lost.discard(folder)
        self._note_disk(folder)
        return (
            identity_of(folder) == found and listener.hears(folder) and folder not in self._shared
        )

    def _note_disk(self, folder: Path) -> None:
        """Of a folder that others write to, too, only half is heard: rounds stay short."""
        self._shared.discard(folder)
        disk = self._disk_of(folder)
        if disk:
            self._shared.add(folder)
            self._tell_once(f"others write to the same disk ({printable_line(disk)})")

    def _is_broken(self, folder: Path, listener: Listener) -> bool:
        """Whether it does not even hear the folder that stands there."""
        armed = self._armed.get(folder)
        return armed is not None and identity_of(folder) == armed and not listener.hears(folder)

    def _renew(self) -> None:
        """Have another listener made in the next round: the threads of this one have ended."""
        self.close()
        if self._listener_count >= MOST_LISTENERS:
            self._give_up("the listening ends again and again")

    def _disarm(self, folder: Path, listener: Listener) -> None:
        listener.ignore(folder)
        del self._armed[folder]

    def _listened(self, path: str) -> None:
        """Called by the listener, from a thread of its own, with the path of what changed."""
        if path in self._folders:  # the folder itself is gone
            self._doubted.add(path)
            self.disturbed()
        self._heard()

    def _give_up(self, reason: str) -> None:
        """Make rounds only, from now on, and say so."""
        self.close()
        self._make_listener = None
        self._tell_once(reason)

    def _tell_once(self, reason: str) -> None:
        if reason not in self._noticed:
            self._noticed.add(reason)
            self._notice(f"outside changes are looked for, not heard of: {reason}")


def _why(error: Exception) -> str:
    match error:
        case ImportError():
            return "watchdog is not installed"
        case OSError(errno=errno.EMFILE | errno.ENOSPC | errno.ENFILE):
            return "the system's limit of watches is reached"
        case OSError():
            return error.strerror or "the system refuses"
        case _:
            return "the system has no thread for it"
