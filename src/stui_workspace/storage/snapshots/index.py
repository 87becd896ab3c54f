"""What a file of snapshots holds, as far as its checksums are right.

A line is an object (`storage.snapshots.objects`) or a snapshot (a time, and which object each item
had).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import NewType

from stui_workspace.errors import NotFoundError
from stui_workspace.model.records import dataclass, field, replace
from stui_workspace.model.session import Items
from stui_workspace.model.values import Plain
from stui_workspace.storage.checked_lines import body_of, line_of
from stui_workspace.storage.sessions.items import ItemProblem
from stui_workspace.storage.snapshots.objects import body_in, body_with, name_of

SnapshotId = NewType("SnapshotId", str)


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
class Index:
    """What the file holds, as far as its checksums are right."""

    lines: dict[str, bytes] = field(default_factory=dict)
    """The line of each object."""
    log: list[SnapshotEntry] = field(default_factory=list)
    damaged: list[bytes] = field(default_factory=list)
    """The lines whose checksums are wrong, or that say nothing we know."""


class Reading:
    """All snapshots as the file had them when it was read."""

    def __init__(self, index: Index) -> None:
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
        return opened(self._entries[name], self._index)


def index_of(content: bytes) -> Index:
    """What there is in the bytes of a file. Never raises, whatever the bytes."""
    index = Index()
    confirmed: set[str] = set()
    for line in content.split(b"\n"):
        if not line:
            continue
        match body_of(line):
            case {"object": str(digest)}:
                index.lines[digest] = line + b"\n"
            case {"confirm": str(name)}:
                confirmed.add(name)
            case said:
                entry = _entry_in(said)
                if entry is None:
                    index.damaged.append(line)
                else:
                    index.log.append(entry)
    index.log = [replace(e, shrunk=False) if e.id in confirmed else e for e in index.log]
    return index


def newest_in(content: bytes) -> SnapshotEntry | None:
    """The last entry in the bytes of a file; of what is before it, nothing is looked at."""
    confirmed: set[str] = set()
    end = len(content)
    while end > 0:
        start = content.rfind(b"\n", 0, end) + 1
        match body_of(content[start:end]):
            case {"confirm": str(name)}:
                confirmed.add(name)
            case said:
                entry = _entry_in(said)
                if entry is not None:
                    return replace(entry, shrunk=False) if entry.id in confirmed else entry
        end = start - 1
    return None


def _entry_in(said: object) -> SnapshotEntry | None:
    """What a line says, if it is a snapshot."""
    match said:
        case {
            "snapshot": str(name),
            "at": int() | float() as at,
            "items": dict() as items,
            "shrunk": bool(shrunk),
        }:
            return SnapshotEntry(SnapshotId(name), float(at), _texts(items), shrunk)
    return None


def latest_in(log: Iterable[SnapshotEntry]) -> SnapshotEntry | None:
    """The newest that did not suddenly lose most of its items; None where there is none."""
    trusted = [entry for entry in log if not entry.shrunk]
    return trusted[-1] if trusted else None


def opened(entry: SnapshotEntry, index: Index) -> Snapshot:
    """The state of an entry, each item verified."""
    items: dict[str, Plain] = {}
    problems: list[ItemProblem] = []
    for name, digest in entry.items.items():
        line = index.lines.get(digest)
        body = None if line is None else body_in(line)
        if body is None or name_of(body) != digest:
            reason = (
                "its stored value is missing" if line is None else "its stored value is damaged"
            )
            problems.append(ItemProblem(name, reason))
        else:
            items[name] = json.loads(body.decode("utf-8", "surrogatepass"))
    return Snapshot(entry, items, tuple(problems))


def id_of(objects: Mapping[str, str], at: float) -> SnapshotId:
    """The name of a snapshot: of what was there, and when."""
    return SnapshotId(name_of(body_with({"at": at, "items": objects}))[:16])


def entry_line(entry: SnapshotEntry) -> bytes:
    """The line of a snapshot."""
    record = {"snapshot": entry.id, "at": entry.at, "items": entry.items, "shrunk": entry.shrunk}
    return line_of(record)


def _texts(items: Mapping[str, object]) -> dict[str, str]:
    return {name: digest for name, digest in items.items() if isinstance(digest, str)}
