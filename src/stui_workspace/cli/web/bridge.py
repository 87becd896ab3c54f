"""One browser and the stui of its own: what is drawn goes out, what is typed comes in.

Speaks what Textual's web driver speaks, which is frames of a letter, four bytes of length, and
content: `D` for the screen and the keyboard, `M` for JSON about both. The program is started by its
list of arguments, without a shell, and is ended when the browser goes, or we do.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from stui_workspace.cli.web.shown import environ_of
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass, field

READY: Final = b"__GANGLION__\n"
_LONGEST_FRAME: Final = 16 << 20
_LONGEST_COMPLAINT: Final = 8 << 10
_LINES_BEFORE: Final = 10
_LAST_SECONDS: Final = 1.0
"""For the last complaints of a program that has ended, and left others behind."""
_PICTURE_BYTES: Final = 256
"""More than what sets a terminal up, and less than any screen."""
LARGEST: Final = 500
"""Columns, or rows."""


@dataclass(frozen=True, slots=True)
class Program:
    """What is started for each browser."""

    command: tuple[str, ...]
    folder: Path
    environ: Mapping[str, str] = field(repr=False)


@dataclass(slots=True)
class Bridge:
    """One running program. `start` and `end` are called once each."""

    program: Program
    draw: Callable[[bytes], Awaitable[None]]
    """Sends what is for the screen to the browser."""
    complain: Callable[[str], None]
    """Told, in one line, what the program wrote to standard error."""
    well_seconds: float = 8.0
    """For a stui to save, and to end what it was connected to."""
    told_seconds: float = 2.0
    """After SIGTERM, before SIGKILL."""
    deaf_seconds: float = 30.0
    """For a program to read what it was told; one that does not is ended."""
    _process: asyncio.subprocess.Process | None = None
    _complaints: asyncio.Task[str] | None = None
    _size: tuple[int, int] = (0, 0)
    _wanted: tuple[int, int] | None = None
    """A size that came before the first picture: Textual would go back and forth between the two
    for ever."""
    _is_painted: bool = False

    async def start(self, columns: int, rows: int) -> None:
        """Start the program.

        Raises:
            OSError: It cannot be started.
        """
        self._size = (columns, rows)
        self._process = await asyncio.create_subprocess_exec(
            *self.program.command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=self.program.folder,
            env=environ_of(self.program.environ, columns, rows),
            start_new_session=True,  # ^C in our terminal is for us: we end it well
        )
        assert self._process.stderr is not None  # noqa: S101 (for the types)
        self._complaints = asyncio.create_task(_rest_of(self._process.stderr))

    async def show(self) -> None:
        """Send on what the program draws, until it ends, or says what nobody understands."""
        with suppress(asyncio.IncompleteReadError, ConnectionError, ValueError):
            await self._show()

    async def _show(self) -> None:
        stdout = self._running.stdout
        assert stdout is not None  # noqa: S101 (for the types)
        for _ in range(_LINES_BEFORE):
            if await stdout.readline() in (READY, b""):
                break
        while True:
            head = await stdout.readexactly(5)
            size = int.from_bytes(head[1:], "big")
            if size > _LONGEST_FRAME:
                return
            content = await stdout.readexactly(size)
            if head[:1] == b"D":
                await self.draw(content)
                await self._painted(len(content))
            elif head[:1] == b"M" and json.loads(content).get("type") == "exit":
                return

    async def take(self, message: str) -> Any | None:
        """Hand on what the browser says; what it is to be answered, None for nothing.

        What it has no right to say, or what makes no sense, is passed over.

        Raises:
            TimeoutError: The program does not read what it is told.
        """
        with suppress(AttributeError, KeyError, TypeError, ValueError):
            kind, content = json.loads(message)
            if kind == "stdin":
                await self._write(b"D", content.encode("utf-8", "replace"))
            elif kind == "resize":
                await self._resize((bounded(content["width"]), bounded(content["height"])))
            elif kind in ("blur", "focus"):
                await self._tell({"type": kind})
            elif kind == "ping":
                return ["pong", content]
        return None

    async def end(self) -> None:
        """Ask the program to end, wait for that, and then make it end."""
        process = self._process
        if process is None:
            return
        self.deaf_seconds = min(self.deaf_seconds, self.well_seconds)
        with suppress(OSError, RuntimeError):
            await self._tell({"type": "quit"})
        await self._ended(process)
        if self._complaints is not None:
            done, _ = await asyncio.wait([self._complaints], timeout=_LAST_SECONDS)
            self._complaints.cancel()
            for line in "".join(one.result() for one in done).splitlines()[-_LINES_BEFORE:]:
                self.complain(printable_line(line))

    async def _ended(self, process: asyncio.subprocess.Process) -> None:
        """Wait for the end of the program, and bring it about if need be."""
        steps = ((None, self.well_seconds), ("SIGTERM", self.told_seconds), ("SIGKILL", 9.0))
        for number, seconds in steps:
            if number is not None:
                _signal(process, getattr(signal, number, signal.SIGTERM))
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await process.wait()
                    return

    async def _painted(self, byte_count: int) -> None:
        if not self._is_painted and byte_count >= _PICTURE_BYTES:
            self._is_painted = True
            if self._wanted is not None:
                await self._resize(self._wanted)

    async def _resize(self, size: tuple[int, int]) -> None:
        if not self._is_painted:
            self._wanted = size
        elif size != self._size:
            self._size = size
            await self._tell({"type": "resize", "width": size[0], "height": size[1]})

    @property
    def _running(self) -> asyncio.subprocess.Process:
        assert self._process is not None  # noqa: S101 (`start` comes first)
        return self._process

    async def _tell(self, what: Mapping[str, object]) -> None:
        await self._write(b"M", json.dumps(what).encode())

    async def _write(self, kind: bytes, content: bytes) -> None:
        stdin = self._running.stdin
        assert stdin is not None  # noqa: S101 (for the types)
        with suppress(ConnectionError, RuntimeError):
            stdin.write(kind + len(content).to_bytes(4, "big") + content)
            async with asyncio.timeout(self.deaf_seconds):
                await stdin.drain()


def bounded(cells: object) -> int:
    """A number of columns or rows that can be drawn.

    Raises:
        ValueError: It is no number.
    """
    return max(1, min(int(str(cells)), LARGEST))


async def _rest_of(stream: asyncio.StreamReader) -> str:
    """The last that comes, when nothing comes any more."""
    kept = b""
    while piece := await stream.read(_LONGEST_COMPLAINT):
        kept = (kept + piece)[-_LONGEST_COMPLAINT:]
    return kept.decode("utf-8", "replace")


def _signal(process: asyncio.subprocess.Process, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.terminate()
        else:
            os.killpg(process.pid, number)
