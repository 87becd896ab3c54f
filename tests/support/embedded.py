"""An embedded backend at hand: code in, what came of it out, within a deadline."""

from __future__ import annotations

import asyncio
import itertools
import os
import select
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from stui_workspace.connections.backend import Answer, Backend, Output, Request
from stui_workspace.connections.python.backend import PythonBackend
from stui_workspace.model.workspace import ConnectionSpec

_NUMBERS = itertools.count(1)
DEADLINE = 60.0
"""Seconds for a thing that takes none on a machine with nothing else to do."""


def asked(code: str, *, is_sent: bool = False) -> Request:
    """A request for the evaluation of some code, under an id that nobody else has."""
    return Request(f"request-{next(_NUMBERS)}", code, is_sent=is_sent)


def no_output(_output: Output) -> None:
    """Listen to nothing."""


@dataclass
class Outcome:
    """An evaluation that is over."""

    answer: Answer
    outputs: list[Output]

    @property
    def result(self) -> str | None:
        """What it evaluated to; fails where it did not."""
        assert self.answer.error is None, self.answer.error
        return self.answer.result

    @property
    def error(self) -> str:
        """What it raised; fails where it did not."""
        assert self.answer.error is not None, self.answer
        return self.answer.error

    @property
    def stdout(self) -> str:
        return self._text("stdout")

    @property
    def stderr(self) -> str:
        return self._text("stderr")

    @property
    def text(self) -> str:
        """Both streams as they came."""
        return "".join(output.text for output in self.outputs)

    def _text(self, stream: str) -> str:
        return "".join(output.text for output in self.outputs if output.stream == stream)


@dataclass
class Running:
    """An evaluation that goes on."""

    task: asyncio.Task[Answer]
    outputs: list[Output]
    heard: asyncio.Event

    @classmethod
    def of(cls, backend: Backend, request: Request) -> Self:
        """Begin to evaluate."""
        outputs: list[Output] = []
        heard = asyncio.Event()

        def on_output(output: Output) -> None:
            outputs.append(output)
            heard.set()

        return cls(asyncio.create_task(backend.evaluate(request, on_output)), outputs, heard)

    async def says(self, text: str) -> None:
        """Wait until it has printed that."""
        async with asyncio.timeout(DEADLINE):
            while text not in "".join(output.text for output in self.outputs):
                self.heard.clear()
                await self.heard.wait()

    async def over(self) -> Outcome:
        """Wait for its end."""
        async with asyncio.timeout(DEADLINE):
            return Outcome(await self.task, self.outputs)


@dataclass
class Python:
    """A backend that is up."""

    backend: PythonBackend
    root: Path
    running: list[Running] = field(default_factory=list)

    def begin(self, code: str) -> Running:
        """Begin to evaluate."""
        self.running.append(Running.of(self.backend, asked(code)))
        return self.running[-1]

    async def run(self, code: str) -> Outcome:
        """Evaluate."""
        return await self.begin(code).over()


@asynccontextmanager
async def python_in(
    root: Path, environ: Mapping[str, str] | None = None, **keys: object
) -> AsyncIterator[Python]:
    """A backend for the project at `root`, up until the end of the block.

    Args:
        root: The project.
        environ: What the child inherits; None is our own.
        keys: Of the connection, beside its name and kind.
    """
    spec = ConnectionSpec("py", "python", **keys)  # type: ignore[arg-type]
    python = Python(PythonBackend(spec, root, environ), root)
    await python.backend.start()
    try:
        yield python
    finally:
        async with asyncio.timeout(DEADLINE):
            await python.backend.close()
            await asyncio.gather(*(one.task for one in python.running), return_exceptions=True)


class Sign:
    """A sign of life: a named pipe that reaches its end when nobody has it open any more."""

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = path
        self.reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    @property
    def code(self) -> str:
        """Code that shows the sign as long as its process lives, and those which inherit `sign`."""
        return f"import os\nsign = os.open({str(self.path)!r}, os.O_WRONLY)\nos.write(sign, b'x')\n"

    def read(self, count: int = 100) -> bytes:
        """What was written, or nothing at the end; waits for one of them."""
        ready, _, _ = select.select([self.reader], [], [], DEADLINE)
        assert ready, "nothing happened"
        return os.read(self.reader, count)
