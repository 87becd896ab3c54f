"""A network that a test can break: it stands between a client and a peer, and passes bytes on.

What it can do to them is what networks do. It never makes bytes up but for `duplicate`.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

_PIECE: Final = 16 << 10
_NO_LINGER: Final = struct.pack("ii", 1, 0)


class Fault(StrEnum):
    CUT = "cut"
    """Both ends are closed, as when a process ends."""
    RESET = "reset"
    """Both ends are reset, as when a machine starts anew."""
    STALL = "stall"
    """Nothing is passed on any more, and nothing is closed: a cable was pulled."""
    REFUSE = "refuse"
    """Nobody listens: what is there is cut, and who comes is refused."""
    SILENT = "silent"
    """Who comes is accepted, and hears nothing."""
    DELAY = "delay"
    """Everything comes later."""
    DROP = "drop"
    """What the client says from now on is lost, on the links that there are."""
    DEAF = "deaf"
    """What the peer says from now on is lost, on the links that there are."""
    DUPLICATE = "duplicate"
    """The next bytes from the peer come twice, which no protocol can read."""
    HALF = "half"
    """The peer hears that the client has closed, and the client does not hear of it."""
    DRIP = "drip"
    """Bytes come one by one, slowly."""


@dataclass(eq=False)
class _Pipe:
    """One link through the proxy."""

    client: asyncio.StreamWriter
    peer: asyncio.StreamWriter | None = None
    is_drop: bool = False
    is_deaf: bool = False
    is_stalled: bool = False
    repeats: bool = False
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


class Proxy:
    """Listens on a port of its own for clients of the peer at `target`."""

    def __init__(self, target: Callable[[], int]) -> None:
        self.port = 0
        self._target = target
        self._server: asyncio.Server | None = None
        self._pipes: set[_Pipe] = set()
        self._is_silent = False
        self._lag = 0.0
        self._piece = _PIECE

    async def start(self) -> None:
        """Listen."""
        await self._listen()

    async def close(self) -> None:
        """Cut everything, and listen no more."""
        await self._refuse()

    async def fault(self, fault: Fault) -> None:
        """Break in that way, until `heal`, or for the links that there are."""
        match fault:
            case Fault.REFUSE:
                await self._refuse()
            case Fault.SILENT:
                self._is_silent = True
            case Fault.DELAY:
                self._lag = 0.03
            case Fault.DRIP:
                self._lag, self._piece = 0.002, 7
            case _:
                for pipe in tuple(self._pipes):
                    self._hurt(pipe, fault)

    async def heal(self) -> None:
        """Pass on what comes, at once. Links that were stalled or made deaf stay so."""
        self._is_silent, self._lag, self._piece = False, 0.0, _PIECE
        if self._server is None:
            await self._listen()

    def _hurt(self, pipe: _Pipe, fault: Fault) -> None:
        match fault:
            case Fault.CUT:
                self._cut(pipe)
            case Fault.RESET:
                self._cut(pipe, resets=True)
            case Fault.STALL:
                pipe.is_stalled = True
            case Fault.DROP:
                pipe.is_drop = True
            case Fault.DEAF:
                pipe.is_deaf = True
            case Fault.DUPLICATE:
                pipe.repeats = True
            case Fault.HALF if pipe.peer is not None:
                with suppress(OSError, RuntimeError):
                    pipe.peer.write_eof()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._come, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _refuse(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for pipe in tuple(self._pipes):
            self._cut(pipe)
        await asyncio.sleep(0)

    async def _come(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        pipe = _Pipe(writer)
        self._pipes.add(pipe)
        if self._is_silent:
            pipe.is_stalled = True
            return
        try:
            from_peer, pipe.peer = await asyncio.open_connection("127.0.0.1", self._target())
        except OSError:
            self._cut(pipe)
            return
        for source, sink, is_from_peer in ((reader, pipe.peer, False), (from_peer, writer, True)):
            task = asyncio.create_task(self._pass_on(pipe, source, sink, is_from_peer=is_from_peer))
            pipe.tasks.add(task)

    async def _pass_on(
        self,
        pipe: _Pipe,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        *,
        is_from_peer: bool,
    ) -> None:
        with suppress(OSError, RuntimeError):
            while piece := await source.read(self._piece):
                if self._lag:
                    await asyncio.sleep(self._lag)
                if pipe.is_stalled or (pipe.is_deaf if is_from_peer else pipe.is_drop):
                    continue
                if is_from_peer and pipe.repeats:
                    pipe.repeats, piece = False, piece * 2
                sink.write(piece)
                await sink.drain()
        if not pipe.is_stalled:
            self._cut(pipe)

    def _cut(self, pipe: _Pipe, *, resets: bool = False) -> None:
        self._pipes.discard(pipe)
        for writer in (pipe.client, pipe.peer):
            if writer is None:
                continue
            found = writer.get_extra_info("socket")
            if resets and found is not None:
                with suppress(OSError):
                    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            writer.transport.abort()
        for task in pipe.tasks:
            if task is not asyncio.current_task():
                task.cancel()
