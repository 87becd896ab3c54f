"""What is said to the agent and by it: one line of JSON each way, short, and nothing unknown.

The order of whoever starts it comes the same way, on standard input.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from enum import StrEnum
from typing import Final, TypeAlias

from stui_workspace.errors import UsageError
from stui_workspace.model.records import dataclass, field
from stui_workspace.secrets.vault.agent.terms import Limits

LONGEST_LINE: Final = 1024
"""Bytes of a question or an answer, with its end."""
LONGEST_ORDER: Final = 16 << 10
_FORMAT: Final = 1
_LONGEST_KEY: Final = 64
_LONGEST_ID: Final = 128


class Wish(StrEnum):
    """What can be asked for."""

    KEY = "key"
    STATUS = "status"
    LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants."""

    wish: Wish
    vault: str = ""
    """The id of the vault whose key is wanted."""


@dataclass(frozen=True, slots=True)
class Key:
    """The answer to who may have it."""

    value: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Held:
    """What the agent holds, and for how long."""

    vault: str
    """The id of the vault."""
    pid: int
    held_left: float
    """Seconds until it locks in any case."""
    unused_left: float
    """Seconds until it locks if nobody uses it."""

    @property
    def left(self) -> float:
        """Seconds until it locks as things stand."""
        return min(self.held_left, self.unused_left)


@dataclass(frozen=True, slots=True)
class Gone:
    """It has locked."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It holds the key of another vault, or the question made no sense."""


Answer: TypeAlias = Key | Held | Gone | Refused


@dataclass(frozen=True, slots=True)
class Order:
    """What an agent is started with."""

    folder: str
    vault: str
    key: bytes = field(repr=False)
    limits: Limits


def question_line(question: Question) -> bytes:
    return _line({"stui-vault-agent": _FORMAT, "do": question.wish, "vault": question.vault})


def question_of(line: bytes) -> Question | None:
    """The question that a line asks; None for anything else, whoever sent it."""
    match _object(line, LONGEST_LINE):
        case {"stui-vault-agent": 1, "do": str() as wish, "vault": str() as vault, **rest} if (
            not rest and wish in set(Wish) and len(vault) <= _LONGEST_ID
        ):
            return Question(Wish(wish), vault)
        case _:
            return None


def answer_line(answer: Answer) -> bytes:
    match answer:
        case Key(value):
            return _line({"key": _written(value)})
        case Held(vault, pid, held_left, unused_left):
            return _line({"vault": vault, "pid": pid, "held": held_left, "unused": unused_left})
        case Gone():
            return _line({"locked": True})
        case Refused():
            return _line({"refused": True})


def answer_of(line: bytes) -> Answer | None:
    """The answer that a line gives; None for anything else."""
    match _object(line, LONGEST_LINE):
        case {"key": str() as text, **rest} if not rest and (key := _read(text)):
            return Key(key)
        case {
            "vault": str() as vault,
            "pid": int() as pid,
            "held": int() | float() as held,
            "unused": int() | float() as unused,
            **rest,
        } if not rest and len(vault) <= _LONGEST_ID:
            return Held(vault, pid, float(held), float(unused))
        case {"locked": True, **rest} if not rest:
            return Gone()
        case {"refused": True, **rest} if not rest:
            return Refused()
        case _:
            return None


def order_line(order: Order) -> bytes:
    return _line(
        {
            "folder": order.folder,
            "vault": order.vault,
            "key": _written(order.key),
            "held": order.limits.held,
            "unused": order.limits.unused,
        }
    )


def order_of(line: bytes) -> Order | None:
    """The order that a line gives; None for anything else."""
    match _object(line, LONGEST_ORDER):
        case {
            "folder": str() as folder,
            "vault": str() as vault,
            "key": str() as text,
            "held": int() | float() as held,
            "unused": int() | float() as unused,
            **rest,
        } if not rest and folder and vault and len(vault) <= _LONGEST_ID and (key := _read(text)):
            try:
                return Order(folder, vault, key, Limits(float(held), float(unused)))
            except UsageError:
                return None
        case _:
            return None


def _line(content: dict[str, object]) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode("ascii") + b"\n"


def _object(line: bytes, limit: int) -> object:
    """The one JSON value that a whole line holds; None where it is none, too long, or odd."""
    if len(line) > limit or line.find(b"\n") != len(line) - 1 or not line.isascii():
        return None
    try:
        return json.loads(line, parse_float=_finite, parse_constant=_finite, parse_int=_short)
    except (ValueError, RecursionError):
        return None


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("not a number that anything is measured in")
    return number


def _short(text: str) -> int:
    if len(text) > 12:  # noqa: PLR2004 (digits that no second and no process needs more of)
        raise ValueError("too large")
    return int(text)


def _written(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")


def _read(text: str) -> bytes | None:
    """The key that was written so; None where it is none."""
    try:
        key = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None
    return key if 0 < len(key) <= _LONGEST_KEY else None
