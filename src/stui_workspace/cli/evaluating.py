"""One evaluation from the command line: its output as it comes, its result, its exit status."""

from __future__ import annotations

import asyncio
import math
import signal
import sys
from contextlib import suppress
from os import urandom
from time import perf_counter

import click

from stui_workspace.cli.exits import ClosedPipeError
from stui_workspace.cli.paint import is_terminal
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put_foreign, put_json, tell
from stui_workspace.connections.backend import Answer, Backend, Ending, Output, Request
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.printable import printable
from stui_workspace.model.records import dataclass

_STATUSES = {
    Ending.OK: Status.DONE,
    Ending.ERROR: Status.FINDINGS,
    Ending.INTERRUPTED: Status.FINDINGS,
    Ending.LOST: Status.CONNECTION,
    Ending.UNKNOWN: Status.CONNECTION,
}
_GRACE_SECONDS = 5.0
"""How long interrupted code may take to end before its backend is ended."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What to evaluate, and how to tell of it."""

    connection: str
    code: str
    timeout: float
    """Seconds; infinity for never."""
    as_json: bool = False


def evaluate(backend: Backend, asking: Asking) -> int:
    """The exit status of an evaluation on a backend of its own, which is ended after it.

    Raises:
        ConnectionLostError: The backend cannot be started, or ended while it worked.
    """
    began = perf_counter()
    outlet = _Outlet(is_kept=asking.as_json)
    try:
        answer = asyncio.run(_answer(backend, asking, outlet))
    except asyncio.CancelledError:
        return Status.TERMINATED
    if outlet.is_closed:
        raise ClosedPipeError
    if asking.as_json:
        put_json(_record(asking, answer, outlet, perf_counter() - began), indent=None)
        return _STATUSES[answer.ending]
    if answer.ending in (Ending.LOST, Ending.UNKNOWN):
        raise ConnectionLostError(asking.connection, answer.error or "it was lost")
    outlet.finish(answer)
    return _STATUSES[answer.ending]


async def _answer(backend: Backend, asking: Asking, outlet: _Outlet) -> Answer:
    end_on_sigterm()
    try:
        hello = await backend.start()
        if is_terminal(sys.stderr):
            tell(f"{asking.connection}: {hello.backend}")
        return await _bounded(backend, asking, outlet)
    finally:
        await backend.close()


async def _bounded(backend: Backend, asking: Asking, outlet: _Outlet) -> Answer:
    """The answer, within the time that it may take."""
    work = asyncio.ensure_future(
        backend.evaluate(Request(urandom(16).hex(), asking.code), outlet.take)
    )
    stopping = asyncio.ensure_future(outlet.stop.wait())
    limit = None if math.isinf(asking.timeout) else asking.timeout
    try:
        await asyncio.wait({work, stopping}, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            if not outlet.is_closed:
                tell(f"interrupted after {asking.timeout:g} s", kind="note")
            await backend.interrupt()
            await asyncio.wait({work}, timeout=_GRACE_SECONDS)
        if not work.done():
            return Answer(Ending.INTERRUPTED, error="it did not stop when it was interrupted\n")
        return work.result()
    finally:
        for task in (work, stopping):
            task.cancel()
            with suppress(asyncio.CancelledError, ConnectionLostError):
                await task


class _Outlet:
    """Where output goes: to our own streams as it comes, or into the JSON document."""

    def __init__(self, *, is_kept: bool) -> None:
        self.texts: dict[str, list[str]] = {"stdout": [], "stderr": []}
        self.notes: list[str] = []
        """What is to be said of the output itself, as that some of it is missing."""
        self.stop = asyncio.Event()
        """Set when there is no reason to go on."""
        self.is_closed = False
        self._is_kept = is_kept
        self._ends_open = False

    def take(self, output: Output) -> None:
        if output.stream not in self.texts:
            self._note(output.text.strip())
        elif self._is_kept:
            self.texts[output.stream].append(output.text)
        elif not self.is_closed:
            self._print(output.text, err=output.stream == "stderr")

    def finish(self, answer: Answer) -> None:
        """Print the result, or the error, on lines of their own."""
        if answer.error:
            self._print(answer.error.removesuffix("\n") + "\n", err=True)
        if answer.result is not None:
            if self._ends_open:
                self._print("\n", err=False)
            put_foreign(answer.result)

    def _note(self, text: str) -> None:
        self.notes.append(text)
        if not self._is_kept and not self.is_closed:
            tell(text, kind="note")

    def _print(self, text: str, *, err: bool) -> None:
        stream = sys.stderr if err else sys.stdout
        try:
            click.echo(
                printable(text) if is_terminal(stream) else text, nl=False, err=err, color=True
            )
        except BrokenPipeError:
            self.is_closed = True
            self.stop.set()
        if not err and text:
            self._ends_open = not text.endswith("\n")


def _record(asking: Asking, answer: Answer, outlet: _Outlet, seconds: float) -> dict[str, object]:
    return {
        "connection": asking.connection,
        "outcome": str(answer.ending),
        "result": answer.result,
        "error": answer.error,
        "stdout": "".join(outlet.texts["stdout"]),
        "stderr": "".join(outlet.texts["stderr"]),
        "notes": outlet.notes,
        "seconds": round(seconds, 6),
    }


def end_on_sigterm() -> None:
    """Let SIGTERM end this task, and with it its backends, as Ctrl-C does."""
    task = asyncio.current_task()
    if task is not None and sys.platform != "win32":
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
