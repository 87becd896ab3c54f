"""A line REPL at hand: code in, what came of it out, within a deadline."""

from __future__ import annotations

import asyncio
import os
import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from stui_workspace.connections.backend import Backend, Hello
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.lines.backend import LinesBackend
from stui_workspace.connections.prompts.reader import Quiet
from stui_workspace.connections.terminal.backend import TerminalBackend
from stui_workspace.model.workspace import ConnectionSpec
from support.embedded import DEADLINE, Outcome, Running, asked

PATIENCE = 20.0
"""Seconds for a prompt: machines that run tests have much to do."""
HASTY = Quiet(changed=0.3, asks=0.4)


@dataclass
class Repl:
    """A backend that is up."""

    backend: Backend
    hello: Hello
    running: list[Running] = field(default_factory=list)

    def begin(self, code: str) -> Running:
        """Begin to evaluate."""
        running = Running.of(self.backend, asked(code))
        self.running.append(running)
        return running

    async def run(self, code: str) -> Outcome:
        """Evaluate."""
        return await self.begin(code).over()

    async def said(self, code: str) -> str:
        """What it says to the code."""
        return (await self.run(code)).text

    async def interrupted(self, running: Running) -> Outcome:
        """Press ^C until it helps: whoever is just starting something may miss it."""
        async with asyncio.timeout(DEADLINE):
            while not running.task.done():
                await self.backend.interrupt()
                await asyncio.wait({running.task}, timeout=1.0)
        return await running.over()


@contextmanager
def no_more_files() -> Iterator[None]:
    """A block in which this process can open no file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = os.dup(0)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@asynccontextmanager
async def up(backend: Backend) -> AsyncIterator[Repl]:
    """The backend, started, until the end of the block."""
    async with asyncio.timeout(DEADLINE):
        repl = Repl(backend, await backend.start())
    try:
        yield repl
    finally:
        async with asyncio.timeout(DEADLINE):
            await backend.close()
            await asyncio.gather(*(one.task for one in repl.running), return_exceptions=True)


def in_terminal(
    root: Path, *command: str, quiet: Quiet | None = None, **keys: object
) -> TerminalBackend:
    """A backend for a program, not started.

    Args:
        root: The project.
        command: The program and its arguments.
        quiet: How patient to be; None is as usual.
        keys: Of the connection, beside its name, kind and command.
    """
    patience = keys.pop("patience", PATIENCE)
    spec = ConnectionSpec("repl", "pty", command=command, **keys)  # type: ignore[arg-type]
    setting = Setting(root, folder=root / "kept")
    return TerminalBackend(spec, setting, float(str(patience)), quiet)


def at_socket(url: str, *, quiet: Quiet | None = None, **keys: object) -> LinesBackend:
    """A backend for a REPL at an address, not started; the arguments are as above."""
    patience = keys.pop("patience", PATIENCE)
    spec = ConnectionSpec("repl", "socket", url=url, **keys)  # type: ignore[arg-type]
    return LinesBackend(spec, Setting(Path("/")), float(str(patience)), quiet)
