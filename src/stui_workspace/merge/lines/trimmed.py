"""What git's `zdiff3` style takes out of a conflict, found again.

Lines that both sides begin or end with alike stand there before and after the markers, while the
base between them is whole. To read the base those lines must go; but nothing says which they are.
What tells is that a key would be there twice: once as both sides write it, once as the base does.
A wrong guess is harmless: what both sides have alike is in every merge of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from stui_workspace.merge.lines.diff3 import Lines

_KEY: Final = re.compile(r"( *)([^\s#:][^:]*):(?=\s|\Z)")
_ITEM: Final = re.compile(r" *-(?=\s|\Z)")

Key: TypeAlias = tuple[int, str]
"""How far in a key stands, and the key."""


def trimmed_before(agreed: Sequence[str], base: Sequence[str]) -> int:
    """How many of the last agreed lines both sides have in place of the beginning of the base."""
    known = {key for _, key in _keys(base)}
    return max((place + 1 for place, key in _keys(reversed(agreed)) if key in known), default=0)


def trimmed_after(agreed: Lines, base: Sequence[str]) -> int:
    """How many of the first agreed lines both sides have in place of the end of the base."""
    known = {key for _, key in _keys(reversed(base))}
    found = [(place, indent) for place, (indent, key) in _keys(agreed) if (indent, key) in known]
    if not found:
        return 0
    place, indent = found[-1]
    return place + 1 + _below(agreed[place + 1 :], indent)


def _keys(lines: Iterable[str]) -> Iterator[tuple[int, Key]]:
    """The keys of the maps that are open where these lines begin, or end, and where they stand."""
    least: float = float("inf")
    for place, line in enumerate(lines):
        indent = _indent(line)
        if indent is None or indent > least:
            continue
        least = indent
        if (match := _KEY.match(line)) and not _ITEM.match(line):
            yield place, (indent, match[2].rstrip())


def _below(lines: Sequence[str], indent: int) -> int:
    """How many of the lines belong to a key that stands before them."""
    count = 0
    for place, line in enumerate(lines, 1):
        depth = _indent(line)
        if depth is None:
            continue
        if depth < indent or (depth == indent and not _ITEM.match(line)):
            break
        count = place
    return count


def _indent(line: str) -> int | None:
    """How far in a line stands; None where it is empty or a comment."""
    content = line.lstrip(" ")
    return None if content.strip() == "" or content.startswith("#") else len(line) - len(content)
