"""Making text from files and backends safe to show.

A terminal obeys control sequences, and an eye obeys invisible characters. One
function takes both away; everything that is shown to a person goes through it.
"""

from __future__ import annotations

import re
from typing import Final

_UNSAFE: Final = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 without tab and newline, DEL, C1
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"  # invisible letters and marks
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # zero width, bidi, separators
    "\ud800-\udfff"  # lone surrogates
    "\U000e0000-\U000e0fff"  # tags and supplementary variation selectors
    "]"
)
_PICTURES: Final = {0x7F: "␡"} | {code: chr(0x2400 + code) for code in range(0x20)}
_MARKS: Final = re.compile(
    "([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{4})[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)


def printable(text: str) -> str:
    r"""`text` with everything a terminal could obey, or an eye could miss, made visible.

    Newlines and tabs stay. Control characters become their pictures, others `<U+200B>`;
    more than four combining marks in a row are cut to four.

    >>> printable("a\x1b[31mb")
    'a␛[31mb'
    """
    return _MARKS.sub(r"\1", _UNSAFE.sub(_picture, text))


def printable_line(text: str, limit: int = 200) -> str:
    """`text` on one line of at most `limit` code points, safe to show."""
    line = printable(text).replace("\n", "⏎").replace("\t", " ")
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    return _PICTURES.get(code, f"<U+{code:04X}>")
