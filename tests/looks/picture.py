"""A screen as text that a person can read and `git diff` can compare: what it says, and how.

The first half has the characters, the second has a letter for the look of each cell, and the
legend says what the letters are. Blank cells of the screen's own background have no letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from string import ascii_letters, digits
from typing import Any, Final

from rich.color import Color, ColorType
from rich.style import Style
from textual.app import App
from textual.strip import Strip

_LETTERS: Final = ascii_letters + digits
_ATTRIBUTES: Final = ("bold", "italic", "underline", "reverse", "dim", "strike")


def picture_of(app: App[Any]) -> str:
    """What `app` shows now."""
    strips, text = app.screen._compositor.render_strips(), words_of(app)
    legend: dict[str, str] = {}
    looks = "\n".join(_letters(strip, legend).rstrip() for strip in strips)
    meaning = "\n".join(f"{letter} {look}" for look, letter in legend.items())
    return f"{text}\n{'─' * app.size.width}\n{looks}\n{'─' * app.size.width}\n{meaning}\n"


def words_of(app: App[Any]) -> str:
    """The characters of what `app` shows, a line for each row."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


def _letters(strip: Strip, legend: dict[str, str]) -> str:
    return "".join(_cells(strip, legend))


def _cells(strip: Strip, legend: dict[str, str]) -> Iterator[str]:
    for segment in strip:
        look = _look(segment.style or Style())
        letter = legend.setdefault(look, _LETTERS[len(legend) % len(_LETTERS)])
        yield letter * segment.cell_length


def _look(style: Style) -> str:
    colours = [
        f"{name} {_named(colour)}"
        for name, colour in (("on", style.bgcolor), ("in", style.color))
        if colour is not None
    ]
    return " ".join([*colours, *(name for name in _ATTRIBUTES if getattr(style, name))])


def _named(colour: Color) -> str:
    return colour.get_truecolor().hex if colour.type is ColorType.TRUECOLOR else colour.name
