"""Standing watch over some files: listening where the system tells of changes, glancing everywhere.

What is heard comes within a millisecond, but can be missing: on network folders, after an overflow,
for a file with two names, once the folder itself was renamed. So the lookout makes rounds, too:
each compares what a glance tells with what the last one told, and mends the listening.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from stui_workspace.watch.signature import Identity, Places, Signature, identity_of, places_of


class Listener(Protocol):
    """What the system tells of changes; `ears.Ears`, or a test's own."""

    def only(self, names: frozenset[str]) -> None:
        """Hear of these names from now on, and of no others."""

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


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds between two rounds."""

    listening: float = 2.0
    """Where every change should be heard anyway."""
    polling: float = 0.5
    """Where the rounds are all there is."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What to watch."""

    paths: tuple[Path, ...]
    """The files. They need not exist, nor their folders."""
    root: Path | None = None
    """The project, out of which no path below it is followed."""

    def places(self) -> Places:
        """Where they are now: links may come to lead elsewhere."""
        return places_of(self.paths, self.root)


class Lookout:
    """The rounds, for one thread."""

    def __init__(
        self,
        watched: Watched,
        tell: Callable[[], object],
        notice: Callable[[str], object],
        make_listener: MakeListener | None,
    ) -> None:
        """Note how the files look now; nothing is listened to before the first round.

        Args:
            watched: What to watch.
            tell: Called, from any thread, when one of the files may have changed.
            notice: Called with one clause for a person, once, if listening is not possible.
            make_listener: None to make rounds only.
        """
        self._watched = watched
        self._tell = tell
        self._notice = notice
        self._make_listener = make_listener
        self._listener: Listener | None = None
        self._armed: dict[Path, Identity] = {}
        self._doubted: set[Path] = set()
        """Folders of which the system just said that they are no more."""
        self._lost: set[Path] = set()
        """Folders that were listened to, and are not there now."""
        self._again = False
        self.disturbed: Callable[[], object] = lambda: None
        """Called, from another thread, when a round should be made at once."""
        self._seen: tuple[Signature, ...] = watched.places().glance()

    def round(self, rhythm: Rhythm) -> float:
        """Look after everything once; the seconds until the next round is due."""
        places = self._watched.places()
        hears_all = self._mend(places)
        seen, self._seen = self._seen, places.glance()  # after the listening, which hears the rest
        changed = seen != self._seen
        if changed or self._again:
            self._tell()
        # Two writes in one tick of the file system's clock have one signature. Who listens hears
        # the second; who only glances looks once more.
        self._again = changed and not hears_all
        return rhythm.listening if hears_all else rhythm.polling

    def close(self) -> None:
        """Stop listening."""
        if self._listener is not None:
            self._listener.close()

    def _mend(self, places: Places) -> bool:
        """Listen to every folder that can be listened to; whether that is all there is to hear."""
        if self._make_listener is None:
            return False
        try:
            return self._listen(places, self._made(self._make_listener))
        except (ImportError, OSError, RuntimeError) as error:
            self._give_up(error)
            return False

    def _made(self, make_listener: MakeListener) -> Listener:
        if self._listener is None:
            self._listener = make_listener(self._heard)
        return self._listener

    def _listen(self, places: Places, listener: Listener) -> bool:
        listener.only(places.names)
        for folder in self._armed.keys() - places.folders:
            self._disarm(folder, listener)
        self._lost &= places.folders
        deaf = [folder for folder in places.folders if not self._hears(folder, listener)]
        return not deaf and not self._lost

    def _hears(self, folder: Path, listener: Listener) -> bool:
        """Whether nothing more can be done: the folder is listened to, or was never there."""
        doubted = folder in self._doubted
        self._doubted.discard(folder)
        found, armed = identity_of(folder), self._armed.get(folder)
        if found is not None and found == armed and not doubted and listener.hears(folder):
            return True
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
        self._lost.discard(folder)
        return identity_of(folder) == found

    def _disarm(self, folder: Path, listener: Listener) -> None:
        listener.ignore(folder)
        del self._armed[folder]

    def _heard(self, path: str) -> None:
        if Path(path) in self._armed:  # the folder itself is gone
            self._doubted.add(Path(path))
            self.disturbed()
        self._tell()

    def _give_up(self, error: Exception) -> None:
        """Make rounds only, from now on, and say so."""
        self.close()
        self._listener, self._make_listener = None, None
        self._notice(f"outside changes are looked for, not heard of: {_why(error)}")


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
