"""What stands between two nodes: comments, blank lines, document markers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stui_workspace.document.trivia import column_of
from stui_workspace.model.records import dataclass

_PIECE: Final = re.compile(
    r"(?P<comment>#[^\r\n]*)|(?P<break>\r?\n)|(?P<space>[ \t]+)"
    r"|(?P<marker>(?:(?<=\n)|(?<![\s\S]))(?:(?:---|\.\.\.)(?=\s|\Z)|%[^\r\n]*))|(?P<other>.)",
    re.DOTALL,
)
_MORE_THAN_ONE: Final = 2


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment between two nodes, or a document marker."""

    text: str
    start: int
    column: int
    """Where it stands in the source."""
    behind: bool
    """Whether something stands before it on its line."""
    blank: bool
    """Whether a blank line stands above it."""
    is_marker: bool = False
    goes_on: bool = False
    """Whether it is the next line of a comment behind something, in the same column."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What is between one node and the next."""

    remarks: tuple[Remark, ...]
    blank: bool
    """Whether a blank line stands right before the next node."""


def read_gap(text: str, start: int, end: int, *, fresh: bool = False) -> Gap:
    """The gap in `[start, end)`; brackets, commas and other indicators in it are passed over.

    Args:
        text: The text of the document.
        start: Where the gap begins.
        end: Where it ends.
        fresh: Whether it begins at the start of a line, as only the first one does.
    """
    remarks: list[Remark] = []
    breaks = int(fresh)
    for match in _PIECE.finditer(text, start, end):
        match match.lastgroup:
            case "break":
                breaks += 1
            case "comment" | "marker":
                remarks.append(_remark(text, match, breaks, remarks))
                breaks = 0
            case "other":
                breaks = min(breaks, 1)
    return Gap(tuple(remarks), breaks >= _MORE_THAN_ONE)


def _remark(text: str, match: re.Match[str], breaks: int, before: list[Remark]) -> Remark:
    column = column_of(text, match.start())
    above = before[-1] if before else None
    goes_on = (
        breaks == 1
        and above is not None
        and (above.behind or above.goes_on)
        and above.column == column
    )
    return Remark(
        match[0].rstrip(),
        match.start(),
        column,
        not breaks and (above is None or above.is_marker),
        breaks >= _MORE_THAN_ONE,
        match.lastgroup == "marker",
        goes_on,
    )


def words(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Each anchor and tag in `[start, end)` with its place; comments between are passed over."""
    for match in _WORD.finditer(text, start, end):
        if match["word"] is not None:
            yield match["word"], *match.span("word")


_WORD: Final = re.compile(r"#[^\r\n]*|(?P<word>[&!]\S*)|\s+|.")
