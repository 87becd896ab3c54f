"""The embedded backend: a Python process that one connection starts, uses and ends."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from stui_workspace.connections.backend import (
    Answer,
    Ending,
    Hello,
    OnOutput,
    Output,
    Pulse,
    Request,
)
from stui_workspace.connections.looking import Completions, Inspected
from stui_workspace.connections.python.evaluation import Evaluation
from stui_workspace.connections.python.frames import Begun, Greeting, Said, frame
from stui_workspace.connections.python.launch import Launch, launch_of
from stui_workspace.connections.python.life import Life
from stui_workspace.connections.python.names import name_around, name_before
from stui_workspace.connections.python.pipes import Pipes
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.workspace import ConnectionSpec

PATIENCE: Final = 10.0
"""Seconds for an interpreter to come up."""
GRACE: Final = 1.0
"""Seconds for an idle child to end by itself, and to run what the code registered for its exit."""


class PythonBackend:
    """A child process, from `start` to `close`: one life, so that a restart is another object.

    An evaluation whose task is cancelled is interrupted. The backend stays usable: the next
    evaluation begins when the abandoned one has ended.
    """

    def __init__(
        self,
        spec: ConnectionSpec,
        root: Path,
        environ: Mapping[str, str] | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._spec = spec
        self._root = root
        self._environ = os.environ if environ is None else environ
        self._patience = patience
        self._pipes: Pipes | None = None
        self._life = Life(self._on_said, self._on_ended)
        self._name: str | None = None
        """Who answered."""
        self._end: str | None = None
        """How it ended, or was ended."""
        self._is_settled = asyncio.Event()
        """It answered, or ended before it did."""
        self._is_lost = asyncio.Event()
        self._turn = asyncio.Lock()
        self._evaluation: Evaluation | None = None
        self._busy_from = 0.0
        self._spawning: asyncio.Future[None] | None = None
        self._closing: asyncio.Future[None] | None = None

    async def start(self) -> Hello:
        """Start the child.

        Raises:
            ConnectionLostError: It did not come up; nothing of it is left.
        """
        if self._spawning is not None or self._closing is not None:
            raise RuntimeError("one life of a backend is started once")
        launch = launch_of(self._spec, self._root, self._environ)
        try:
            # To its end even if we are cancelled: `close` waits for it, and ends what came of it.
            self._spawning = asyncio.ensure_future(self._spawn(launch))
            await asyncio.shield(self._spawning)
            async with asyncio.timeout(self._patience):
                await self._is_settled.wait()
        except TimeoutError:
            raise await self._failed(f"no answer within {self._patience:g} s") from None
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "its environment is no text"
            program = printable_line(launch.command[0])
            raise await self._failed(
                f"`{program}` cannot be started: {reason}", is_final=not _may_pass(error)
            ) from None
        except BaseException:
            await self.close()
            raise
        if self._end is not None or self._name is None:
            is_final = not self._life.was_killed_from_outside
            raise await self._failed(self._end or "it ended", is_final=is_final)
        return Hello(self._name, secrets.token_hex(8))

    async def evaluate(self, request: Request, on_output: OnOutput) -> Answer:
        """What came of the code that is asked for.

        Raises:
            ConnectionLostError: The child had ended before; nothing was evaluated.
        """
        if request.is_sent:  # to another child: this one has no past
            return Answer(Ending.UNKNOWN)
        return await self._ask({"code": request.code}, on_output)

    async def complete(self, code: str, cursor: int) -> Completions:
        """What the name at the cursor may be the beginning of; nothing while it evaluates.

        Raises:
            ConnectionLostError: The child had ended before.
        """
        name = name_before(code, cursor)
        found = await self._look_up("complete", name)
        matches = found if isinstance(found, list) else ()
        texts = tuple(match for match in matches if isinstance(match, str))
        return Completions(texts, cursor - len(name.rpartition(".")[2]), cursor)

    async def inspect(self, code: str, cursor: int) -> Inspected:
        """What the name at the cursor stands for; nothing while it evaluates.

        Raises:
            ConnectionLostError: The child had ended before.
        """
        found = await self._look_up("inspect", name_around(code, cursor))
        return (
            Inspected(found=True, text=found) if isinstance(found, str) else Inspected(found=False)
        )

    async def _look_up(self, wanted: str, name: str) -> object:
        if not name or not self._is_idle or self._turn.locked():
            return None
        answer = await self._ask({"look": wanted, "name": name}, lambda _: None)
        try:
            found: object = json.loads(answer.result or "null")
        except (ValueError, RecursionError):
            return None
        return found

    async def _ask(self, command: Mapping[str, str], on_output: OnOutput) -> Answer:
        async with self._turn:
            if self._evaluation is not None:  # abandoned
                await self._evaluation.is_over.wait()
            if self._end is not None or self._name is None:
                reason = self._end or "it was not started"
                raise ConnectionLostError(self._spec.name, reason, "connect it again")
            evaluation = self._evaluation = Evaluation(on_output, self._life.interrupt)
            self._busy_from = time.monotonic()
            self._life.say(frame(command))
            try:
                await evaluation.is_over.wait()
            except asyncio.CancelledError:
                evaluation.abandon()
                raise
            return evaluation.outcome()

    async def interrupt(self) -> None:
        """Raise `KeyboardInterrupt` in the code that runs; nothing happens where none runs.

        Code may catch it, and a library may not come back to Python for long. What does not stop
        is ended by `close`.
        """
        if self._evaluation is not None:
            self._evaluation.interrupt()

    async def ping(self) -> Pulse:
        """That the child lives. It may be in code that does not come back to Python for long.

        Raises:
            ConnectionLostError: It has ended.
        """
        if self._end is not None or self._name is None:
            reason = self._end or "it was not started"
            raise ConnectionLostError(self._spec.name, reason, "connect it again")
        return Pulse(None if self._is_idle else time.monotonic() - self._busy_from)

    async def wait_lost(self) -> str:
        """How the child ended, in one clause; comes back only if it ends without `close`."""
        await self._is_lost.wait()
        return self._end or ""

    async def close(self) -> None:
        """End the child and its process group; nothing happens the second time. Never raises.

        An idle child may run its exit functions; one that evaluates is ended at once.
        """
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close())
        await asyncio.shield(self._closing)

    async def _spawn(self, launch: Launch) -> None:
        self._pipes = Pipes()
        given = self._pipes.given
        own_group: dict[str, Any] = {"start_new_session": True, "pass_fds": given}
        if sys.platform == "win32":
            own_group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        try:
            await asyncio.get_running_loop().subprocess_exec(
                lambda: self._life,
                *launch.command,
                *map(str, given),
                stderr=self._pipes.stderr,
                cwd=launch.cwd,
                env=launch.environ,
                **own_group,
            )
        finally:
            self._pipes.hand_over()

    async def _failed(self, reason: str, *, is_final: bool = False) -> ConnectionLostError:
        await self.close()
        return ConnectionLostError(
            self._spec.name,
            reason,
            f"`connections.{self._spec.name}.python` has to be Python 3.8 or newer",
            is_final=is_final,
        )

    async def _close(self) -> None:
        self._end = self._end or "it was closed"
        if self._spawning is not None:
            await asyncio.gather(self._spawning, return_exceptions=True)
        try:
            if self._life.is_running and self._is_idle:
                self._life.dismiss()
                with suppress(TimeoutError):
                    async with asyncio.timeout(GRACE):
                        await self._life.is_over.wait()
        finally:
            self._life.kill()
        if self._life.is_running:
            await self._life.is_over.wait()
        if self._pipes is not None:
            self._pipes.close()

    @property
    def _is_idle(self) -> bool:
        return self._evaluation is None or self._evaluation.is_over.is_set()

    def _on_said(self, said: Said) -> None:
        evaluation = None if self._is_idle else self._evaluation
        match said:
            case Greeting(backend) if self._name is None:
                self._name = backend
                self._is_settled.set()
            case Begun() if evaluation is not None:
                evaluation.begin()
            case Output() if evaluation is not None:
                if evaluation.may_say(said):
                    evaluation.say(said)
                else:
                    self._life.fail("it sent more output than it may")
            case Answer() if evaluation is not None:
                evaluation.end(said)
            case _:
                self._life.fail("it said what nobody asked for")

    def _on_ended(self, how: str) -> None:
        words = [] if self._pipes is None else list(self._pipes.last_words())
        if self._name is None:
            how = f"{how} before it answered{_last_line(words)}"
        is_news = self._end is None
        self._end = self._end or how
        if self._evaluation is not None and not self._is_idle:
            for output in words:
                self._evaluation.say(output)
            self._evaluation.end(Answer(Ending.LOST, error=self._end))
        if is_news and self._name is not None:
            self._is_lost.set()
        self._is_settled.set()


def _may_pass(error: OSError | ValueError) -> bool:
    """Whether the system was short of something just then."""
    short_of = (errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM)
    return isinstance(error, OSError) and error.errno in short_of


def _last_line(words: list[Output]) -> str:
    """The last that an interpreter complained of, as the end of a clause."""
    lines = "".join(output.text for output in words if output.stream == "stderr").split("\n")
    said = [line for line in lines if line.strip()]
    return f": {printable_line(said[-1])}" if said else ""
