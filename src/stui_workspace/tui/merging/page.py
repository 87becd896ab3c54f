"""The result as rows to show: numbered, without secrets, its places marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from textwrap import dedent
from typing import Final, NamedTuple

from stui_workspace.merge import Conflict, MergePath, Policy
from stui_workspace.merge.lines import matching
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.runtime.settling import shown
from stui_workspace.tui.merging.places import lines_of
from stui_workspace.tui.scrollback import Row

NOTHING: Final = "(nothing)"

_LONGEST: Final = 2000
"""Characters of a line that are shown."""
_BEFORE_PLACE: Final = 40
_AFTER_PLACE: Final = 80
"""Lines around a place that are shown of a long result."""
_PIECES: Final = re.compile(
    r"(?P<lead>\s*(?:- +)*)"
    r"(?P<key>[\w./-]+:(?=\s|$)|'[^']*':(?=\s|$)|\"[^\"]*\":(?=\s|$))?"
    r"(?P<value>(?:[^\s#'\"]|\s+(?![\s#])|(?<=\S)#|'[^']*'|\"[^\"]*\"|['\"])*)"
    r"(?P<rest>.*)"
)
"""A line of YAML, near enough for its colours."""


class Mark(NamedTuple):
    """How a place of the result is marked: a sign, and a style."""

    sign: str
    style: str


@dataclass(frozen=True, slots=True)
class Page:
    """A document as it may be shown: some lines of it are others there, and some are none."""

    lines: tuple[tuple[int, str], ...]
    """Each with the number, from 0, of the line that it stands for."""
    length: int
    """How many lines the document has."""

    @classmethod
    def of(cls, content: bytes, policy: Policy) -> Page:
        """The page of a document, with words in place of what may be a secret."""
        lines = lines_of(content)
        text = dedent("\n".join(lines))
        whole = Conflict(MergePath(), None, text, None, "")
        safe = (shown(whole, policy).ours or "").split("\n")
        return cls(tuple(_numbered(text.split("\n"), safe)) if lines else (), len(lines))

    def around(self, place: range) -> Page:
        """The lines that stand near a place."""
        first, last = place.start - _BEFORE_PLACE, place.stop + _AFTER_PLACE
        near = tuple(line for line in self.lines if first <= line[0] < last)
        return Page(near, self.length)

    def rows(self, marks: Sequence[tuple[range, Mark]]) -> Iterator[Row]:
        """The lines as rows; an empty place is a row of its own."""
        width = len(str(self.length))
        empty = {place.start: mark for place, mark in marks if not place}
        for number, line in self.lines:
            if number in empty:
                yield _empty_row(empty.pop(number), width)
            found = [mark for place, mark in marks if number in place]
            yield _row(number, printable_line(line, _LONGEST), width, found[0] if found else None)
        for mark in empty.values():
            yield _empty_row(mark, width)

    def row_of(self, place: range) -> int:
        """The number of the first row of a place, from 0, where nothing but it is marked."""
        return sum(number < place.start for number, _ in self.lines)


def coloured(line: str) -> Iterator[tuple[str, str]]:
    """A line of YAML, safe to show, as pieces with the names of their styles."""
    match = _PIECES.fullmatch(line)
    if match is None:
        yield line, "text"
        return
    for name, style in (("lead", "faint"), ("key", "accent"), ("value", "text"), ("rest", "muted")):
        if match[name]:
            yield match[name], style


def _numbered(lines: Sequence[str], safe: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The safe lines, each with the number of the line that it stands for."""
    at, safe_at = 0, 0
    for one, other in (*matching(lines, safe), (len(lines), len(safe))):
        for offset, line in enumerate(safe[safe_at:other]):
            yield min(at + offset, max(one - 1, at)), line
        if other < len(safe):
            yield one, safe[other]
        at, safe_at = one + 1, other + 1


def _row(number: int, line: str, width: int, mark: Mark | None) -> Row:
    sign, style = mark or Mark(" ", "faint")
    pieces = coloured(line) if mark is None else ((line, "strong"),)
    head = ((f"{sign} ", style), (f"{number + 1:>{width}}  ", "faint" if mark is None else style))
    return Row((*head, *pieces), hang=width + 4)


def _empty_row(mark: Mark, width: int) -> Row:
    return Row(((f"{mark.sign} ", mark.style), (" " * (width + 2), "faint"), (NOTHING, "muted")))
