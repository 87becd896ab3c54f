"""A bound on how many peers are being reached at once, over all connections of this program."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from stui_workspace.model.records import dataclass

MOST_DIALS: Final = 8


@dataclass(slots=True)
class _Turns:
    """Those of one event loop."""

    turns: asyncio.Semaphore
    comers: int = 0
    """How many dial or wait for it."""


class Dials:
    """Lets so many dial at once; the others wait their turn, in the order in which they came.

    To be entered before the clock of an attempt begins: nobody's patience is for the queue.
    """

    def __init__(self, most: int = MOST_DIALS) -> None:
        self._most = most
        self._by_loop: dict[asyncio.AbstractEventLoop, _Turns] = {}

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """A block in which somebody may be reached. Not to be entered twice by one attempt."""
        loop = asyncio.get_running_loop()
        found = self._by_loop.setdefault(loop, _Turns(asyncio.Semaphore(self._most)))
        found.comers += 1
        try:
            async with found.turns:
                yield
        finally:
            found.comers -= 1
            if not found.comers:
                del self._by_loop[loop]


DIALS: Final = Dials()
"""Of this program."""
