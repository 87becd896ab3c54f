"""Waiting for a result no longer than a time, without signals."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Result = TypeVar("Result")


class TooSlowError(Exception):
    """The time is over, and there is no result."""


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """What `work` returns, or raises, if it is done in time.

    It runs in a thread that is left to itself when the time is over, and ends with the process.
    Alarms would do without a thread, but not on every system, and not where another
    library has its own.

    Raises:
        TooSlowError: It was not done in time.
    """
    running = _Running(work)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    thread.join(seconds)
    return running.result()


class _Running(Generic[Result]):
    def __init__(self, work: Callable[[], Result]) -> None:
        self._work = work
        self._results: list[Result] = []
        self._error: BaseException | None = None

    def run(self) -> None:
        try:
            self._results.append(self._work())
        except BaseException as error:  # noqa: BLE001 (raised again where it is waited for)
            self._error = error

    def result(self) -> Result:
        if self._error is not None:
            raise self._error
        if not self._results:
            raise TooSlowError
        return self._results[0]
