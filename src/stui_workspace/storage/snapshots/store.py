"""Snapshots of a session: states worth going back to, stored by content.

One file of checksummed lines holds them all. Equal values are stored once, and a snapshot costs one
flush to the disk however many items changed (docs/adr/0005-storage.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from stui_workspace.model.records import dataclass
from stui_workspace.model.session import Items
from stui_workspace.model.workspace import Keep
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.checked_lines import line_of
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem, Write
from stui_workspace.storage.retention import retained
from stui_workspace.storage.snapshots.index import (
    Index,
    Reading,
    Snapshot,
    SnapshotEntry,
    SnapshotId,
    entry_line,
    id_of,
    index_of,
    latest_in,
    newest_in,
    opened,
)
from stui_workspace.storage.snapshots.objects import body_with, name_of, object_line
from stui_workspace.storage.whole import NotOursError, copy_apart, read_whole, set_apart

FILE_NAME = "snapshots.jsonl"
MOST_BYTES = 512 << 20
"""So much of it is read; pruning keeps it far below."""
_TOO_FEW_TO_JUDGE = 3


@dataclass(frozen=True, slots=True)
class _Memory:
    """What a store needs to know of its own file to add to it."""

    objects: frozenset[str]
    newest: SnapshotEntry | None
    trusted: SnapshotEntry | None


class SnapshotStore:
    """The snapshots of one session. One writer at a time: the holder of the session's lock."""

    def __init__(self, folder: Path, fs: FileSystem | None = None) -> None:
        self.path = folder / FILE_NAME
        self._fs: FileSystem = fs or RealFileSystem()
        self._memory: _Memory | None = None
        """Spares the reading of the file before each `put`; None after a failure."""

    def put(
        self, items: Items, at: float, *, confirmed: bool = False, doubtful: bool = False
    ) -> SnapshotId:
        """Store a state, durably when this returns, and return its name.

        A state equal to the latest is not stored again. What cannot be a file of ours is renamed to
        `snapshots.jsonl.damaged-<n>`, and a new one begun.

        Args:
            items: All items of the session.
            at: When the state was.
            confirmed: Whether a person wanted it so, if most items are suddenly gone.
            doubtful: Whether most are gone by what the caller knows, whatever is stored here.

        Raises:
            DiskError: It was not stored; the snapshots before are unchanged.
        """
        memory = self._memory or _memory_of(self._own_index())
        bodies = {name: body_with(value) for name, value in items.items() if value is not None}
        objects = {name: name_of(body) for name, body in bodies.items()}
        newest, trusted = memory.newest, memory.trusted
        if newest is not None and newest.items == objects:
            if confirmed and newest.shrunk:
                self.confirm(newest.id)
            return newest.id
        is_less = trusted is not None and lost_most(trusted.items, objects)
        shrunk = not confirmed and (doubtful or is_less)
        entry = SnapshotEntry(id_of(objects, at), at, objects, shrunk)
        new = {
            digest: object_line(digest, bodies[name])
            for name, digest in objects.items()
            if digest not in memory.objects
        }
        self._append(b"".join((b"\n", *new.values(), entry_line(entry))))
        known = memory.objects | new.keys()
        self._memory = _Memory(known, entry, trusted if shrunk else entry)
        return entry.id

    def read(self) -> Reading:
        """All that is kept, read once.

        Raises:
            DiskError: The snapshots cannot be read.
        """
        return Reading(self._index())

    def log(self) -> tuple[SnapshotEntry, ...]:
        """All snapshots, in the order in which they were taken."""
        return self.read().log

    def newest(self) -> SnapshotEntry | None:
        """The last snapshot that was taken; None where there is none. Only the end is looked at.

        Raises:
            DiskError: The snapshots cannot be read.
        """
        return newest_in(read_whole(self._fs, self.path, MOST_BYTES) or b"")

    def get(self, name: SnapshotId) -> Snapshot:
        """The snapshot of that name, each item verified.

        Raises:
            NotFoundError: There is none of that name.
            DiskError: The snapshots cannot be read.
        """
        return self.read().get(name)

    def latest(self) -> Snapshot | None:
        """The newest state to go back to, or None.

        Never one that suddenly lost most of its items, unless that was confirmed; and a newer one
        with damage only where no whole one is left. None, too, of what cannot be a file of ours.
        """
        try:
            index = self._index()
        except NotOursError:
            return None
        best: Snapshot | None = None
        for entry in reversed(index.log):
            if entry.shrunk:
                continue
            snapshot = opened(entry, index)
            if not snapshot.problems:
                return snapshot
            best = best or snapshot
        return best

    def confirm(self, name: SnapshotId) -> None:
        """Let a snapshot that lost most of its items count as a state to go back to.

        Raises:
            NotFoundError: There is none of that name.
            DiskError: It could not be recorded.
        """
        self.get(name)
        self._append(b"\n" + line_of({"confirm": name}))

    def prune(self, keep: Keep, now: float) -> int:
        """Forget the snapshots that `keep` does not ask for, and return how many.

        Raises:
            DiskError: Nothing was forgotten.
        """
        index = self._index()
        times = {entry.id: entry.at for entry in index.log}
        wanted = retained(times, keep, now)
        latest = latest_in(index.log)
        left = [e for e in index.log if e.id in wanted or (latest and e.id == latest.id)]
        if len(left) == len(index.log) and not index.damaged:
            return 0
        if index.damaged:  # what is rewritten leaves them out
            copy_apart(self._fs, self.path, b"\n".join((*index.damaged, b"")))
        objects = {digest for entry in left for digest in entry.items.values()}
        lines = [line for digest, line in index.lines.items() if digest in objects]
        save_own(self._fs, self.path, b"".join((*lines, *map(entry_line, left))))
        self._memory = None
        return len(index.log) - len(left)

    def _append(self, lines: bytes) -> None:
        self._memory = None
        with explained(self.path):
            try:
                self._fs.write(self.path, lines, Write.APPEND)
            except FileNotFoundError:
                self._fs.make_folder(self.path.parent)
                self._fs.write(self.path, lines, Write.APPEND)

    def _index(self) -> Index:
        return index_of(read_whole(self._fs, self.path, MOST_BYTES) or b"")

    def _own_index(self) -> Index:
        """What is there, for the one that writes: what cannot be ours is set apart."""
        try:
            return self._index()
        except NotOursError:
            set_apart(self._fs, self.path)
            return Index()


def lost_most(before: Iterable[str], after: Iterable[str]) -> bool:
    """Whether more than half of the items `before` are missing `after`."""
    names = set(before)
    kept = len(names.intersection(after))
    return len(names) >= _TOO_FEW_TO_JUDGE and 2 * kept < len(names)


def _memory_of(index: Index) -> _Memory:
    newest = index.log[-1] if index.log else None
    return _Memory(frozenset(index.lines), newest, latest_in(index.log))
