"""The journal: what is not saved yet, one checksummed line for each change.

A line's record is a time and the items that changed (`storage.checked_lines`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stui_workspace.model.session import Items
from stui_workspace.storage.checked_lines import line_of
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem, Write
from stui_workspace.storage.sessions.replay import Replay, combine, replay
from stui_workspace.storage.whole import NotOursError, copy_apart, read_whole, set_apart

MOST_BYTES = 256 << 20
"""So much of a journal is read: each save of the session begins a new one."""


class Journal:
    """The journal file of one session, and those set aside for replaying.

    One writer at a time: the holder of the session's lock.
    """

    def __init__(self, path: Path, fs: FileSystem | None = None) -> None:
        self.path = path
        self._fs: FileSystem = fs or RealFileSystem()
        self._at_line_start = False
        """Unknown at first and after a failure; an empty line then costs nothing."""
        self._size: int | None = None

    @property
    def size(self) -> int:
        """Bytes in the journal now, as far as it is ever read; those set aside not counted."""
        if self._size is None:
            with explained(self.path):
                self._size = len(self._fs.read(self.path, MOST_BYTES + 1) or b"")
        return self._size

    def append(self, items: Items, at: float) -> None:
        """Record new values of `items`, durably when this returns; None deletes.

        Raises:
            DiskError: It was not recorded; what was recorded before still is.
        """
        line = line_of({"at": at, "items": items})
        if not self._at_line_start:
            line = b"\n" + line
        size = self.size
        self._at_line_start = False
        self._size = None
        with explained(self.path):
            try:
                self._fs.write(self.path, line, Write.APPEND)
            except (FileNotFoundError, IsADirectoryError) as error:
                if isinstance(error, IsADirectoryError):
                    set_apart(self._fs, self.path)
                else:  # no folder yet, or no more
                    self._fs.make_folder(self.path.parent)
                self._fs.write(self.path, line, Write.APPEND)
                size = 0
        self._at_line_start = True
        self._size = size + len(line)

    def set_aside(self) -> tuple[Path, ...]:
        """Rename the journal, so that a crash while replaying starts no loop.

        Returns:
            All that is aside now, oldest first: an earlier recovery may have been cut short.
        """
        with explained(self.path):
            aside = self.asides()
            if self.path.name not in self._fs.names(self.path.parent):
                return aside
            last = _number_of(aside[-1]) if aside else 0
            target = self.path.with_name(f"{self.path.name}.aside-{last + 1}")
            self._fs.move(self.path, target)
            self._size = 0
            return (*aside, target)

    def asides(self) -> tuple[Path, ...]:
        """The journals set aside, oldest first."""
        prefix = f"{self.path.name}.aside-"
        with explained(self.path):
            names = self._fs.names(self.path.parent)
        found = [
            name for name in names if name.startswith(prefix) and name[len(prefix) :].isdigit()
        ]
        return tuple(sorted((self.path.with_name(name) for name in found), key=_number_of))

    def replay_asides(self) -> Replay:
        """What the journals set aside say together.

        One that cannot be ours is renamed to `<name>.damaged-<n>`, and not replayed. Of one with
        damaged lines a copy of that name is kept.

        Raises:
            DiskError: One of them cannot be read.
        """
        return combine(map(self._replayed, self.asides()))

    def replay_all(self) -> Replay:
        """What the journals set aside and the journal itself say together, likewise.

        Raises:
            DiskError: One of them cannot be read.
        """
        return combine(map(self._replayed, (*self.asides(), self.path)))

    def look(self) -> Replay:
        """The same as `replay_all`, without touching anything.

        Raises:
            DiskError: One of them cannot be read.
        """
        return combine(self._looked_at(path) for path in (*self.asides(), self.path))

    def _looked_at(self, path: Path) -> Replay:
        try:
            return replay(read_whole(self._fs, path, MOST_BYTES) or b"")
        except NotOursError:
            return Replay(damaged_count=1, set_apart=(path.name,))

    def _replayed(self, path: Path) -> Replay:
        try:
            content = read_whole(self._fs, path, MOST_BYTES) or b""
        except NotOursError:
            self._size = None
            return Replay(damaged_count=1, set_apart=(set_apart(self._fs, path).name,))
        found = replay(content)
        if found.damaged_count:  # a torn end is what every crash leaves
            copy_apart(self._fs, path, content)
        return found

    @contextmanager
    def checkpoint(self) -> Iterator[None]:
        """A block that saves elsewhere what was appended so far, which is then forgotten.

        If the block raises, or never ends, all of it is replayed the next time. So append first
        what is not in the journal yet: older values must not be replayed over newer ones.

        Raises:
            DiskError: The journal cannot be renamed, or what is saved now cannot be deleted.
        """
        self.set_aside()
        yield
        self.discard_asides()

    def discard_asides(self) -> None:
        """Delete what was set aside; call it when that is saved elsewhere.

        Raises:
            DiskError: Some of them cannot be deleted.
        """
        with explained(self.path):
            for path in self.asides():
                self._fs.remove(path)


def _number_of(path: Path) -> int:
    return int(path.name.rpartition("-")[2])
