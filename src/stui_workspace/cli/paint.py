"""Colour for people at a terminal, and for nobody else."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Final, TextIO, TypeAlias

Paint: TypeAlias = Callable[[str, str], str]
"""Takes a role and a text, and gives the text as that role looks."""

_CODES: Final = {
    "error": "1;31",
    "warning": "1;33",
    "note": "36",
    "strong": "1",
    "frame": "34",
    "help": "36",
    "good": "32",
    "dim": "2",
}


def plain(_role: str, text: str) -> str:
    """The text as it is."""
    return text


def coloured(role: str, text: str) -> str:
    """The text in the colour of its role."""
    return f"\x1b[{_CODES[role]}m{text}\x1b[0m" if text else text


def paint_for(stream: TextIO, environ: Mapping[str, str] = os.environ) -> Paint:
    """How to paint what goes to `stream`."""
    return coloured if wants_colour(stream, environ) else plain


def wants_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether colour is wanted: `NO_COLOR` first, then who forces it, then the terminal.

    Source: https://no-color.org and https://bixense.com/clicolors
    """
    if environ.get("NO_COLOR"):
        return False
    forced = environ.get("FORCE_COLOR") or environ.get("CLICOLOR_FORCE")
    if forced:
        return forced != "0"
    if environ.get("CLICOLOR") == "0" or environ.get("TERM") == "dumb":
        return False
    return is_terminal(stream)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person reads or writes at the other end; false for a closed stream."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False
