"""The YAML 1.2 core schema: what a plain scalar says.

`on`, `no`, `0777` and `12:30` are what they look like, unlike in YAML 1.1.
"""

from __future__ import annotations

import re
from typing import Final

from stui_workspace.model.values import Scalar

_WORDS: Final[dict[str, Scalar]] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER: Final = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL: Final = re.compile(r"0o[0-7]+\Z")
_HEXADECIMAL: Final = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_INFINITE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z")
_NOT_A_NUMBER: Final = frozenset((".nan", ".NaN", ".NAN"))
_NUMERIC_START: Final = frozenset("0123456789+-.")

MAX_DIGITS: Final = 4000
"""Python refuses to convert more than 4,300 digits; longer numbers are read as infinite."""


def resolve(text: str) -> Scalar:
    """The value of a plain scalar; never raises.

    A number too long to be converted is an infinite float of its sign.

    >>> [resolve(text) for text in ("no", "0o17", "1e3", "~", "12:30")]
    ['no', 15, 1000.0, None, '12:30']
    """
    if text[:1] not in _NUMERIC_START or not text:
        return _WORDS.get(text, text)
    if len(text) > MAX_DIGITS and is_number(text):
        return float("-inf" if text[0] == "-" else "inf")
    if _INTEGER.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return _rare_number(text)


def is_number(text: str) -> bool:
    """Whether a plain scalar of this text would be a number, however long."""
    return any(
        pattern.match(text) for pattern in (_INTEGER, _FLOAT, _OCTAL, _HEXADECIMAL, _INFINITE)
    ) or (text in _NOT_A_NUMBER)


def _rare_number(text: str) -> Scalar:
    if _OCTAL.match(text):
        return int(text, 8)
    if _HEXADECIMAL.match(text):
        return int(text, 16)
    if _INFINITE.match(text):
        return float("-inf" if text[0] == "-" else "inf")
    if text in _NOT_A_NUMBER:
        return float("nan")
    return text
