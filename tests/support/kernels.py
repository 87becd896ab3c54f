"""Kernels at hand: backends over each way to one, a real server, and a line that can be cut."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from stui_workspace.connections.backend import Answer, Hello, Output, Request
from stui_workspace.connections.jupyter.backend import JupyterBackend
from stui_workspace.connections.jupyter.kind import make
from stui_workspace.connections.kinds import Setting
from stui_workspace.model.workspace import ConnectionSpec
from support.embedded import Outcome, Running

DEADLINE = 60.0
TOKEN = "a-token-of-the-tests"  # noqa: S105 (it is)


@dataclass
class Link:
    """One backend, from its making to its end."""

    backend: JupyterBackend
    running: list[Running] = field(default_factory=list)

    async def start(self) -> Hello:
        async with asyncio.timeout(DEADLINE):
            return await self.backend.start()

    def begin(self, code: str, request: str | None = None, *, is_sent: bool = False) -> Running:
        """Begin to evaluate, or to take up again."""
        outputs: list[Output] = []
        heard = asyncio.Event()

        def on_output(output: Output) -> None:
            outputs.append(output)
            heard.set()

        asked = Request(request or os.urandom(8).hex(), code, is_sent=is_sent)
        task: asyncio.Task[Answer] = asyncio.create_task(self.backend.evaluate(asked, on_output))
        self.running.append(Running(task, outputs, heard))
        return self.running[-1]

    async def run(self, code: str) -> Outcome:
        return await self.begin(code).over()

    async def close(self) -> None:
        async with asyncio.timeout(DEADLINE):
            await self.backend.close()
            await asyncio.gather(*(one.task for one in self.running), return_exceptions=True)


def link_of(setting: Setting, **keys: object) -> Link:
    """A link to be started."""
    backend = make(ConnectionSpec("nb", "jupyter", **keys), setting)  # type: ignore[arg-type]
    assert isinstance(backend, JupyterBackend)
    return Link(backend)


@asynccontextmanager
async def linked(setting: Setting, **keys: object) -> AsyncIterator[Link]:
    """A link that is up, until the end of the block."""
    link = link_of(setting, **keys)
    try:
        await link.start()
        yield link
    finally:
        await link.close()


async def until(claim: Callable[[], Awaitable[bool]]) -> None:
    """Come back when that holds."""
    deadline = asyncio.get_running_loop().time() + DEADLINE
    while not await claim():
        assert asyncio.get_running_loop().time() < deadline, claim
        await asyncio.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class JupyterServer:
    """A real server on loopback that wants a token; it may be killed and started again."""

    def __init__(self, folder: Path, environ: Mapping[str, str] | None = None) -> None:
        self.port = free_port()
        self._folder = folder
        self._log = folder / "server.log"
        self._environ = {**os.environ, **(environ or {})}
        for name in ("CONFIG", "RUNTIME", "DATA"):
            self._environ[f"JUPYTER_{name}_DIR"] = str(folder / name.lower())
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Come back when it answers."""
        self._child = self._spawned()
        await until(self._is_up)

    async def _is_up(self) -> bool:
        assert self._child is not None
        assert self._child.poll() is None, self._log.read_text()
        return await asyncio.to_thread(self._answers)

    def _spawned(self) -> subprocess.Popen[bytes]:
        settings = {
            "ServerApp.ip": "127.0.0.1",
            "ServerApp.port": self.port,
            "ServerApp.port_retries": 0,
            "ServerApp.open_browser": False,
            "ServerApp.allow_root": True,
            "ServerApp.root_dir": self._folder,
            "IdentityProvider.token": TOKEN,
        }
        options = [f"--{name}={value}" for name, value in settings.items()]
        with self._log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "jupyter_server", *options],
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """As `kill -9` does."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None

    def ask(self, method: str, path: str) -> bytes:
        """What it answers to somebody else who has the token."""
        request = urllib.request.Request(  # noqa: S310 (http, to ourselves)
            f"{self.url}{path}", method=method, headers={"Authorization": f"token {TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=DEADLINE) as answer:  # noqa: S310
            content: bytes = answer.read()
            return content

    def _answers(self) -> bool:
        try:
            self.ask("GET", "/api/kernels")
        except OSError:
            return False
        return True


class Line:
    """A line to a port of this machine that can be cut, with all that is on it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def open(self) -> None:
        """Take connections; at the same port as before."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """End every connection at once, and take no other."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            writer.transport.abort()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:
            writer.transport.abort()
            return
        self._writers.add(far_writer)
        for one, other in ((reader, far_writer), (far_reader, writer)):
            task = asyncio.create_task(self._copy(one, other))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while content := await reader.read(1 << 16):
                writer.write(content)
                await writer.drain()
        self._writers.discard(writer)
        writer.close()


@asynccontextmanager
async def line_to(port: int) -> AsyncIterator[Line]:
    """An open line until the end of the block."""
    line = Line(port)
    await line.open()
    try:
        yield line
    finally:
        await line.cut()
