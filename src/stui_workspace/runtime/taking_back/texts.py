"""Two texts as lines that differ, with a little of what is around them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from stui_workspace.merge.lines import matching
from stui_workspace.runtime.taking_back.lines import Line

CONTEXT: Final = 2
"""Lines that are shown around what differs."""
_NO_END: Final = "(no line end)"


class Count(NamedTuple):
    """How many lines came and went."""

    added: int
    removed: int


class _Row(NamedTuple):
    sign: str
    text: str
    before: int
    """The number of the line in the text before, counted from 1."""
    after: int


def text_lines(before: str, after: str) -> tuple[Count, tuple[Line, ...]]:
    r"""What differs between two texts, as a unified diff has it.

    >>> count, lines = text_lines("a\nb\n", "a\nc\n")
    >>> [line.sign + line.text for line in lines]
    ['@line 1', ' a', '-b', '+c']
    """
    rows = list(_rows(_split(before), _split(after)))
    signs = [row.sign for row in rows]
    count = Count(signs.count("+"), signs.count("-"))
    return count, tuple(_hunks(rows))


def _split(text: str) -> list[str]:
    """The lines; one that has no end says so, where the text has any."""
    if not text:
        return []
    lines = text.split("\n")
    return lines[:-1] if not lines[-1] else [*lines[:-1], f"{lines[-1]}\n"]


def _rows(before: list[str], after: list[str]) -> Iterator[_Row]:
    start, start2 = 0, 0
    for end, end2 in (*matching(before, after), (len(before), len(after))):
        yield from (_Row("-", before[at], at + 1, start2 + 1) for at in range(start, end))
        yield from (_Row("+", after[at], end + 1, at + 1) for at in range(start2, end2))
        if end < len(before):
            yield _Row(" ", before[end], end + 1, end2 + 1)
        start, start2 = end + 1, end2 + 1


def _hunks(rows: list[_Row]) -> Iterator[Line]:
    near = {
        place
        for at, row in enumerate(rows)
        if row.sign != " "
        for place in range(max(at - CONTEXT, 0), min(at + CONTEXT + 1, len(rows)))
    }
    last = -2
    for at in sorted(near):
        row = rows[at]
        if at != last + 1:
            yield Line("@", f"line {row.after}")
        ends = "" if not row.text.endswith("\n") else f" {_NO_END}"
        yield Line(row.sign, row.text.removesuffix("\n") + ends)
        last = at
