"""What a journal says, once all its lines are read: pure, and no bytes make it raise.

Replaying needs no trust in what was written last: a line counts if its checksum is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from stui_workspace.model.records import dataclass, field
from stui_workspace.model.session import Items
from stui_workspace.model.values import Plain
from stui_workspace.storage.checked_lines import body_of
from stui_workspace.storage.sessions.items import ItemProblem

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


def _record_of(line: bytes) -> tuple[float, Mapping[str, Plain]] | None:
    match body_of(line):
        case {"at": float() | int() as at, "items": dict() as items}:
            return float(at), items
        case _:
            return None


def _names_in(line: bytes) -> set[str]:
    """The items whose values stood in a damaged line, as far as their names can still be read."""
    return {found[1].decode() for found in _NAME.finditer(line)}
