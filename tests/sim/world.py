"""Time and chance of a simulation: one queue of events, and one source of all that is random."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from random import Random

from sim.trace import LAST_LINES, Trace

EPOCH = 1_800_000_000.0
"""When every simulation begins, in seconds since 1970."""

MOST_EVENTS = 60_000
"""More than any simulation needs that comes to rest."""

Action = Callable[[], None]


class World:
    """The true time, and what happens next."""

    def __init__(self, seed: int, *, whole_trace: bool = False) -> None:
        self.seed = seed
        self.now = 0.0
        self.chance = Random(seed)  # noqa: S311 (a simulation has no secrets)
        self.trace = Trace(seed, lambda: self.now, None if whole_trace else LAST_LINES)
        self._queue: list[tuple[float, int, Action]] = []
        self._number = 0

    @property
    def is_idle(self) -> bool:
        """Whether nothing is going to happen."""
        return not self._queue

    def after(self, delay: float, action: Action) -> None:
        """Do something later. What is due at the same moment is done in the order it was asked."""
        self._number += 1
        heapq.heappush(self._queue, (self.now + max(delay, 0.0), self._number, action))

    def run(self, seconds: float) -> None:
        """Let so many seconds pass, with all that happens in them."""
        end = self.now + seconds
        count = 0
        while self._queue and self._queue[0][0] <= end:
            self.now, _, action = heapq.heappop(self._queue)
            action()
            count += 1
            if count > MOST_EVENTS:
                raise self.trace.broken("rest", f"{MOST_EVENTS} events, and no end")
        self.now = end

    def somewhen(self, low: float, high: float) -> float:
        """A random number of seconds."""
        return self.chance.uniform(low, high)

    def happens(self, share: float) -> bool:
        """Whether something does that happens so often."""
        return self.chance.random() < share
