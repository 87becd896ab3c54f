"""What of a history fits what a person typed, as finders of text in terminals have taught them.

Three ways to fit, the nearest first: the whole text stands there; each word stands there, in any
order; the letters of each word stand there, in their order, with others between them. An upper
case letter in what was typed makes case count.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import Final

from stui_workspace.model.records import dataclass

LONGEST_QUERY: Final = 200
"""In characters; what is typed beyond it counts for nothing."""
SCATTERED: Final = 400
"""Only in inputs of at most so many characters may letters stand apart: in a long text there is
every word somewhere."""
SHORT: Final = 1 << 62
"""The bit of an input in which letters may stand apart."""
UPPER: Final = 1 << 61
"""The bit of an input with letters in upper case."""
_OTHERS: Final = 25
_NO_TEXT: Final = re.compile("[\0\ud800-\udfff]")


class Near(IntEnum):
    """How near an input is to what was typed; less is nearer."""

    WHOLE = 0
    WORDS = 1
    LETTERS = 2


@dataclass(frozen=True, slots=True)
class Query:
    """What was typed, taken apart."""

    whole: str
    words: tuple[str, ...]
    is_exact: bool
    """Whether case counts."""

    @classmethod
    def read(cls, typed: str) -> Query:
        """The query that `typed` means; one without words fits everything."""
        whole = as_text(typed[:LONGEST_QUERY]).strip()
        return cls(whole, tuple(dict.fromkeys(whole.split())), fold(whole) != whole)


def as_text(code: str) -> str:
    """`code` without what no text can hold: lone surrogates and zero bytes become U+FFFD."""
    if code.isascii() and "\0" not in code:
        return code
    return _NO_TEXT.sub("\ufffd", code)


def fold(text: str) -> str:
    """`text` in lower case, each character in the place that it has."""
    if text.isascii():
        return text.lower()
    return "".join(low if len(low := one.lower()) == 1 else one for one in text)


def nearness(query: Query, code: str, most: Near = Near.LETTERS) -> Near | None:
    """How near `code` is to the query; None where it does not fit.

    Args:
        query: What was typed.
        code: An input.
        most: What is farther away does not fit.
    """
    text = as_text(code)
    if not query.is_exact:
        text = fold(text)
    if query.whole in text:
        return Near.WHOLE
    if all(word in text for word in query.words):
        return Near.WORDS if most >= Near.WORDS else None
    if most < Near.LETTERS or len(text) > SCATTERED:
        return None
    return Near.LETTERS if all(_letters(word, text) for word in query.words) else None


def marked(query: Query, code: str) -> frozenset[int]:
    """The places in `code` of what was typed; none where it does not fit."""
    near = nearness(query, code)
    if near is None:
        return frozenset()
    text = as_text(code) if query.is_exact else fold(as_text(code))
    sought = (query.whole,) if near is Near.WHOLE else query.words
    places: set[int] = set()
    for one in sought:
        at = text.find(one)
        places.update(range(at, at + len(one)) if at >= 0 else _tightest(one, text))
    return frozenset(places)


def letters_of(folded: str) -> int:
    """Bits for the letters in a text: whoever lacks a bit of the query cannot fit it.

    The sign bit, `SHORT` and `UPPER` stay free.
    """
    bits = 0
    for letter in set(folded):
        bits |= _bit(letter)
    return bits


@lru_cache(maxsize=4096)
def _bit(letter: str) -> int:
    if "a" <= letter <= "z":
        return 1 << (ord(letter) - 97)
    if "0" <= letter <= "9":
        return 1 << (26 + ord(letter) - 48)
    return 1 << (36 + ord(letter) % _OTHERS)


def _letters(word: str, text: str) -> bool:
    at = -1
    for letter in word:
        at = text.find(letter, at + 1)
        if at < 0:
            return False
    return True


def _tightest(word: str, text: str) -> list[int]:
    """The places of the letters of `word` in the shortest stretch of `text` that has them."""
    best: list[int] = []
    start = text.find(word[0])
    while start >= 0:
        places = [start]
        for letter in word[1:]:
            at = text.find(letter, places[-1] + 1)
            if at < 0:
                return best
            places.append(at)
        if not best or places[-1] - places[0] < best[-1] - best[0]:
            best = places
        start = text.find(word[0], start + 1)
    return best
