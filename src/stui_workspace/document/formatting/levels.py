"""Where the comments below an entry belong, by the columns of what ends there."""

from __future__ import annotations

import sys
from typing import Final

from stui_workspace.document.formatting.gaps import Remark
from stui_workspace.document.formatting.scalars import STEP
from stui_workspace.document.nodes import Collection, Mapping, Node, Scalar, Sequence
from stui_workspace.document.trivia import column_of
from stui_workspace.model.records import dataclass

_ANY: Final = sys.maxsize


@dataclass(frozen=True, slots=True)
class Level:
    """A collection that comments can belong to."""

    source: int
    """Its column in the source."""
    column: int
    """Its column in the result."""
    inside: int = 0
    """Where comments go in the result that stand deeper than it."""


def only(column: int) -> tuple[Level, ...]:
    """The level for comments that go to `column` wherever they stood."""
    return (Level(_ANY, column),)


def around(text: str, collection: Collection, column: int) -> Level:
    """The level of a collection that is written at `column`."""
    source = _ANY if collection.flow else column_of(text, collection.body)
    return Level(source, column, column + STEP)


def below(text: str, level: Level, last: Node) -> tuple[Level, ...]:
    """The levels that a comment behind `last`, a child of `level`, may belong to."""
    levels = [level]
    column = level.column
    while isinstance(last, (Mapping, Sequence)) and not last.flow:
        column += STEP
        levels.append(around(text, last, column))
        last = _last(last)
    if isinstance(last, Scalar) and last.style in ("literal", "folded"):
        deepest = levels[-1]  # a deeper comment would be text
        levels[-1] = Level(deepest.source, deepest.column, deepest.column + 1)
    return tuple(levels)


def _last(collection: Collection) -> Node:
    if isinstance(collection, Sequence):
        return collection.items[-1]
    entry = collection.entries[-1]
    return entry.value if entry.value.end > entry.key.end else entry.key


def index_of(remark: Remark, levels: tuple[Level, ...]) -> int:
    """Which level a comment belongs to; their count for one that stands deeper than all.

    As for ownership: a comment that stands deeper than an entry is that entry's.
    """
    return next((i for i, one in enumerate(levels) if remark.column <= one.source), len(levels))
