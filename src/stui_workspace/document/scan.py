"""Finding one's way in the text between nodes: blanks, comments, indicators, properties."""

from __future__ import annotations

import re
from typing import Final

from stui_workspace.document.unfold import block_indent, header_of

_BLANK: Final = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_PROPERTY: Final = re.compile(r"(?:&[^\s,\[\]{}]+|!<[^>\s]*>|![^\s,\[\]{}]*)")
_HEADER: Final = re.compile(r"[|>][-+0-9]*")
_SPACE: Final = re.compile(r"(?:[ \t\r\n]++(?:#[^\n]*+)?)*+")


def skip_blank(text: str, position: int, limit: int | None = None) -> int:
    """The first place from `position` that is neither white space nor comment."""
    match = _BLANK.match(text, position, len(text) if limit is None else limit)
    return match.end() if match else position


def after_indicator(text: str, position: int, indicator: str) -> int | None:
    """The place right behind `indicator`, or None where something else comes first."""
    place = skip_blank(text, position)
    return place + 1 if text.startswith(indicator, place) else None


def body_of(text: str, start: int, limit: int) -> int:
    """Where a node's own text begins, behind its anchor and tag, at most `limit`."""
    position = start
    while match := _PROPERTY.match(text, position, limit):
        position = match.end()
        space = _SPACE.match(text, position, limit)
        following = space.end() if space else position
        if following >= limit:
            return limit
        position = following
    return position


def scalar_end(text: str, body: int, limit: int, outer: int) -> int:
    """The exact end of a block scalar: before the line break after its last line.

    `limit` is where the parser says that it ends, which is after blank lines that are
    not its own; `outer` the column of the block collection around it, -1 for none.
    """
    raw = text[body:limit]
    head_end = raw.find("\n")
    chomping, _ = header_of(raw)
    if chomping == "+" and head_end >= 0:
        kept = raw.rstrip(" \t")
        return body + len(
            (kept if kept.endswith("\n") else raw).removesuffix("\n").removesuffix("\r")
        )
    content = raw.rstrip(" \r\n")
    if head_end < 0 or len(content) <= head_end:
        return body + header_length(text, body)
    rest = raw[len(content) :]
    lines = rest.split("\n")
    indent = block_indent(raw, outer)
    last = max(
        (n for n, line in enumerate(lines) if n and len(line.rstrip("\r")) > indent), default=0
    )
    end = len(content) + len("\n".join(lines[: last + 1]))
    return body + (end - 1 if raw[end - 1 : end] == "\r" else end)


def header_length(text: str, body: int) -> int:
    """How many code points the `|-` or `>2` at `body` has."""
    match = _HEADER.match(text, body)
    return match.end() - body if match else 0
