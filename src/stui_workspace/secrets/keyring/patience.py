"""Calls that may never return, and how long they are waited for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic
from typing import Generic, TypeVar

from stui_workspace.model.records import dataclass

Result = TypeVar("Result")


class PromptRefusedError(Exception):
    """The store wants to ask a person, and may not here."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a store is waited for."""

    seconds: float = 5.0
    prompt_seconds: float = 120.0
    """From when it began to ask a person."""


class Patience:
    """How long one call may still take: longer once a person is asked, if anybody may be."""

    def __init__(
        self, limits: Limits, *, may_prompt: bool, clock: Callable[[], float] = monotonic
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._ends = clock() + limits.seconds
        self.may_prompt = may_prompt
        self.is_asking = False
        """Whether a person was asked."""

    def rest(self) -> float:
        """Seconds that are left; 0 when the time is over."""
        return max(0.0, self._ends - self._clock())

    @property
    def seconds(self) -> float:
        """The limit that holds now."""
        return self._limits.prompt_seconds if self.is_asking else self._limits.seconds

    def check(self) -> None:
        """Nothing while there is time: called before each step of what must not go on after it.

        Raises:
            TimeoutError: The time is over.
        """
        if self.rest() <= 0:
            raise TimeoutError

    def asks(self) -> None:
        """Take note that a person is being asked.

        Raises:
            PromptRefusedError: Nobody may be.
            TimeoutError: The time is over, and nobody waits for the answer.
        """
        if not self.may_prompt:
            raise PromptRefusedError
        self.check()
        if not self.is_asking:
            self._ends = self._clock() + self._limits.prompt_seconds
            self.is_asking = True


def run(call: Callable[[], Result], patience: Patience) -> Result:
    """What `call` returns or raises, in time.

    It runs in a thread that is left to itself when the time is over, and ends with the program: a
    daemon that was stopped hangs its callers for ever, and a pool of threads would wait for them.

    Raises:
        TimeoutError: It was not done in time.
    """
    running = _Running(call)
    threading.Thread(target=running.run, name="stui keyring", daemon=True).start()
    while not running.is_over.wait(patience.rest()):
        patience.check()
    return running.result()


class _Running(Generic[Result]):
    def __init__(self, call: Callable[[], Result]) -> None:
        self._call = call
        self._results: list[Result] = []
        self._error: BaseException | None = None
        self.is_over = threading.Event()

    def run(self) -> None:
        try:
            self._results.append(self._call())
        except BaseException as error:  # noqa: BLE001 (raised again where it is waited for)
            self._error = error
        self.is_over.set()

    def result(self) -> Result:
        if self._error is not None:
            raise self._error
        return self._results[0]
