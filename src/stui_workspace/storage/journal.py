"""The journal: what is not saved yet, one checksummed line for each change.

A line is 16 hex digits of BLAKE2b over the rest, a space, and a JSON record of
a time and the items that changed. Replaying needs no trust in what was written
last: a line counts if its checksum is right, wherever it stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

from stui_workspace.model.session import Items
from stui_workspace.model.values import Plain
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem, Write
from stui_workspace.storage.items import ItemProblem
from stui_workspace.storage.whole import NotOursError, copy_apart, read_whole, set_apart

MOST_BYTES = 256 << 20
"""So much of a journal is read: each save of the session begins a new one."""
_CHECKSUM_DIGITS = 16

_NAME = re.compile(
    rb'[{,]"((?:buffer|connection)/[^"\\\x00-\x1f\x7f-\xff]+|layout|preferences|transcript|outbox)":'
)
"""The name of an item in the JSON of a line; within a text, its quotes would be escaped."""

_NEWER_IS_DAMAGED = "the journal had a newer state of it, which is damaged; it is as it was before"
_DAMAGED = "some of it is damaged; what was changed shortly before the end may be missing"
_TORN = "its last line was cut short; what was changed in the last second may be missing"


@dataclass(frozen=True, slots=True)
class Replay:
    """What a journal says, all its records taken together."""

    items: Items = field(default_factory=dict)
    """The last value of each item that changed; None where the item was deleted."""
    records_count: int = 0
    torn_bytes: int = 0
    """Length of an unfinished last line: what a crash cut off."""
    damaged_count: int = 0
    """Whole lines that are not as they were written; skipped."""
    at: float | None = None
    """When the last record was made."""
    set_apart: tuple[str, ...] = ()
    """Names of the files that cannot be ours; none of them was replayed."""
    doubtful: frozenset[str] = frozenset()
    """Items of which a damaged line had a newer value, and no line after it."""

    @property
    def problems(self) -> tuple[ItemProblem, ...]:
        """What of it was not replayed, by the item where a damaged line still tells which."""
        files = [
            ItemProblem("journal", f"it cannot be ours; kept as {name}") for name in self.set_apart
        ]
        items = [ItemProblem(name, _NEWER_IS_DAMAGED) for name in sorted(self.doubtful)]
        lines = []
        if self.damaged_count > len(self.set_apart):
            lines.append(ItemProblem("journal", _DAMAGED))
        elif self.torn_bytes:
            lines.append(ItemProblem("journal", _TORN))
        return (*files, *items, *lines)


def replay(content: bytes) -> Replay:
    """What the journal in `content` says. Never raises, whatever the bytes."""
    items: dict[str, Plain] = {}
    doubtful: set[str] = set()
    records = damaged = torn = 0
    at: float | None = None
    *lines, tail = content.split(b"\n")
    for line in (*lines, tail):  # the tail may lack nothing but its line end
        if not line:
            continue
        record = _record_of(line)
        if record is not None:
            at, changes = record
            items.update(changes)
            doubtful -= changes.keys()
            records += 1
            continue
        doubtful |= _names_in(line)
        if line is tail:
            torn = len(tail)
        else:
            damaged += 1
    return Replay(items, records, torn, damaged, at, doubtful=frozenset(doubtful))


def apply(items: Items, changes: Items) -> dict[str, Plain]:
    """`items` after `changes`, of which those that are None delete."""
    merged = {**items, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def combine(replays: Iterable[Replay]) -> Replay:
    """Several replays as one, the later ones winning."""
    items: dict[str, Plain] = {}
    records = torn = damaged = 0
    at: float | None = None
    apart: list[str] = []
    doubtful: frozenset[str] = frozenset()
    for one in replays:
        items.update(one.items)
        doubtful = (doubtful - one.items.keys()) | one.doubtful
        records += one.records_count
        torn += one.torn_bytes
        damaged += one.damaged_count
        at = at if one.at is None else one.at
        apart += one.set_apart
    return Replay(items, records, torn, damaged, at, tuple(apart), doubtful)


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


def line_of(record: Mapping[str, object]) -> bytes:
    """A record as a line with its checksum."""
    body = json.dumps(
        record, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=dict
    ).encode("utf-8", "surrogatepass")
    return checksum(body) + b" " + body + b"\n"


def body_of(line: bytes) -> object | None:
    """What the line says; None unless its checksum is right."""
    mark, body = line[:_CHECKSUM_DIGITS], line[_CHECKSUM_DIGITS + 1 :]
    if line[_CHECKSUM_DIGITS : _CHECKSUM_DIGITS + 1] != b" " or mark != checksum(body):
        return None
    try:
        found: object = json.loads(body.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        return None
    return found


def checksum(body: bytes) -> bytes:
    """Sixteen hex digits that tell damaged bytes from whole ones."""
    return blake2b(body, digest_size=_CHECKSUM_DIGITS // 2).hexdigest().encode()


def _record_of(line: bytes) -> tuple[float, Mapping[str, Plain]] | None:
    match body_of(line):
        case {"at": float() | int() as at, "items": dict() as items}:
            return float(at), items
        case _:
            return None


def _names_in(line: bytes) -> set[str]:
    """The items whose values stood in a damaged line, as far as their names can still be read."""
    return {found[1].decode() for found in _NAME.finditer(line)}


def _number_of(path: Path) -> int:
    return int(path.name.rpartition("-")[2])
