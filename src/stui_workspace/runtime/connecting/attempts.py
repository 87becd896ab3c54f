"""One attempt to connect, from the question for consent to the end of what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from time import perf_counter
from typing import Any, Final

from stui_workspace.connections.backend import Backend, Hello, Pulse
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.machine import Answered, Failed, Input, Lost, Refused
from stui_workspace.errors import ConnectionLostError, StuiError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.services import MakeBackend
from stui_workspace.trust import Allow, Deny

_ENDING_SECONDS: Final = 2.0
"""So long an attempt waits for the end of the one before: they may need the same lock or port."""

Authorize = Callable[[ConnectionSpec], "Allow | Deny"]
"""Whether a connection may be made, asked anew each time."""


@dataclass(frozen=True, slots=True)
class Making:
    """How the backends of a connection are made."""

    spec: ConnectionSpec
    setting: Callable[[Allow], Setting]
    """For what was allowed, and nothing else."""
    authorize: Authorize
    make: MakeBackend


class Attempt:
    """One epoch of a link. Begins at once; `drop` ends it, whatever it is at.

    Args:
        epoch: Its number.
        making: What is to be reached, and how.
        earlier: Ends of attempts before it, which are waited for a little.
        tell: Told what happens, in the words of the machine.
        on_pulse: Told of each answer to `probe`, with its round trip in seconds.
    """

    def __init__(
        self,
        epoch: int,
        making: Making,
        earlier: Iterable[asyncio.Task[None]],
        tell: Callable[[Input], None],
        on_pulse: Callable[[int, Pulse, float], None],
    ) -> None:
        self.epoch = epoch
        self.backend: Backend | None = None
        self.hello: Hello | None = None
        self._making = making
        self._tell = tell
        self._on_pulse = on_pulse
        self._work = asyncio.create_task(self._run(frozenset(earlier)))
        self._asking: asyncio.Task[None] | None = None
        self._end: asyncio.Task[None] | None = None

    def probe(self) -> None:
        """Ask the backend for a sign of itself; nothing happens while it is being asked already."""
        if self.hello is not None and (self._asking is None or self._asking.done()):
            self._asking = asyncio.create_task(self._ask())

    def drop(self) -> asyncio.Task[None]:
        """Begin to end it; the task is done when nothing of it is left."""
        if self._end is None:
            self._end = asyncio.create_task(self._ended())
        return self._end

    async def _run(self, earlier: frozenset[asyncio.Task[None]]) -> None:
        if earlier:
            await asyncio.wait(earlier, timeout=_ENDING_SECONDS)
        answer = self._making.authorize(self._making.spec)
        if isinstance(answer, Deny):
            step = "change the file" if answer.final else "review what it asks for: `stui trust`"
            self._tell(Refused(self.epoch, answer.reason, step))
            return
        try:
            self.backend = self._making.make(answer.spec, self._making.setting(answer))
            hello = await self.backend.start()
            check_identity(answer.spec, hello)
        except Exception as error:  # noqa: BLE001 (a plugin may fail in any way; that is a state too)
            self._tell(_failure(self.epoch, error))
            return
        self.hello = hello
        self._tell(Answered(self.epoch))
        self._tell(Lost(self.epoch, await self.backend.wait_lost()))

    async def _ask(self) -> None:
        began = perf_counter()
        if self.backend is not None:
            with suppress(StuiError):  # the end of a link is told by itself
                pulse = await self.backend.ping()
                self._on_pulse(self.epoch, pulse, perf_counter() - began)

    async def _ended(self) -> None:
        for task in (self._work, self._asking):
            await _cancelled(task)
        if self.backend is not None:
            await self.backend.close()


async def _cancelled(task: asyncio.Task[Any] | None) -> None:
    if task is not None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def check_identity(spec: ConnectionSpec, hello: Hello) -> None:
    """Return if the right one answered, of the right name.

    Raises:
        ConnectionLostError: Somebody else did.
    """
    if spec.identity is None or hello.identity == spec.identity:
        return
    found = (
        "nobody by name" if hello.identity is None else f"`{printable_line(hello.identity, 80)}`"
    )
    raise ConnectionLostError(
        spec.name,
        f"`{printable_line(spec.identity, 80)}` was expected, and {found} answered",
        f"check the address, or `connections.{spec.name}.identity`",
        is_final=True,
    )


def _failure(epoch: int, error: Exception) -> Failed:
    if isinstance(error, ConnectionLostError):
        return Failed(epoch, error.reason, error.next_step, error.is_final)
    if isinstance(error, StuiError):
        return Failed(epoch, str(error), error.next_step, is_final=True)
    reason = f"its backend failed: {printable_line(f'{type(error).__name__}: {error}', 200)}"
    return Failed(
        epoch, reason, "report it to whoever wrote that kind of connection", is_final=True
    )
