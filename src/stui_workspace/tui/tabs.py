"""The tabs of one place on one line: what fits, with the tab on top always among it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual._cells import cell_len

from stui_workspace.model.records import dataclass

SEPARATOR: Final = " │ "
MORE_BEFORE: Final = "« "
MORE_AFTER: Final = " »"


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab; `label` is safe to show."""

    name: str
    label: str
    mark: str = ""
    """A sign after the label: `●` for what is not saved."""
    guard: str = ""
    """The word for the guard of its connection, which is shown as a warning."""

    @property
    def text(self) -> str:
        guard = f"· {self.guard}" if self.guard else ""
        return " ".join(part for part in (self.label, guard, self.mark) if part)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the line; `name` is None between tabs."""

    text: str
    name: str | None = None


def fitted(tabs: Sequence[Tab], active: str, width: int) -> tuple[Piece, ...]:
    """The pieces of the line in at most `width` cells, if that is enough for the active tab.

    Tabs that do not fit are left out at the ends, with `«` and `»` in their place.
    """
    at = next((index for index, tab in enumerate(tabs) if tab.name == active), 0)
    first, last = at, at + 1
    while True:  # grow around the active tab, forwards first
        if last < len(tabs) and _width(tabs, first, last + 1) <= width:
            last += 1
        elif first > 0 and _width(tabs, first - 1, last) <= width:
            first -= 1
        else:
            return _pieces(tabs, first, last)


def name_at(pieces: Sequence[Piece], cell: int) -> str | None:
    """The tab at a cell of the line; None between tabs and past the end."""
    for piece in pieces:
        width = cell_len(piece.text)
        if 0 <= cell < width:
            return piece.name
        cell -= width
    return None


def _width(tabs: Sequence[Tab], first: int, last: int) -> int:
    return sum(cell_len(piece.text) for piece in _pieces(tabs, first, last))


def _pieces(tabs: Sequence[Tab], first: int, last: int) -> tuple[Piece, ...]:
    pieces = [Piece(MORE_BEFORE)] if first else []
    for index, tab in enumerate(tabs[first:last]):
        pieces += [Piece(SEPARATOR)] if index else []
        pieces.append(Piece(tab.text, tab.name))
    return (*pieces, Piece(MORE_AFTER)) if last < len(tabs) else tuple(pieces)
