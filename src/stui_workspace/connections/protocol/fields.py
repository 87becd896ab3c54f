"""The fields of a JSON object that somebody else wrote, each of the type that it has to be."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from math import isfinite
from typing import Final, NoReturn, TypeVar

from stui_workspace.connections.protocol.messages import Code
from stui_workspace.model.printable import printable_line

NAME_LIMIT: Final = 256
"""Code points of an id, an identity, an incarnation or the name of a client or a backend."""
COUNT_LIMIT: Final = 2**53
"""Beyond it, JSON readers of other languages do not agree on a number."""

EnumT = TypeVar("EnumT", bound=StrEnum)


class EnvelopeError(Exception):
    """What came is no message of the protocol; one clause about how it is not."""

    def __init__(self, code: Code, reason: str, id: str | None = None) -> None:  # noqa: A002 (as on the wire)
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.id = id
        """Of the envelope, where that much could be read: a refusal can be sent as its reply."""


def parsed(text: str) -> object:
    """The value of a JSON text.

    Raises:
        EnvelopeError: It is none, or not one that every reader would read alike.
    """
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise EnvelopeError(Code.BAD_ENVELOPE, "it sent what is no JSON") from None


class Fields:
    """One object, read key by key. Keys that nobody asks for do not matter.

    Each method raises `EnvelopeError` where the value is not as it has to be. A default stands for
    a key that is not there, or is null.
    """

    def __init__(self, what: str, content: object, code: Code = Code.BAD_MESSAGE) -> None:
        self._what = what
        self._code = code
        if not isinstance(content, Mapping):
            raise EnvelopeError(code, f"it sent {what} that is no object")
        self._content: Mapping[str, object] = content

    def text(self, key: str) -> str:
        """Text of any length."""
        value = self._content.get(key)
        return value if isinstance(value, str) else self._fail(key, value)

    def text_or_none(self, key: str) -> str | None:
        """Text of any length, or None."""
        return None if self._content.get(key) is None else self.text(key)

    def name(self, key: str) -> str:
        """Short text that is not empty."""
        value = self.text(key)
        return value if 0 < len(value) <= NAME_LIMIT else self._fail(key, value)

    def name_or_none(self, key: str) -> str | None:
        """Short text that is not empty, or None."""
        return None if self._content.get(key) is None else self.name(key)

    def count(self, key: str, default: int | None = None) -> int:
        """A whole number from 0."""
        value = self._content.get(key)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self._fail(key, value)
        return value if 0 <= value <= COUNT_LIMIT else self._fail(key, value)

    def count_or_none(self, key: str) -> int | None:
        """A whole number from 0, or None."""
        return None if self._content.get(key) is None else self.count(key)

    def number(self, key: str) -> float:
        """A finite number."""
        value = self._content.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._fail(key, value)
        if not -COUNT_LIMIT <= value <= COUNT_LIMIT or not isfinite(value):
            self._fail(key, value)
        return float(value)

    def number_or_none(self, key: str) -> float | None:
        """A finite number, or None."""
        return None if self._content.get(key) is None else self.number(key)

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """True or false."""
        value = self._content.get(key)
        if value is None and default is not None:
            return default
        return value if isinstance(value, bool) else self._fail(key, value)

    def choice(self, key: str, options: type[EnumT]) -> EnumT:
        """One of the values of an enumeration."""
        value = self.text(key)
        try:
            return options(value)
        except ValueError:
            return self._fail(key, value)

    def one_of(self, key: str, options: Sequence[str]) -> str:
        """One of some texts."""
        value = self.text(key)
        return value if value in options else self._fail(key, value)

    def items(self, key: str) -> Sequence[object]:
        """A list of whatever; a key that is not there is an empty one."""
        value = self._content.get(key)
        if value is None:
            return ()
        return value if isinstance(value, list) else self._fail(key, value)

    def inner(self, key: str) -> object:
        """Whatever is there."""
        return self._content.get(key)

    def _fail(self, key: str, value: object) -> NoReturn:
        how = f"without `{key}`" if value is None else f"with a `{key}` that cannot be"
        raise EnvelopeError(self._code, f"it sent {self._what} {how}")


def shown_type(name: str) -> str:
    """The type of a message as it may stand in a clause.

    >>> shown_type("Evaluate")
    '`Evaluate`'
    """
    return f"`{printable_line(name, 40)}`"


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
