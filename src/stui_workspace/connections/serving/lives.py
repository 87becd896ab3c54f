"""The lives of the backend that a server has: one after another, each an incarnation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress

from stui_workspace.connections.backend import Backend, Hello
from stui_workspace.errors import ConnectionLostError, StuiError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Life:
    """A backend that is up."""

    backend: Backend
    hello: Hello
    started: float
    """In seconds since 1970."""


class Lives:
    """Starts a backend when one is needed, and says when it has ended.

    Args:
        make: A new backend.
        on_end: Told of a life that ended, and how.
        clock: Seconds since 1970.
    """

    def __init__(
        self,
        make: Callable[[], Backend],
        on_end: Callable[[Life, str], None],
        clock: Callable[[], float],
    ) -> None:
        self.current: Life | None = None
        self._make = make
        self._on_end = on_end
        self._clock = clock
        self._turn = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._watching: asyncio.Task[None] | None = None
        self._is_closed = False

    async def begin(self) -> Life:
        """The life that is, or a new one.

        Raises:
            ConnectionLostError: The backend does not start.
        """
        async with self._turn:
            if self._is_closed:
                raise ConnectionLostError("backend", "the server is ending")
            if self.current is None:
                self.current = await self._start()
                self._watching = self._go_on(self._watch(self.current))
            return self.current

    def end(self, life: Life, reason: str) -> None:
        """It has ended; nothing happens where that is known."""
        if self.current is life:
            self.current = None
            if self._watching is not None and self._watching is not asyncio.current_task():
                self._watching.cancel()
            self._go_on(life.backend.close())
            self._on_end(life, reason)

    async def close(self) -> None:
        """End the backend with all that it started."""
        self._is_closed = True
        async with self._turn:
            life, self.current = self.current, None
            if life is not None:
                await life.backend.close()
        if self._watching is not None:
            self._watching.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _start(self) -> Life:
        backend: Backend | None = None
        try:
            backend = self._make()
            return Life(backend, await backend.start(), self._clock())
        except ConnectionLostError:
            raise
        except StuiError as error:
            raise ConnectionLostError("backend", str(error), error.next_step) from error
        except Exception as error:  # a plugin's, which may fail in any way
            if backend is not None:
                with suppress(Exception):
                    await backend.close()
            reason = printable_line(f"{type(error).__name__}: {error}")
            raise ConnectionLostError("backend", f"it does not start: {reason}") from error

    async def _watch(self, life: Life) -> None:
        self.end(life, await life.backend.wait_lost())

    def _go_on(self, doing: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
