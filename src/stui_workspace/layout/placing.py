"""From ratios to cells, and who is whose neighbour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import TypeAlias

from stui_workspace.layout.tree import Direction, Leaf, Node, Row, Tabs, groups, names_of
from stui_workspace.model.records import dataclass

_Part: TypeAlias = tuple[float, float]
"""Start and end of a part of a line."""


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle of cells: columns from `x`, rows from `y`."""

    x: int
    y: int
    width: int
    height: int


def place(tree: Node, width: int, height: int) -> Mapping[str, Rect]:
    """The rectangle of each name when the tree fills `width` by `height` cells.

    The groups tile the area: no gap, no overlap. The names of one group share its
    rectangle. In an area with too few cells some rectangles are empty.
    """
    exact = _exact(tree, (0.0, float(max(width, 0))), (0.0, float(max(height, 0))))
    return {name: _in_cells(across, down) for name, across, down in exact}


def neighbour(tree: Node, name: str, direction: Direction) -> tuple[str, ...]:
    """The group next to `name` on that side, the one it borders on most; empty at the edge."""
    parts = {each: (across, down) for each, across, down in _exact(tree, (0.0, 1.0), (0.0, 1.0))}
    if name not in parts:
        return ()
    best: tuple[str, ...] = ()
    most = 0.0
    for group in groups(tree):
        border = _border(parts[name], parts[group[0]], direction)
        if border > most:
            best, most = group, border
    return best


def _exact(tree: Node, across: _Part, down: _Part) -> Iterator[tuple[str, _Part, _Part]]:
    """Each name with its columns and rows, not rounded: two that meet share the very number."""
    if isinstance(tree, (Leaf, Tabs)):
        for name in names_of(tree):
            yield name, across, down
        return
    sizes = [child.size for child in tree.children]
    if isinstance(tree, Row):
        for child, part in zip(tree.children, _cut(sizes, across), strict=True):
            yield from _exact(child, part, down)
    else:
        for child, part in zip(tree.children, _cut(sizes, down), strict=True):
            yield from _exact(child, across, part)


def _cut(sizes: Sequence[float], line: _Part) -> Iterator[_Part]:
    start, end = line
    total = sum(sizes)
    cuts = [start + (end - start) * (so_far / total) for so_far in accumulate(sizes)]
    return pairwise([start, *cuts[:-1], end])


def _in_cells(across: _Part, down: _Part) -> Rect:
    """Edges are rounded, not lengths, so that no cell is left over or taken twice."""
    x, y = round(across[0]), round(down[0])
    return Rect(x, y, round(across[1]) - x, round(down[1]) - y)


def _border(here: tuple[_Part, _Part], there: tuple[_Part, _Part], direction: Direction) -> float:
    """How much border `there` shares with `here` on that side, as a part of the whole side."""
    axis = 0 if direction.sideways else 1
    one, two = (here, there) if direction.forward else (there, here)
    if one[axis][1] != two[axis][0]:
        return 0.0
    start = max(here[1 - axis][0], there[1 - axis][0])
    end = min(here[1 - axis][1], there[1 - axis][1])
    return max(end - start, 0.0)
