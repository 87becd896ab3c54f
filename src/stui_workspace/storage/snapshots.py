"""Snapshots of a session: states worth going back to, stored by content.

One file of checksummed lines holds them all: a line is an object (the value of
one item, named by its hash) or a snapshot (a time, and which object each item
had). Equal values are stored once, and a snapshot costs one flush to the disk
however many items changed (docs/adr/0005-storage.md).
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import NewType

from stui_workspace.errors import NotFoundError
from stui_workspace.model.session import Items
from stui_workspace.model.values import Plain
from stui_workspace.model.workspace import Keep
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem, Write
from stui_workspace.storage.items import ItemProblem
from stui_workspace.storage.journal import body_of, line_of
from stui_workspace.storage.retention import retained
from stui_workspace.storage.whole import NotOursError, copy_apart, read_whole, set_apart

SnapshotId = NewType("SnapshotId", str)

FILE_NAME = "snapshots.jsonl"
MOST_BYTES = 512 << 20
"""So much of it is read; pruning keeps it far below."""
_COMPRESS_FROM = 256  # bytes; below it, text is smaller than its compressed form in base64
_LARGEST_VALUE = 1 << 28  # bytes that one object may unpack to
_TOO_FEW_TO_JUDGE = 3


@dataclass(frozen=True, slots=True)
class SnapshotEntry:
    """One line of the log of snapshots."""

    id: SnapshotId
    at: float
    items: Mapping[str, str]
    """The object of each item."""
    shrunk: bool = False
    """Whether most of the items of the state before were gone, and nobody confirmed it."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    entry: SnapshotEntry
    items: Items
    problems: tuple[ItemProblem, ...] = ()
    """The items whose objects are missing or damaged; the others are as they were."""


@dataclass(slots=True)
class _Index:
    """What the file holds, as far as its checksums are right."""

    lines: dict[str, bytes] = field(default_factory=dict)
    """The line of each object."""
    log: list[SnapshotEntry] = field(default_factory=list)
    damaged: list[bytes] = field(default_factory=list)
    """The lines whose checksums are wrong, or that say nothing we know."""


class Reading:
    """All snapshots as the file had them when it was read."""

    def __init__(self, index: _Index) -> None:
        self._index = index
        self._entries = {entry.id: entry for entry in index.log}

    @property
    def log(self) -> tuple[SnapshotEntry, ...]:
        """All snapshots, in the order in which they were taken."""
        return tuple(self._index.log)

    def get(self, name: SnapshotId) -> Snapshot:
        """The snapshot of that name, each item verified.

        Raises:
            NotFoundError: There is none of that name.
        """
        if name not in self._entries:
            raise NotFoundError("snapshot", name)
        return _opened(self._entries[name], self._index)


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
        bodies = {name: _body(value) for name, value in items.items() if value is not None}
        objects = {name: _name_of(body) for name, body in bodies.items()}
        newest, trusted = memory.newest, memory.trusted
        if newest is not None and newest.items == objects:
            if confirmed and newest.shrunk:
                self.confirm(newest.id)
            return newest.id
        is_less = trusted is not None and lost_most(trusted.items, objects)
        shrunk = not confirmed and (doubtful or is_less)
        entry = SnapshotEntry(_id_of(objects, at), at, objects, shrunk)
        new = {
            digest: _object_line(digest, bodies[name])
            for name, digest in objects.items()
            if digest not in memory.objects
        }
        self._append(b"".join((b"\n", *new.values(), _entry_line(entry))))
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
            snapshot = _opened(entry, index)
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
        latest = _latest(index.log)
        left = [e for e in index.log if e.id in wanted or (latest and e.id == latest.id)]
        if len(left) == len(index.log) and not index.damaged:
            return 0
        if index.damaged:  # what is rewritten leaves them out
            copy_apart(self._fs, self.path, b"\n".join((*index.damaged, b"")))
        objects = {digest for entry in left for digest in entry.items.values()}
        lines = [line for digest, line in index.lines.items() if digest in objects]
        save_own(self._fs, self.path, b"".join((*lines, *map(_entry_line, left))))
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

    def _index(self) -> _Index:
        return _index_of(read_whole(self._fs, self.path, MOST_BYTES) or b"")

    def _own_index(self) -> _Index:
        """What is there, for the one that writes: what cannot be ours is set apart."""
        try:
            return self._index()
        except NotOursError:
            set_apart(self._fs, self.path)
            return _Index()


def lost_most(before: Iterable[str], after: Iterable[str]) -> bool:
    """Whether more than half of the items `before` are missing `after`."""
    names = set(before)
    kept = len(names.intersection(after))
    return len(names) >= _TOO_FEW_TO_JUDGE and 2 * kept < len(names)


def _index_of(content: bytes) -> _Index:
    index = _Index()
    confirmed: set[str] = set()
    for line in content.split(b"\n"):
        if not line:
            continue
        match body_of(line):
            case {"object": str(digest)}:
                index.lines[digest] = line + b"\n"
            case {
                "snapshot": str(name),
                "at": int() | float() as at,
                "items": dict() as items,
                "shrunk": bool(shrunk),
            }:
                index.log.append(SnapshotEntry(SnapshotId(name), float(at), _texts(items), shrunk))
            case {"confirm": str(name)}:
                confirmed.add(name)
            case _:
                index.damaged.append(line)
    index.log = [replace(e, shrunk=False) if e.id in confirmed else e for e in index.log]
    return index


def _memory_of(index: _Index) -> _Memory:
    newest = index.log[-1] if index.log else None
    return _Memory(frozenset(index.lines), newest, _latest(index.log))


def _texts(items: Mapping[str, object]) -> dict[str, str]:
    return {name: digest for name, digest in items.items() if isinstance(digest, str)}


def _latest(log: Iterable[SnapshotEntry]) -> SnapshotEntry | None:
    trusted = [entry for entry in log if not entry.shrunk]
    return trusted[-1] if trusted else None


def _opened(entry: SnapshotEntry, index: _Index) -> Snapshot:
    items: dict[str, Plain] = {}
    problems: list[ItemProblem] = []
    for name, digest in entry.items.items():
        line = index.lines.get(digest)
        body = None if line is None else _body_in(line)
        if body is None or _name_of(body) != digest:
            reason = (
                "its stored value is missing" if line is None else "its stored value is damaged"
            )
            problems.append(ItemProblem(name, reason))
        else:
            items[name] = json.loads(body.decode("utf-8", "surrogatepass"))
    return Snapshot(entry, items, tuple(problems))


def _body(value: Plain) -> bytes:
    """The canonical bytes of a value: equal values, equal bytes."""
    text = json.dumps(
        value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=dict
    )
    return text.encode("utf-8", "surrogatepass")


def _name_of(body: bytes) -> str:
    return blake2b(body, digest_size=16).hexdigest()


def _id_of(objects: Mapping[str, str], at: float) -> SnapshotId:
    return SnapshotId(_name_of(_body({"at": at, "items": objects}))[:16])


def _object_line(digest: str, body: bytes) -> bytes:
    if len(body) < _COMPRESS_FROM:
        return line_of({"object": digest, "text": b64encode(body).decode()})
    return line_of({"object": digest, "zlib": b64encode(zlib.compress(body)).decode()})


def _body_in(line: bytes) -> bytes | None:
    """The bytes of the value in an object's line; None where they are damaged."""
    try:
        match body_of(line.rstrip(b"\n")):
            case {"zlib": str(packed)}:
                return zlib.decompressobj().decompress(b64decode(packed), _LARGEST_VALUE)
            case {"text": str(packed)}:
                return b64decode(packed)
    except (ValueError, zlib.error):
        return None
    return None


def _entry_line(entry: SnapshotEntry) -> bytes:
    record = {"snapshot": entry.id, "at": entry.at, "items": entry.items, "shrunk": entry.shrunk}
    return line_of(record)
