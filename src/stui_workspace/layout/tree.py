"""The nodes of a layout, and walking them.

A name stands for a panel or a buffer and occurs once in a tree. Sizes are ratios among
siblings; the size of the root says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import Final, TypeAlias

from stui_workspace.model.records import dataclass, replace

SMALLEST: Final = 1e-9
LARGEST: Final = 1e9
"""Bounds of a size: far beyond what can be seen, and sums and quotients stay numbers."""


class Direction(StrEnum):
    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"

    @property
    def forward(self) -> bool:
        """Whether it leads to later siblings: right and down do."""
        return self in (Direction.RIGHT, Direction.DOWN)

    @property
    def sideways(self) -> bool:
        """Whether it runs along a row: left and right do."""
        return self in (Direction.LEFT, Direction.RIGHT)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One panel or buffer."""

    name: str
    size: float = 1.0

    def __post_init__(self) -> None:
        _check_size(self.size)


@dataclass(frozen=True, slots=True)
class Tabs:
    """Panels and buffers in one place, one of them on top."""

    names: tuple[str, ...]
    size: float = 1.0

    def __post_init__(self) -> None:
        _check_size(self.size)
        if not self.names:
            raise ValueError("no tabs")


@dataclass(frozen=True, slots=True)
class Row:
    """Side by side, left to right."""

    children: tuple[Node, ...]
    size: float = 1.0

    def __post_init__(self) -> None:
        _check_size(self.size)
        if not self.children:
            raise ValueError("an empty row")


@dataclass(frozen=True, slots=True)
class Column:
    """One above the other, top to bottom."""

    children: tuple[Node, ...]
    size: float = 1.0

    def __post_init__(self) -> None:
        _check_size(self.size)
        if not self.children:
            raise ValueError("an empty column")


Group: TypeAlias = Leaf | Tabs
Split: TypeAlias = Row | Column
Node: TypeAlias = Leaf | Tabs | Row | Column


def names_of(group: Group) -> tuple[str, ...]:
    """The names of one group, in the order of its tabs."""
    return (group.name,) if isinstance(group, Leaf) else group.names


def leaves(tree: Node) -> tuple[Group, ...]:
    """The groups of a tree in reading order."""
    if isinstance(tree, (Leaf, Tabs)):
        return (tree,)
    return tuple(group for child in tree.children for group in leaves(child))


def groups(tree: Node) -> tuple[tuple[str, ...], ...]:
    """The names of each group, in reading order."""
    return tuple(names_of(group) for group in leaves(tree))


def focus_order(tree: Node) -> tuple[str, ...]:
    """All names in reading order: down a column, along a row, through the tabs."""
    return tuple(name for group in groups(tree) for name in group)


def group_of(tree: Node, name: str) -> tuple[str, ...]:
    """The names that share a place with `name`, itself included; empty if it is not there."""
    return next((group for group in groups(tree) if name in group), ())


def unknown_names(tree: Node, known: AbstractSet[str]) -> tuple[str, ...]:
    """The names of the tree that are neither a panel nor a buffer, in reading order."""
    return tuple(name for name in focus_order(tree) if name not in known)


def rebuild(tree: Node, change: Callable[[Group], Node | None]) -> Node | None:
    """The tree with each group replaced by what `change` makes of it; None deletes.

    Splits that end up with nothing go away, and splits with one child become that child
    in their place. A split inside a split of its own kind is dissolved in proportion.
    """
    if isinstance(tree, (Leaf, Tabs)):
        return change(tree)
    kept = [new for child in tree.children if (new := rebuild(child, change)) is not None]
    if not kept:
        return None
    if len(kept) == 1:
        return replace(kept[0], size=tree.size)
    return replace(tree, children=_dissolved(tree, kept))


def _dissolved(parent: Split, children: Iterable[Node]) -> tuple[Node, ...]:
    flat: list[Node] = []
    for child in children:
        if isinstance(child, (Row, Column)) and type(child) is type(parent):
            share = child.size / sum(grandchild.size for grandchild in child.children)
            flat += (
                replace(grandchild, size=tidy(grandchild.size * share))
                for grandchild in child.children
            )
        else:
            flat.append(child)
    return tuple(flat)


def tidy(size: float, digits: int = 4) -> float:
    """A ratio that is short to write: rounded to so many digits that count, and within bounds.

    >>> tidy(2 / 3), tidy(1234567.0)
    (0.6667, 1235000.0)
    """
    return min(max(float(f"{size:.{digits}g}"), SMALLEST), LARGEST)


def _check_size(size: float) -> None:
    if not SMALLEST <= size <= LARGEST:
        raise ValueError(f"not a ratio: {size}")
