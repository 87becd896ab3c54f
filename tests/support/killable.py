"""Peers in processes of their own, which can be killed and started again at the same address."""

from __future__ import annotations

import asyncio
import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, Protocol

STUI = str(Path(sys.executable).parent / "stui")
PROMPT = "ready> "
_PORTS = (15_000, 30_000)
"""Below those that systems give out: nobody else gets one while its server is down."""


class Peer(Protocol):
    """A peer that is up, coming up, or killed."""

    url: str
    killed_at: float
    ready_at: float
    """When it last said that it was up; before that, infinity."""
    incarnation: str | None
    """Of the life that is up, where it has such a thing."""

    def begin(self) -> None:
        """Start it; `look` says when it is up."""

    def look(self) -> None:
        """Take note of what it said."""

    def kill(self) -> None: ...


def own_port(chance: random.Random) -> int:
    """A port that nobody listens on, and that no client is ever given."""
    while True:
        port = chance.randrange(*_PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


class ServeProcess:
    """A real `stui serve`."""

    def __init__(self, root: Path, home: Path, url: str) -> None:
        self.url = url
        self.killed_at = 0.0
        self.ready_at = float("inf")
        self.incarnation: str | None = None
        self._root = root
        self._home = home
        self._running: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        self._running = subprocess.Popen(
            [STUI, "serve", "--json", "--bind", self.url, "--project", str(self._root)],
            cwd=self._root,
            env={**os.environ, "STUI_HOME": str(self._home), "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def look(self) -> None:
        running = self._running
        if running is None or self.incarnation is not None or running.stdout is None:
            return
        if select.select([running.stdout], [], [], 0)[0]:
            line = running.stdout.readline()
            if not line:
                raise AssertionError(f"`stui serve` ended with {running.wait()}")
            self.incarnation = json.loads(line)["incarnation"]
            self.ready_at = time.time()

    def kill(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.kill()
            running.wait()
            if running.stdout is not None:
                running.stdout.close()
        self.killed_at, self.ready_at, self.incarnation = time.time(), float("inf"), None


class ReplProcess:
    """A REPL of lines that evaluates `name seconds`, and writes each name to a file."""

    incarnation: str | None = None

    def __init__(self, log: Path, port: int) -> None:
        self.url = f"tcp://127.0.0.1:{port}"
        self.killed_at = 0.0
        self.ready_at = float("inf")
        self._log = log
        self._port = port
        self._pid = 0
        self._ear = -1

    def begin(self) -> None:
        self._ear, saying = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._ear)
            self._run(saying)
        os.close(saying)

    def look(self) -> None:
        if self._ear >= 0 and select.select([self._ear], [], [], 0)[0]:
            if not os.read(self._ear, 16):
                raise AssertionError("the REPL ended")
            self.ready_at = time.time()
            self._hang_up()

    def kill(self) -> None:
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        self._hang_up()
        self._pid, self.killed_at, self.ready_at = 0, time.time(), float("inf")

    def _hang_up(self) -> None:
        if self._ear >= 0:
            os.close(self._ear)
            self._ear = -1

    def _run(self, saying: int) -> NoReturn:
        with suppress(BaseException):
            asyncio.run(self._serve(saying))
        os._exit(1)

    async def _serve(self, saying: int) -> None:
        server = await asyncio.start_server(self._talk, "127.0.0.1", self._port)
        os.write(saying, b"up\n")
        os.close(saying)
        await server.serve_forever()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            writer.write(PROMPT.encode())
            while line := (await reader.readline()).decode("utf-8", "replace").strip():
                name, seconds = line.split()
                with self._log.open("a", encoding="utf-8") as log:
                    log.write(f"{name}\n")
                writer.write(b"one\n")
                await asyncio.sleep(float(seconds))
                writer.write(f"two\n{name}\n{PROMPT}".encode())
                await writer.drain()
        writer.transport.abort()
