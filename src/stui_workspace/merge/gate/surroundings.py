"""The lines around a node in which its comments may stand, with something to spare."""

from __future__ import annotations

import re
from typing import Final

from stui_workspace.document import Node

_IDLE: Final = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")


def surroundings(text: str, node: Node) -> tuple[int, int]:
    """The start and end of a node with the comments around it, and around the line above it.

    The line above may be that of its key.
    """
    start = _above(text, text.rfind("\n", 0, node.start) + 1)
    if start > 0:
        start = _above(text, text.rfind("\n", 0, start - 1) + 1)
    end = text.find("\n", max(node.end - 1, node.start)) + 1 or len(text)
    while end < len(text) and (match := _IDLE.match(text, end)) and match.end() > end:
        end = match.end()
    return start, end


def within(text: str, node: Node) -> tuple[int, int]:
    """The start and end of a node, the comments above its first part included, not its key's."""
    start = text.rfind("\n", 0, node.start) + 1
    is_inline = bool(text[start : node.start].strip())
    return (node.start if is_inline else _above(text, start)), node.end


def _above(text: str, start: int) -> int:
    """Where the lines without content above a line begin."""
    while start > 0:
        before = text.rfind("\n", 0, start - 1) + 1
        match = _IDLE.match(text, before)
        if match is None or match.end() != start:
            break
        start = before
    return start
