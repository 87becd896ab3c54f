"""Plain values of a document, and when two of them are the same.

In Python `1 == True == 1.0`; in YAML these are three values. Everything that
compares document values compares them with `same`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Final, TypeAlias

Scalar: TypeAlias = str | int | float | bool | None
Plain: TypeAlias = "Scalar | Sequence[Plain] | Mapping[str, Plain]"
"""What a YAML document of ours says, as Python values: maps have text keys."""


class Absent(Enum):
    """The type of `ABSENT`: no value at all, which is not the value null."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


def same(one: Plain | Absent, other: Plain | Absent) -> bool:
    """Whether two values would be written alike in YAML, but for the order of map keys.

    Stricter than `==`, for which `1`, `1.0` and `true` are all one value, and
    looser for NaN, which equals itself here.
    """
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if type(one) is not type(other):
        return False
    return one == other or (one != one and other != other)  # noqa: PLR0124 (NaN)
