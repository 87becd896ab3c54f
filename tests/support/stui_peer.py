"""A server of the STUI protocol that does as a test tells it, message by message."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import zmq
import zmq.asyncio

from stui_workspace.connections.backend import Answer, Output, Request
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.protocol.envelope import Envelope, decode, encode
from stui_workspace.connections.protocol.messages import (
    Evaluate,
    Hello,
    Message,
    Resume,
    Standing,
    Welcome,
)
from stui_workspace.connections.stui.backend import StuiBackend
from stui_workspace.model.workspace import ConnectionSpec

DEADLINE = 30.0
"""Seconds for a thing that takes none on a machine with nothing else to do."""
WELCOME = Welcome(Standing.NEW, "pharo-12/orders", "life-1", "Pharo 12")
CARRIERS = ("unix", "lines", "tcp", "ipc")


class Talk(Protocol):
    """The server's end of one link."""

    async def hear(self) -> Envelope:
        """The next message of the client."""

    async def raw(self, content: bytes) -> None:
        """Send those bytes, as one line or frame."""

    async def hang_up(self) -> None:
        """End the link."""


async def say(talk: Talk, message: Message, name: str = "event") -> None:
    await talk.raw(encode(Envelope(name, message, 0.0)))


async def greet(talk: Talk, welcome: Message = WELCOME) -> Hello:
    """Answer the greeting."""
    envelope = await talk.hear()
    assert isinstance(envelope.message, Hello)
    await say(talk, welcome, envelope.id)
    return envelope.message


async def hear_evaluation(talk: Talk) -> tuple[str, Evaluate | Resume]:
    """The next thing that is to be evaluated or taken up: the id of its envelope, and itself."""
    envelope = await talk.hear()
    assert isinstance(envelope.message, Evaluate | Resume), envelope
    return envelope.id, envelope.message


async def stay(talk: Talk) -> None:
    """Say nothing any more, until the client goes."""
    del talk
    await asyncio.Event().wait()


Script = Callable[[Talk], Awaitable[None]]


@dataclass
class LineTalk:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def hear(self) -> Envelope:
        return decode((await self.reader.readuntil(b"\n"))[:-1])

    async def raw(self, content: bytes) -> None:
        await self.bare(content + b"\n")

    async def bare(self, content: bytes) -> None:
        """Send those bytes, and no end of a line."""
        self.writer.write(content)
        await self.writer.drain()

    async def hang_up(self) -> None:
        self.writer.close()
        with suppress(OSError):
            await self.writer.wait_closed()


@dataclass
class FrameTalk:
    """Of a ROUTER, or of a REP where nobody is named."""

    socket: Any
    peer: list[bytes] = field(default_factory=list)

    async def hear(self) -> Envelope:
        *self.peer, content = await self.socket.recv_multipart()
        return decode(content)

    async def raw(self, content: bytes) -> None:
        await self.frames([*self.peer, content])

    async def frames(self, frames: list[bytes]) -> None:
        await self.socket.send_multipart(frames)

    async def hang_up(self) -> None:
        self.socket.close(0)


@dataclass
class Played:
    """A server that is up, and how its script fares."""

    url: str
    ended: asyncio.Future[None]

    async def over(self) -> None:
        """Wait for the end of the script, and fail if it failed."""
        async with asyncio.timeout(DEADLINE):
            await asyncio.shield(self.ended)


@asynccontextmanager
async def playing(
    carrier: str, script: Script, folder: Path, tls: ssl.SSLContext | bytes | None = None
) -> AsyncIterator[Played]:
    """A server for one link: `unix`, `lines`, `tls`, `tcp`, `ipc`, or `rep` for a REP socket.

    Args:
        carrier: Which of them.
        script: What it does.
        folder: Of its socket, if it has a path.
        tls: Its certificate; for ZeroMQ, its secret key of CURVE.
    """
    ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def play(talk: Talk) -> None:
        try:
            await script(talk)
        except asyncio.CancelledError:
            ended.cancel()
            raise
        except Exception as error:  # noqa: BLE001 (the test gets it)
            ended.set_exception(error)
            await talk.hang_up()
        else:
            ended.set_result(None)

    if carrier in ("tcp", "ipc", "rep"):
        assert not isinstance(tls, ssl.SSLContext)
        listening = _frames(carrier, play, folder, tls)
    else:
        assert not isinstance(tls, bytes)
        listening = _lines(carrier, play, folder, tls)
    async with listening as url:
        yield Played(url, ended)
    if ended.done() and not ended.cancelled() and (error := ended.exception()):
        raise error


@asynccontextmanager
async def _lines(
    carrier: str, play: Script, folder: Path, tls: ssl.SSLContext | None
) -> AsyncIterator[str]:
    tasks: set[asyncio.Task[None]] = set()

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        talk = LineTalk(reader, writer)
        with suppress(asyncio.CancelledError):
            await play(talk)
            await talk.hang_up()
        writer.transport.abort()

    if carrier == "unix":
        server = await asyncio.start_unix_server(met, folder / "s", limit=1 << 21)
        url = "unix:s"
    else:
        server = await asyncio.start_server(met, "127.0.0.1", 0, limit=1 << 21, ssl=tls)
        url = f"{carrier}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield url
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def _frames(
    carrier: str, play: Script, folder: Path, secret_key: bytes | None
) -> AsyncIterator[str]:
    context = zmq.asyncio.Context()
    server = context.socket(zmq.REP if carrier == "rep" else zmq.ROUTER)
    if carrier != "rep":
        server.router_mandatory = 1  # wait for room, and drop nothing
    if secret_key is not None:
        server.curve_server = True
        server.curve_secretkey = secret_key
    if carrier == "ipc":
        server.bind(f"ipc://{folder / 's'}")
        url = "ipc://s"
    else:
        url = f"tcp://127.0.0.1:{server.bind_to_random_port('tcp://127.0.0.1')}"
    task = asyncio.ensure_future(play(FrameTalk(server)))
    try:
        yield url + ("?socket=req" if carrier == "rep" else "")
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        context.destroy(linger=0)


def client(url: str, root: Path, patience: float = DEADLINE, **keys: Any) -> StuiBackend:
    """A backend for that address; `keys` are of its spec."""
    spec = ConnectionSpec("image", "stui", url=url, **keys)
    return StuiBackend(spec, Setting(root, "session-1", {}), patience=patience)


@asynccontextmanager
async def met(
    carrier: str, script: Script, folder: Path, **keys: Any
) -> AsyncIterator[StuiBackend]:
    """A backend that was greeted, until the end of the block; fails if the script did."""
    async with playing(carrier, script, folder) as peer:
        backend = client(peer.url, folder, **keys)
        await backend.start()
        try:
            yield backend
        finally:
            await backend.close()


@dataclass
class Heard:
    """What a listener was told."""

    outputs: list[Output] = field(default_factory=list)
    has_heard: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, output: Output) -> None:
        self.outputs.append(output)
        self.has_heard.set()

    @property
    def text(self) -> str:
        return "".join(output.text for output in self.outputs)


async def evaluate(backend: StuiBackend, request: Request) -> tuple[Answer, Heard]:
    """The answer, within the deadline, and what was put out."""
    heard = Heard()
    async with asyncio.timeout(DEADLINE):
        return await backend.evaluate(request, heard), heard


def free_port() -> int:
    """A port at which nobody listens, but for bad luck."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
