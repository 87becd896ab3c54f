"""The lines of the formatted text while they are being written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stui_workspace.model.records import dataclass

COMMENT_GAP: Final = 2
"""Blanks before the `#` of a comment behind something."""


@dataclass(slots=True)
class Line:
    """One line: what it says, and the comment behind it."""

    code: str = ""
    comment: str | None = None
    source_column: int = 0
    """Where the comment stood before, which tells what it was aligned with."""
    exact: bool = False
    """Whether blanks at its end are part of a value."""


class Page:
    """Lines that are added to at the end, and nowhere else."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._is_open = False
        """Whether the last line was begun, and nothing is on it yet."""

    @property
    def width(self) -> int:
        """The columns that the last line takes so far, without its comment."""
        return len(self._lines[-1].code) if self._lines else 0

    @property
    def takes_comment(self) -> bool:
        """Whether a comment can still be put behind the last line."""
        return bool(self._lines) and not self._is_open and self._lines[-1].comment is None

    def start(self, column: int, *, blank: bool = False) -> None:
        """Begin a new line, with a blank one before it where something stands above."""
        if self._is_open:
            self._lines.pop()
        if blank and self._lines and self._lines[-1] != Line():
            self._lines.append(Line())
        self._lines.append(Line(" " * column))
        self._is_open = True

    def space(self) -> None:
        """Part what is written next from what stands on the last line."""
        if not self._is_open:
            self._lines[-1].code += " "

    def write(self, code: str) -> None:
        """Add to the last line."""
        self._lines[-1].code += code
        self._is_open = self._is_open and not code

    def exact(self, line: str) -> None:
        """Add a line of a value, as it is."""
        self._lines.append(Line(line, exact=True))

    def remark(self, text: str, source_column: int) -> None:
        """Put a comment behind the last line."""
        self._lines[-1].comment = text
        self._lines[-1].source_column = source_column

    def go_on(self, text: str, source_column: int) -> None:
        """Put a comment on a line of its own, under one that it goes on from."""
        self._lines.append(Line("", text, source_column))

    def text(self, eol: str) -> str:
        """All of it, with a line end at the end of every line."""
        return "".join(line + eol for line in self._rendered())

    def _rendered(self) -> Iterator[str]:
        columns = _comment_columns(self._lines)
        for number, line in enumerate(self._lines):
            if line.comment is not None:
                yield line.code.rstrip(" ").ljust(columns[number]) + line.comment
            else:
                yield line.code if line.exact else line.code.rstrip(" ")


def _comment_columns(lines: list[Line]) -> dict[int, int]:
    """The column of each comment, by line.

    Those that stood in one column stay in it, or go on to the next that is free on all their lines.
    """
    columns: dict[int, int] = {}
    group: list[int] = []
    behind = [number for number, line in enumerate(lines) if line.comment is not None]
    for place, number in enumerate(behind):
        group.append(number)
        column = lines[number].source_column
        if place + 1 == len(behind) or lines[behind[place + 1]].source_column != column:
            free = max(len(lines[one].code.rstrip(" ")) for one in group) + COMMENT_GAP
            columns |= dict.fromkeys(group, free if len(group) == 1 else max(free, column))
            group = []
    return columns
