"""A small picture of an arrangement, drawn with lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from textual._cells import cell_len

from stui_workspace.layout import Node, groups, place
from stui_workspace.model.printable import printable_line
from stui_workspace.tui.scrollback import Row

UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8
_LINES: Final = " │││─┘┐┤─└┌├─┴┬┼"
"""The line that leads to those sides, by the sum of their numbers."""
LEAST_WIDTH: Final = 16


def preview(tree: Node, width: int, height: int) -> Iterator[Row]:
    """The picture in so many cells: a frame for each group, with the names of its tabs."""
    sides: dict[tuple[int, int], int] = {}
    labels: dict[tuple[int, int], str] = {}
    rects = place(tree, width - 1, height - 1)
    for names in groups(tree):
        rect = rects[names[0]]
        if not rect.width or not rect.height:
            continue
        _frame(sides, (rect.x, rect.y), (rect.x + rect.width, rect.y + rect.height))
        if rect.height > 1:
            labels[(rect.x + 2, rect.y + 1)] = _label(names, rect.width - 3)
    for y in range(height):
        yield Row(tuple(_line(sides, labels, y, width)))


def _frame(sides: dict[tuple[int, int], int], start: tuple[int, int], end: tuple[int, int]) -> None:
    (left, top), (right, bottom) = start, end

    def add(x: int, y: int, side: int) -> None:
        sides[(x, y)] = sides.get((x, y), 0) | side

    for y in (top, bottom):
        for x in range(left, right):
            add(x, y, RIGHT)
            add(x + 1, y, LEFT)
    for x in (left, right):
        for y in range(top, bottom):
            add(x, y, DOWN)
            add(x, y + 1, UP)


def _label(names: tuple[str, ...], width: int) -> str:
    """As many of the names as there is room for, and how many more there are."""
    for count in range(len(names), 0, -1):
        more = len(names) - count
        words = " · ".join(printable_line(name, 40) for name in names[:count])
        label = f"{words} +{more}" if more else words
        if cell_len(label) <= width:
            return label
    first = printable_line(names[0], 40)
    while first and cell_len(first) > max(width - 1, 0):
        first = first[:-1]
    return f"{first}…" if first else ""


def _line(
    sides: Mapping[tuple[int, int], int], labels: Mapping[tuple[int, int], str], y: int, width: int
) -> Iterator[tuple[str, str]]:
    x = 0
    while x < width:
        label = labels.get((x, y), "")
        if label:
            yield label, "text"
            x += cell_len(label)
        else:
            yield _LINES[sides.get((x, y), 0)], "faint"
            x += 1
