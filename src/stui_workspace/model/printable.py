"""Making text from files and backends safe to show.

A terminal obeys control sequences, and an eye obeys invisible characters. One
function takes both away; everything that is shown to a person goes through it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from unicodedata import category

UNSAFE: Final = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and newline, DEL, C1
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # unseen letters
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # zero width, bidi, separators
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"  # formats of scripts
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # of hieroglyphs and notes
    "\ufe00-\ufe0d\ufff0-\ufffb\U000e0000-\U000e0fff"  # variants, annotations, tags
    "\ufdd0-\ufdef\ufffe\uffff"  # no characters
    + "".join(
        f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)
    )
    + "\ud800-\udfff"  # lone surrogates
    "]"
    "|(?<![#*0-9\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf"
    "\u2934-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff])[\ufe0e\ufe0f]"  # if no emoji
)
"""A character that a terminal could obey, or an eye could miss."""
_OBEYED: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)
_PICTURES: Final = {0x7F: "␡"} | {code: chr(0x2400 + code) for code in range(0x20)}
_MOST_MARKS: Final = 4
_MAYBE_MARKS: Final = re.compile(rf"[^\w\x00-\x7f]{{{_MOST_MARKS + 1},}}")


def printable(text: str) -> str:
    r"""`text` with everything a terminal could obey, or an eye could miss, made visible.

    Newlines and tabs stay. Control characters become their pictures, others `<U+200B>`;
    more than four combining marks in a row are cut to four.

    >>> printable("a\x1b[31mb")
    'a␛[31mb'
    """
    if text.isascii() and text.isprintable():
        return text
    shown = UNSAFE.sub(_picture, text)
    return shown if shown.isascii() else with_low_towers(shown, lambda _mark: "")


def is_obeyed(text: str) -> bool:
    """Whether a terminal would do something else than show `text`, or show it in another order."""
    return _OBEYED.search(text) is not None


def printable_line(text: str, limit: int = 200) -> str:
    """`text` on one line of at most `limit` code points, safe to show."""
    line = printable(text).replace("\n", "⏎").replace("\t", " ")
    return line if len(line) <= limit else line[: limit - 1] + "…"


def with_low_towers(text: str, instead: Callable[[str], str]) -> str:
    """`text` with each combining mark that stands on four others exchanged."""

    def lowered(match: re.Match[str]) -> str:
        kept: list[str] = []
        tower = 0
        for character in match[0]:
            tower = tower + 1 if category(character) in ("Mn", "Me") else 0
            kept.append(character if tower <= _MOST_MARKS else instead(character))
        return "".join(kept)

    return _MAYBE_MARKS.sub(lowered, text)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    return _PICTURES.get(code, f"<U+{code:04X}>")
