"""What is told of one item that differs."""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """One line of a difference. Its text may be anybody's: control characters are still in it."""

    sign: str
    """`+` came, `-` went, `~` changed, `>` moved, a blank for what is the same, `@` for where."""
    text: str


class Told(NamedTuple):
    """All that there is to say of one item."""

    summary: str
    """A few words: `2 lines added, 1 removed`."""
    lines: tuple[Line, ...] = ()
