"""Telling a link of the time, whenever that is due, as long as time matters to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from stui_workspace.runtime.services import Services

_LOOK_SECONDS: Final = 2.0


class Ticker:
    """Wakes when something is due, or when that may have changed."""

    def __init__(
        self, services: Services, due: Callable[[], float | None], tick: Callable[[], object]
    ) -> None:
        """A ticker that is not awake yet.

        Args:
            services: The clock, and sleep.
            due: When the next thing is; None for never.
            tick: Called when it is time.
        """
        self._services = services
        self._due = due
        self._tick = tick
        self._moved = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def move(self) -> None:
        """Note a change: whoever waits for one goes on, and what is due may be another thing."""
        self._moved.set()
        self._moved = asyncio.Event()

    async def moved(self) -> None:
        """Wait for the next change."""
        await self._moved.wait()

    def wake(self) -> None:
        """See that somebody looks at the clock, where that matters."""
        if self._due() is None:
            return
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Look at the clock no more."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        while True:
            moved = self._moved  # taken first: a change while we look must wake us
            due = self._due()
            if due is None:
                return
            seconds = due - self._services.clock()
            if seconds > 0:  # looked at now and then: timers stand still while a machine sleeps
                await self._moved_within(moved, min(seconds, _LOOK_SECONDS))
            else:
                self._tick()

    async def _moved_within(self, change: asyncio.Event, seconds: float) -> None:
        """Wait for a change, or until so many seconds have passed."""
        moved = asyncio.ensure_future(change.wait())
        asleep = asyncio.ensure_future(self._services.sleep(seconds))
        try:
            await asyncio.wait({moved, asleep}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            moved.cancel()
            asleep.cancel()
