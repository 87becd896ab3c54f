"""The seam to a live backend: what every kind of connection can do."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol, runtime_checkable

from stui_workspace.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Hello:
    """Who answered."""

    backend: str
    """For people: `Python 3.11.7`."""
    incarnation: str
    """Of this life of the backend; a new process has a new one."""
    identity: str | None = None
    """Who it says it is, as in `pharo-12/orders`; None where its kind has no such thing."""
    survives: bool = False
    """Whether it goes on while nobody is connected, and knows evaluations by their ids: what runs
    when a link falls can be taken up again over the next one."""


@dataclass(frozen=True, slots=True)
class Request:
    """One evaluation that is asked for."""

    id: str
    """Unique for ever. A backend that survives never evaluates the same one twice."""
    code: str
    heard: int = 0
    """The number of the last output of it that arrived; 0 for none."""
    is_sent: bool = False
    """Whether it was sent over an earlier link: then it is only taken up again, and nothing is
    evaluated."""


@dataclass(frozen=True, slots=True)
class Output:
    stream: str
    """stdout, stderr, or gap where `text` tells of output that is not to be had any more."""
    text: str
    number: int = 0
    """Its place among the outputs of its evaluation, from 1; 0 where they are not numbered."""
    at: float | None = None
    """When the backend put it out, in seconds since 1970, where nobody listened then."""


class Ending(StrEnum):
    OK = "ok"
    ERROR = "error"
    """The code raised; `Answer.error` has its traceback."""
    INTERRUPTED = "interrupted"
    LOST = "lost"
    """The backend ended, or the link to it fell, while it worked; `Answer.error` says how."""
    UNKNOWN = "unknown"
    """It was sent before, and the backend cannot tell any more what became of it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """How an evaluation ended. All texts are bounded by the backend, which says so in them."""

    ending: Ending
    result: str | None = None
    """The representation of the last expression; None where there is none, or it is None."""
    error: str | None = None
    at: float | None = None
    """When it ended, in seconds since 1970, where nobody listened then."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """That a backend is there, and what it is at."""

    busy_for: float | None = None
    """Seconds that it has been evaluating, for whomever; None where it is idle, or cannot say."""


OnOutput = Callable[[Output], None]


class Backend(Protocol):
    """One link to one life of one backend, from `start` to `close`; the next one is another object.

    Used from one event loop; one evaluation at a time. Nothing that was asked of one link is ever
    done by another.
    """

    async def start(self) -> Hello:
        """Start or reach the backend, and greet it.

        Raises:
            ConnectionLostError: It could not be; nothing of it is left.
        """

    async def evaluate(self, request: Request, on_output: OnOutput) -> Answer:
        """Evaluate, calling `on_output` in order while it runs; or take up again what was sent.

        Raises:
            ConnectionLostError: The link had ended before this began; nothing was evaluated.
        """

    async def interrupt(self) -> None:
        """Ask the running evaluation to stop; nothing happens where none runs."""

    async def ping(self) -> Pulse:
        """Ask the backend whether it is there, also while it evaluates. May wait for ever.

        Raises:
            ConnectionLostError: The link has ended.
        """

    async def wait_lost(self) -> str:
        """How the link ended, in one clause, as soon as it ends without `close`."""

    async def close(self) -> None:
        """End the link and everything it started; nothing happens the second time. Never raises.

        A backend that survives and was not started by it goes on.
        """


@runtime_checkable
class Retirable(Protocol):
    """What a backend can do besides, whose life goes on behind its links and is ours to end."""

    async def retire(self) -> None:
        """End the link, and for good the life behind it. Never raises."""
