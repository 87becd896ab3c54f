"""Peers that count what they evaluate, on a port that they keep through all of their lives."""

from __future__ import annotations

import asyncio
import itertools
import socket
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import psutil

from doubles.fake_backend import FakeBackend, FakeLife
from faults.proxy import Fault
from stui_workspace.connections.backend import Answer, Ending, OnOutput, Output, Request
from stui_workspace.connections.serving.addresses import address_of
from stui_workspace.connections.serving.listening import Sealing, listening
from stui_workspace.connections.serving.server import Options, Server
from stui_workspace.model.workspace import ConnectionSpec, Health
from stui_workspace.runtime.connecting.links import Link
from support.kernels import TOKEN, JupyterServer

QUICK = Health(ping=0.1, warn_after=0.2, dead_after=1.0)
_LIVES = itertools.count(1)
_PROMPT = "ready> "


class Peer(Protocol):
    """A backend somewhere, which is told to evaluate names that take some time."""

    faults: tuple[Fault, ...]
    """What the network may do to it and be noticed."""
    is_exact: bool
    """Whether bytes that come twice are noticed."""
    health: Health
    """How soon silence counts: what takes long to start needs more of it."""
    token: str | None
    port: int

    def spec(self, port: int) -> ConnectionSpec:
        """The connection to it, behind a proxy on that port."""

    def code(self, name: str, seconds: float) -> str:
        """What puts out `one`, takes so long, puts out `two`, and comes to the name."""

    def executed(self) -> list[str]:
        """The names that were evaluated, each as often as that was done."""

    async def start(self) -> None: ...
    async def restart(self, link: Link) -> None:
        """End this life of it, and begin another."""

    async def close(self) -> None: ...


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def python_code(log: Path, name: str, seconds: float) -> str:
    """What a peer that is Python is told; it notes in a file that it was."""
    return (
        f"import time; _ = open({str(log)!r}, 'a').write('{name}\\n'); print('one');"
        f" time.sleep({seconds}); print('two'); '{name}'"
    )


class CountingBackend(FakeBackend):
    """Evaluates `name seconds`, with two pieces of output, and the name as the result."""

    def __init__(self, executed: list[str]) -> None:
        super().__init__(life=FakeLife(incarnation=f"life-{next(_LIVES)}"))
        self._executed = executed
        self._stop = asyncio.Event()

    async def evaluate(self, request: Request, on_output: OnOutput) -> Answer:
        name, seconds = request.code.split()
        self._executed.append(name)
        self._stop.clear()
        on_output(Output("stdout", "one\n"))
        with suppress(TimeoutError):
            async with asyncio.timeout(float(seconds)):
                await self._stop.wait()
            return Answer(Ending.INTERRUPTED, error="interrupted")
        on_output(Output("stdout", "two\n"))
        return Answer(Ending.OK, name)

    async def interrupt(self) -> None:
        self._stop.set()


class StuiPeer:
    """The reference server, over JSON lines or over ZeroMQ."""

    faults: tuple[Fault, ...] = tuple(Fault)
    is_exact = True
    health = QUICK
    token: str | None = None

    def __init__(self, home: Path, scheme: str) -> None:
        self.port = free_port()
        self._scheme = scheme
        self._folder = home / "server"
        self._executed: list[str] = []
        self._count = itertools.count(1)
        self._running: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()

    def spec(self, port: int) -> ConnectionSpec:
        return ConnectionSpec("far", "stui", url=f"{self._scheme}://127.0.0.1:{port}")

    def code(self, name: str, seconds: float) -> str:
        return f"{name} {seconds}"

    def executed(self) -> list[str]:
        return self._executed

    async def start(self) -> None:
        self._stop, up = asyncio.Event(), asyncio.Event()
        self._running = asyncio.create_task(self._run(up))
        coming_up = asyncio.ensure_future(up.wait())
        await asyncio.wait({self._running, coming_up}, return_when=asyncio.FIRST_COMPLETED)
        coming_up.cancel()

    async def restart(self, link: Link) -> None:
        del link
        await self.close()
        await self.start()

    async def close(self) -> None:
        self._stop.set()
        if self._running is not None:
            await self._running

    async def _run(self, up: asyncio.Event) -> None:
        folder = self._folder / str(next(self._count))
        address = address_of(f"{self._scheme}://127.0.0.1:{self.port}")
        server = Server(lambda: CountingBackend(self._executed), folder, Options())
        async with listening(server, address, Sealing()):
            await server.start()
            up.set()
            await self._stop.wait()
            await server.close()


class ReplPeer:
    """A REPL of lines; each link is a life of it.

    It cannot be asked whether it is there while it evaluates: what swallows bytes and keeps the
    link open looks like a long evaluation, and stays one until a person interrupts it.
    """

    faults: tuple[Fault, ...] = (
        Fault.CUT,
        Fault.RESET,
        Fault.REFUSE,
        Fault.SILENT,
        Fault.DELAY,
        Fault.DRIP,
    )
    is_exact = False
    health = QUICK
    token: str | None = None

    def __init__(self) -> None:
        self.port = free_port()
        self._executed: list[str] = []
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    def spec(self, port: int) -> ConnectionSpec:
        return ConnectionSpec("far", "socket", url=f"tcp://127.0.0.1:{port}", prompt=_PROMPT)

    def code(self, name: str, seconds: float) -> str:
        return f"{name} {seconds}"

    def executed(self) -> list[str]:
        return self._executed

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", self.port)

    async def restart(self, link: Link) -> None:
        del link
        await self.close()
        await self.start()

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in tuple(self._writers):
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        with suppress(OSError, asyncio.CancelledError):
            writer.write(_PROMPT.encode())
            while line := (await reader.readline()).decode("utf-8", "replace").strip("\r\n\x03"):
                name, seconds = line.split()
                self._executed.append(name)
                writer.write(b"one\n")
                await asyncio.sleep(float(seconds))
                writer.write(f"two\n{name}\n{_PROMPT}".encode())
                await writer.drain()
        self._writers.discard(writer)
        writer.transport.abort()


class LocalPeer:
    """A process that the connection starts: there is no network to break, it can only be killed."""

    faults: tuple[Fault, ...] = ()
    is_exact = True
    health = QUICK
    token: str | None = None
    port = 0

    def __init__(self, home: Path, kind: str) -> None:
        self._log = home / "executed"
        self._home = home
        self._kind = kind

    def spec(self, port: int) -> ConnectionSpec:
        del port
        command = ("/bin/sh",) if self._kind == "pty" else ()
        return ConnectionSpec("near", self._kind, command=command, cwd=str(self._home))

    def code(self, name: str, seconds: float) -> str:
        if self._kind == "pty":
            return f"echo {name} >> {self._log}; echo one; sleep {seconds}; echo two; echo {name}"
        return python_code(self._log, name, seconds)

    def executed(self) -> list[str]:
        return self._log.read_text("utf-8").split() if self._log.exists() else []

    async def start(self) -> None:
        pass

    async def restart(self, link: Link) -> None:
        for child in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                if str(self._home) in (child.cwd(), *child.cmdline()):
                    child.kill()
        del link

    async def close(self) -> None:
        pass


class JupyterPeer:
    """A kernel of its own on a real Jupyter Server, which all schedules of a run share."""

    faults: tuple[Fault, ...] = (Fault.CUT, Fault.RESET, Fault.REFUSE, Fault.HALF, Fault.DELAY)
    is_exact = False  # what a kernel says while a link falls may be gone: that is marked
    health = Health(ping=0.5, warn_after=1.0, dead_after=10.0)

    def __init__(self, home: Path, server: JupyterServer) -> None:
        self.port = server.port
        self.token: str | None = TOKEN
        self._server = server
        self._log = home / "executed"

    def spec(self, port: int) -> ConnectionSpec:
        url = f"http://127.0.0.1:{port}"
        return ConnectionSpec("far", "jupyter", url=url, kernel="python3", credential="keyring:far")

    def code(self, name: str, seconds: float) -> str:
        return python_code(self._log, name, seconds)

    def executed(self) -> list[str]:
        return self._log.read_text("utf-8").split() if self._log.exists() else []

    async def start(self) -> None:
        pass

    async def restart(self, link: Link) -> None:
        kernel = (link.record.incarnation or "")[: len(str(uuid.UUID(int=0)))]
        if kernel:
            path = f"/api/kernels/{kernel}/restart"
            with suppress(OSError):
                await asyncio.to_thread(self._server.ask, "POST", path)

    async def close(self) -> None:
        pass
