"""Connections of `kind: echo`: they say what they are told."""

from __future__ import annotations

import asyncio
import secrets

from stui_workspace.connections.backend import (
    Answer,
    Backend,
    Ending,
    Hello,
    OnOutput,
    Output,
    Pulse,
    Request,
)
from stui_workspace.connections.kinds import Setting
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.workspace import ConnectionSpec


def make(spec: ConnectionSpec, setting: Setting) -> Backend:
    """One link; nothing runs and nothing is reached before its `start`."""
    del setting  # who reaches something finds the folder, the client and the secret here
    return EchoBackend(spec.name)


class EchoBackend:
    """One link to nobody, from `start` to `close`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._end: str | None = "it was not started"
        self._is_lost = asyncio.Event()  # to be set where the other side hangs up
        self._turn = asyncio.Lock()

    async def start(self) -> Hello:
        """Reach it: here is where a real kind waits for the first answer.

        Raises:
            ConnectionLostError: It could not be reached. `is_final` where trying again is no use.
        """
        self._end = None
        return Hello("an echo", incarnation=secrets.token_hex(8))

    async def evaluate(self, request: Request, on_output: OnOutput) -> Answer:
        """Say it again, line by line.

        Raises:
            ConnectionLostError: The link had ended before.
        """
        async with self._turn:
            if self._end is not None:
                raise ConnectionLostError(self._name, self._end, "connect it again")
            if request.is_sent:  # over an earlier link, and this one knows nothing of it
                return Answer(Ending.UNKNOWN)
            for line in request.code.splitlines(keepends=True):
                on_output(Output("stdout", line))
            return Answer(Ending.OK, result=repr(request.code))

    async def interrupt(self) -> None:
        """Nothing of it ever takes long."""

    async def ping(self) -> Pulse:
        """It is always there."""
        if self._end is not None:
            raise ConnectionLostError(self._name, self._end, "connect it again")
        return Pulse()

    async def wait_lost(self) -> str:
        """How the link ended, where it ended without `close`."""
        await self._is_lost.wait()
        return self._end or ""

    async def close(self) -> None:
        """End the link; nothing happens the second time."""
        self._end = self._end or "it was closed"
