"""One line of a file with marks under a part of it, as wide as a terminal shows both."""

from __future__ import annotations

import re
from typing import Final

from stui_workspace.cli.cells import cell_width, keep_end, keep_start
from stui_workspace.model.diagnostics import Diagnostic, Span, position_at
from stui_workspace.model.printable import printable
from stui_workspace.model.records import dataclass

MAX_CELLS: Final = 100
"""The widest excerpt; a longer line is shown in part."""

_BEFORE_CELLS: Final = 30
_MARKED_CELLS: Final = 50
_REACH: Final = 4 * MAX_CELLS
"""How many characters are looked at on each side: a line may have a million."""

_TAB: Final = "    "

_SECRET_LINE: Final = re.compile(
    r"""(?ix)
    (?: credential | passw(?:or)?d | passphrase | secret | token | api[_-]?key | private[_-]?key )
        [\w-]* ["']? \s* [:=]
    | ://[^/\s]*:[^/\s]*@
    | -----BEGIN
    """
)
"""Lines that may hold a secret where a file has no structure yet that could tell."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A line, and marks to stand under it."""

    source: str
    indent: int
    """Columns before the marks."""
    marks: int


def excerpt_of(text: str, span: Span) -> Excerpt:
    """The line where `span` starts, marked from there to the end of the span or of the line.

    Tabs and what cannot be seen are made visible; a long line is cut around the marks.
    """
    start = min(span.start, len(text))
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", start)
    line_end = len(text) if line_end < 0 else line_end
    line_end -= text.endswith("\r", line_start, line_end)
    start = min(start, line_end)
    end = max(start, min(span.end, line_end))
    before = _visible(text[max(line_start, start - _REACH) : start])
    marked = _visible(text[start : min(end, start + _REACH)])
    after = _visible(text[end : min(line_end, end + _REACH)])
    if cell_width(before) + cell_width(marked) + cell_width(after) > MAX_CELLS:
        before = keep_end(before, _BEFORE_CELLS)
        marked = keep_start(marked, _MARKED_CELLS)
        after = keep_start(after, MAX_CELLS - cell_width(before) - cell_width(marked))
    return Excerpt(
        (before + marked + after).rstrip(), cell_width(before), max(cell_width(marked), 1)
    )


def _visible(piece: str) -> str:
    return printable(piece).replace("\t", _TAB)


def concealed_lines(text: str, diagnostics: tuple[Diagnostic, ...]) -> frozenset[int]:
    """The lines, from 1, that must not be shown with any diagnostic of this file."""
    hidden: set[int] = set()
    for one in diagnostics:
        if one.conceal:
            first, _ = position_at(text, one.span.start)
            last, _ = position_at(text, max(one.span.start, one.span.end - 1))
            hidden.update(range(first, last + 1))
    return frozenset(hidden)


def looks_secret(text: str, offset: int) -> bool:
    """Whether the line at `offset`, or a line that it continues, may hold a secret."""
    line_start = text.rfind("\n", 0, offset) + 1
    line_end = text.find("\n", offset)
    line = text[line_start : len(text) if line_end < 0 else line_end]
    if _SECRET_LINE.search(line[: 1 << 16]):
        return True
    indent = _indent(line)
    while indent and line_start:
        line_end, line_start = line_start - 1, text.rfind("\n", 0, line_start - 1) + 1
        line = text[line_start:line_end]
        if line.strip() and _indent(line) < indent:
            return _SECRET_LINE.search(line[: 1 << 16]) is not None
    return False


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))
