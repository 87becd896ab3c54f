"""An event loop on which waiting takes no time: its clock jumps when nobody has a thing to do."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Selector(selectors.DefaultSelector):
    """Does not wait for its timeout, but notes that it has passed."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise AssertionError("everybody waits for something that nobody will do")
        ready = super().select(0)
        if not ready:
            self.now += timeout
        return ready


class NoTimeLoop(asyncio.SelectorEventLoop):
    """Its time starts at 0. For code that waits only for time and for itself."""

    def __init__(self) -> None:
        self._clock = _Selector()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now


def run(story: Coroutine[Any, Any, T]) -> T:
    """What `story` returns, at once, however long it waits."""
    with asyncio.Runner(loop_factory=NoTimeLoop) as runner:
        return runner.run(story)
