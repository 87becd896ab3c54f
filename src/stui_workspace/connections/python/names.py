"""The dotted name that somebody is writing, or points at."""

from __future__ import annotations

import re
from typing import Final

_LENGTH: Final = 1000
"""Characters on each side that are looked at; no name is longer."""
_NAME: Final = r"[^\W\d]\w*"
_BEFORE: Final = re.compile(rf"(?<![\w.])(?:{_NAME}\.)*(?:{_NAME})?\Z")
_REST: Final = re.compile(r"\w*")


def name_before(code: str, cursor: int) -> str:
    """What is written of a dotted name before the cursor; empty where there is none.

    >>> name_before("x = os.pa", 9)
    'os.pa'
    >>> name_before("print(os.", 9)
    'os.'
    >>> name_before("f().pa", 6), name_before("2.5", 3)
    ('', '')
    """
    cursor = min(cursor, len(code))
    found = _BEFORE.search(code[max(0, cursor - _LENGTH) : cursor])
    return found[0] if found is not None else ""


def name_around(code: str, cursor: int) -> str:
    """The dotted name that the cursor is at, up to the end of the part that it is in.

    >>> name_around("os.path.join(a)", 4)
    'os.path'
    """
    rest = _REST.match(code, min(cursor, len(code)), min(cursor, len(code)) + _LENGTH)
    return (name_before(code, cursor) + (rest[0] if rest is not None else "")).rstrip(".")
