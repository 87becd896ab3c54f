"""Key paths: where a node stands in a document, and how people write it.

On the command line a path is `connections.py.kind`, `layout.work.row[0]` or, for
a key with dots in it, `connections["a.b"]`. In code it is a tuple.
"""

from __future__ import annotations

import json
import re
from typing import TypeAlias

Step: TypeAlias = str | int
"""A map key as text, or the index of a list item from 0."""

NodePath: TypeAlias = tuple[Step, ...]

_BARE = re.compile(r"[^\s.\[\]\"']+")
_SIMPLE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_INDEX = re.compile(r"\[(\d+)\]")
_QUOTED = re.compile(r'\[("(?:[^"\\]|\\.)*")\]')


class KeyPathError(ValueError):
    """The text is not a key path. The message says at which column, from 1."""


def parse_key_path(text: str) -> NodePath:
    """The steps of a key path as people write it; `.` alone is the root.

    >>> parse_key_path('connections["a.b"].setup[0]')
    ('connections', 'a.b', 'setup', 0)

    Raises:
        KeyPathError: With the column where the text stops making sense.
    """
    if text in ("", "."):
        return ()
    steps: list[Step] = []
    position = 0
    while position < len(text):
        if text[position] == ".":
            if not steps or position + 1 == len(text):
                raise KeyPathError(f"a key is missing at column {position + 1} of `{text}`")
            position += 1
            if text[position] in ".[":
                raise KeyPathError(f"a key is missing at column {position + 1} of `{text}`")
        step, position = _next_step(text, position)
        steps.append(step)
        if position < len(text) and text[position] not in ".[":
            raise KeyPathError(f"expected `.` or `[` at column {position + 1} of `{text}`")
    return tuple(steps)


def _next_step(text: str, position: int) -> tuple[Step, int]:
    if match := _INDEX.match(text, position):
        return int(match[1]), match.end()
    if match := _QUOTED.match(text, position):
        try:
            return str(json.loads(match[1])), match.end()
        except ValueError as error:
            raise KeyPathError(f"bad escape at column {position + 1} of `{text}`") from error
    if match := _BARE.match(text, position):
        return match[0], match.end()
    raise KeyPathError(f"expected a key at column {position + 1} of `{text}`")


def format_key_path(path: NodePath) -> str:
    """A path as people write it, such that `parse_key_path` gives it back.

    >>> format_key_path(("connections", "a.b", "setup", 0))
    'connections["a.b"].setup[0]'
    """
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _SIMPLE.match(step):
            text += f".{step}" if text else step
        else:
            text += f"[{json.dumps(step, ensure_ascii=False)}]"
    return text or "."
