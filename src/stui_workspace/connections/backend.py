"""The seam to a live backend: what every kind of connection can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Hello:
    """Who answered."""

    backend: str
    """For people: `Python 3.11.7`."""
    incarnation: str
    """Of this life of the backend; a new process has a new one."""


@dataclass(frozen=True, slots=True)
class Output:
    stream: str
    """stdout or stderr."""
    text: str


class Ending(StrEnum):
    OK = "ok"
    ERROR = "error"
    """The code raised; `Answer.error` has its traceback."""
    INTERRUPTED = "interrupted"
    LOST = "lost"
    """The backend ended while it worked; `Answer.error` says how."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How an evaluation ended. All texts are bounded by the backend, which says so in them."""

    ending: Ending
    result: str | None = None
    """The representation of the last expression; None where there is none, or it is None."""
    error: str | None = None


class Backend(Protocol):
    """One life of one backend. Used from one event loop; one evaluation at a time."""

    async def start(self) -> Hello:
        """Start or reach the backend.

        Raises:
            ConnectionLostError: It could not be; nothing of it is left.
        """

    async def evaluate(self, code: str, on_output: Callable[[Output], None]) -> Answer:
        """Evaluate `code`, calling `on_output` in order while it runs.

        Raises:
            ConnectionLostError: The backend had ended before this began; nothing was evaluated.
        """

    async def interrupt(self) -> None:
        """Ask the running evaluation to stop; nothing happens where none runs."""

    async def wait_lost(self) -> str:
        """How the backend ended, in one clause, as soon as it ends without `close`."""

    async def close(self) -> None:
        """End it and everything it started; nothing happens the second time. Never raises."""
