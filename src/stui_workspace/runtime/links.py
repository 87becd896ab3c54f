"""Live connections: one `Link` for each connection of the workspace.

A link owns at most one backend at a time. Every failure becomes a state with its
reason: nothing here raises for what a backend does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path

from stui_workspace.connections.backend import Answer, Backend, Ending, Output
from stui_workspace.errors import ConnectionLostError, StuiError
from stui_workspace.model.session import ConnectionRecord
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.events import ConnectionState
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.views import ConnectionView
from stui_workspace.trust import Allow, Deny

Authorize = Callable[[ConnectionSpec], "Allow | Deny"]
"""Whether a connection may be made, asked anew each time."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a link tells its session: the state that it is in now."""

    name: str
    state: ConnectionState
    reason: str | None


class Link:
    """One connection of one session."""

    def __init__(
        self,
        spec: ConnectionSpec,
        root: Path,
        services: Services,
        authorize: Authorize,
        tell: Callable[[Told], None],
    ) -> None:
        self.spec = spec
        self.record = ConnectionRecord()
        self._root = root
        self._services = services
        self._authorize = authorize
        self._tell = tell
        self._backend: Backend | None = None
        self._watching: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        """Held by whoever starts, uses or ends the backend: one at a time, in order."""
        self._view = ConnectionView(spec.name, spec)

    @property
    def view(self) -> ConnectionView:
        """The connection as it is now."""
        return replace(self._view, spec=self.spec, evaluations=self.record.evaluations)

    @property
    def is_live(self) -> bool:
        """Whether there is a backend."""
        return self._backend is not None

    async def connect(self) -> bool:
        """Bring the connection online; whether it is. Consent is asked for first."""
        async with self._turn:
            return await self._connected()

    async def disconnect(self) -> None:
        """End the backend, and want no other."""
        await self._stop()
        async with self._turn:
            await self._end()
            self.record = replace(self.record, wanted=False)
            self._become(ConnectionState.IDLE)

    async def restart(self) -> bool:
        """A new life of the backend, and whether it is online. What runs is ended."""
        await self._stop()
        async with self._turn:
            await self._end()
            return await self._connected()

    async def interrupt(self) -> None:
        """Stop the running evaluation; nothing happens where none runs."""
        if self._backend is not None and self._view.state is ConnectionState.BUSY:
            await self._backend.interrupt()

    async def evaluate(
        self, code: str, on_output: Callable[[Output], None], patience: float
    ) -> Answer | None:
        """What came of `code`; None where the connection could not be made, as its view says.

        Args:
            code: What to evaluate.
            on_output: Told of output while it runs.
            patience: Seconds after which it is interrupted; infinity for never.
        """
        async with self._turn:
            if not await self._connected() or self._backend is None:
                return None
            self._become(ConnectionState.BUSY)
            answer = await self._answer(self._backend, code, on_output, patience)
            self.record = replace(self.record, evaluations=self.record.evaluations + 1)
            if answer.ending is Ending.LOST:
                await self._lost(answer.error or "the backend ended")
            else:
                self._become(ConnectionState.ONLINE)
            return answer

    async def close(self) -> None:
        """End the backend and remember that it was wanted. Never raises."""
        await self._stop()
        async with self._turn:
            await self._end()

    async def _answer(
        self, backend: Backend, code: str, on_output: Callable[[Output], None], patience: float
    ) -> Answer:
        asked = asyncio.ensure_future(backend.evaluate(code, on_output))
        try:
            done, _ = await asyncio.wait({asked}, timeout=None if patience == inf else patience)
            if not done:
                on_output(Output("stderr", f"stui: interrupted after {patience:g} s\n"))
                await backend.interrupt()
            return await asked
        except ConnectionLostError as error:
            return Answer(Ending.LOST, error=error.reason)
        except asyncio.CancelledError:
            asked.cancel()
            with suppress(asyncio.CancelledError, StuiError):
                await asked
            raise

    async def _connected(self) -> bool:
        """Whether the backend is up, starting it where it is not. The turn is held."""
        if self._backend is not None:
            return True
        self.record = replace(self.record, wanted=True)
        answer = self._authorize(self.spec)
        if isinstance(answer, Deny):
            next_step = (
                "change the file" if answer.final else "review what it asks for: `stui trust`"
            )
            self._become(ConnectionState.NEEDS_YOU, answer.reason, next_step)
            return False
        self._become(ConnectionState.CONNECTING)
        try:
            backend = self._services.make_backend(answer.spec, self._root)
            hello = await backend.start()
        except StuiError as error:
            reason = error.reason if isinstance(error, ConnectionLostError) else str(error)
            self.record = replace(self.record, last_error=reason)
            self._become(ConnectionState.NEEDS_YOU, reason, error.next_step)
            return False
        self._backend = backend
        self._watching = asyncio.create_task(self._watch(backend))
        now = self._services.clock()
        self.record = replace(
            self.record, incarnation=hello.incarnation, last_online=now, last_error=None
        )
        self._view = replace(self._view, incarnation=hello.incarnation, backend=hello.backend)
        self._become(ConnectionState.ONLINE)
        return True

    async def _watch(self, backend: Backend) -> None:
        reason = await backend.wait_lost()
        async with self._turn:
            if self._backend is backend:
                await self._lost(reason)

    async def _lost(self, reason: str) -> None:
        await self._end()
        self.record = replace(self.record, last_error=reason)
        self._become(
            ConnectionState.LOST, reason, "evaluate again, or restart: it will be a new one"
        )

    async def _stop(self) -> None:
        """Break off what runs, so that the turn comes: ending the backend is what does it."""
        backend = self._backend
        if backend is not None and self._turn.locked():
            await backend.close()

    async def _end(self) -> None:
        backend, self._backend = self._backend, None
        watching, self._watching = self._watching, None
        if watching is not None and watching is not asyncio.current_task():
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
        if backend is not None:
            await backend.close()
        self._view = replace(self._view, incarnation=None, backend=None)

    def _become(
        self, state: ConnectionState, reason: str | None = None, next_step: str | None = None
    ) -> None:
        self._view = replace(
            self._view,
            state=state,
            reason=reason,
            next_step=next_step,
            since=self._services.clock(),
        )
        self._tell(Told(self.spec.name, state, reason))
