"""How many columns of a terminal a text takes."""

from __future__ import annotations

from unicodedata import category, east_asian_width

_JOINING_JAMO = range(0x1160, 0x1200)
"""Korean vowels and endings, which are drawn into the syllable before them."""


def cell_width(text: str) -> int:
    """The columns that `text` takes on one line; it must be printable already.

    >>> cell_width("e\u0301 漢字")
    6
    """
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(character: str) -> int:
    if category(character) in ("Mn", "Me") or ord(character) in _JOINING_JAMO:
        return 0
    return 2 if east_asian_width(character) in "WF" else 1


def keep_end(text: str, cells: int) -> str:
    """The end of `text` that fits into `cells` columns; what is cut off is marked by `…`."""
    if cell_width(text) <= cells:
        return text
    start, used = len(text), 1
    while start and used + _cells(text[start - 1]) <= cells:
        start -= 1
        used += _cells(text[start])
    while start < len(text) and not _cells(text[start]):
        start += 1  # a mark whose letter was cut off
    return "…" + text[start:]


def keep_start(text: str, cells: int) -> str:
    """The start of `text` that fits into `cells` columns; what is cut off is marked by `…`."""
    if cell_width(text) <= cells:
        return text
    end, used = 0, 1
    while used + _cells(text[end]) <= cells:
        used += _cells(text[end])
        end += 1
    return text[:end] + "…"
