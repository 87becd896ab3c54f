"""A REPL in a pseudo-terminal, which one connection starts, uses and ends."""

from __future__ import annotations

import asyncio
import errno
import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from stui_workspace.connections.backend import Answer, Hello, OnOutput, Pulse, Request
from stui_workspace.connections.conversing.conversation import Conversation
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.orphans import forget, note_started
from stui_workspace.connections.prompts.reader import Quiet
from stui_workspace.connections.terminal.device import LINE_BYTES
from stui_workspace.connections.terminal.launch import launch_of
from stui_workspace.connections.terminal.program import Program
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.workspace import ConnectionSpec

PATIENCE: Final = 10.0
"""Seconds for a prompt to come."""
GRACE: Final = 1.0
"""Seconds for a program to end by itself when its terminal hangs up."""
_OBEYED: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class TerminalBackend:
    """A program, from `start` to `close`: one life, so that a restart is another object."""

    def __init__(
        self,
        spec: ConnectionSpec,
        setting: Setting,
        patience: float = PATIENCE,
        quiet: Quiet | None = None,
    ) -> None:
        self._spec = spec
        self._setting = setting
        self._patience = patience
        self._talk = Conversation(spec.name, _Wire(self), spec.prompt, quiet)
        self.program = Program(self._talk.heard, self._on_ended)
        self._note: Path | None = None
        self._closing: asyncio.Future[None] | None = None

    async def start(self) -> Hello:
        """Start the program, and wait for its prompt.

        Raises:
            ConnectionLostError: It did not come up; nothing of it is left.
        """
        if self.program.pid or self._closing is not None:
            raise RuntimeError("one life of a backend is started once")
        _refuse_credential(self._spec)
        launch = launch_of(self._spec, self._setting.root, self._setting.environ)
        try:
            self.program.start(launch)
            what = f"{self._spec.name} ({launch.name})"
            self._note = note_started(self._setting.folder, self.program.pid, what)
            async with asyncio.timeout(self._patience):
                await self._talk.started()
        except TimeoutError:
            raise await self._failed(*self._silence(launch.name)) from None
        except (OSError, ValueError) as error:
            raise await self._failed(*_why_not(launch.name, error)) from None
        except BaseException:
            await self.close()
            raise
        if self._talk.is_asked_for_secret:
            raise await self._failed_for_good(launch.name)
        if self._talk.end_reason is not None:
            said = self._talk.last_words()
            reason = f"{self._talk.end_reason} before it had a prompt"
            step = "start it by hand, and see that it stays and waits for input"
            raise await self._failed(f"{reason}: {said}" if said else reason, step)
        return Hello(self._talk.title() or launch.name, secrets.token_hex(8))

    async def evaluate(self, request: Request, on_output: OnOutput) -> Answer:
        """What the program says to the code, sent line by line as it takes them.

        Raises:
            ConnectionLostError: The program had ended before; nothing was evaluated.
        """
        return await self._talk.evaluate(request, on_output)

    async def interrupt(self) -> None:
        """Press ^C; nothing happens where nothing is evaluated."""
        await self._talk.interrupt()

    async def ping(self) -> Pulse:
        """That the program lives.

        Raises:
            ConnectionLostError: It has ended.
        """
        return self._talk.pulse()

    async def wait_lost(self) -> str:
        """How the program ended, in one clause; comes back only if it ends without `close`."""
        return await self._talk.wait_lost()

    async def close(self) -> None:
        """Hang up, and end what stays; nothing happens the second time. Never raises."""
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        self._talk.close()
        try:
            if self.program.is_running:
                self.program.hang_up()
                with suppress(TimeoutError):
                    async with asyncio.timeout(GRACE):
                        await self.program.is_over.wait()
        finally:
            self.program.kill()
        if self.program.is_running:
            await self.program.is_over.wait()

    def _on_ended(self, how: str) -> None:
        forget(self._note)
        self._talk.lost(how)

    def _silence(self, name: str) -> tuple[str, str]:
        said = self._talk.last_words()
        next_step = f"set `connections.{self._spec.name}.prompt` to the text at which it waits"
        if wanted := self._spec.prompt:
            reason = f"`{name}` did not come to its prompt `{printable_line(wanted, 40)}`"
        else:
            reason = f"`{name}` showed no prompt"
        told = f"{reason} within {self._patience:g} s"
        return (f"{told}; its last line is `{said}`" if said else told), next_step

    async def _failed(self, reason: str, next_step: str | None) -> ConnectionLostError:
        await self.close()
        return ConnectionLostError(self._spec.name, reason, next_step)

    async def _failed_for_good(self, name: str) -> ConnectionLostError:
        said = self._talk.last_words()
        await self.close()
        return ConnectionLostError(
            self._spec.name,
            f"`{name}` asks for a secret: `{said}`",
            "let the program find it by itself, as `psql` does in `~/.pgpass`; none is typed here",
            is_final=True,
        )


class _Wire:
    """Carries lines to a program in a terminal."""

    def __init__(self, backend: TerminalBackend) -> None:
        self._backend = backend

    def send(self, line: str) -> None:
        self._backend.program.write(line.encode("utf-8", "replace") + b"\n")

    def interrupt(self) -> bool:
        self._backend.program.interrupt()
        return True

    def refusal(self, lines: Sequence[str]) -> str | None:
        for number, line in enumerate(lines, start=1):
            if _OBEYED.search(line):
                return f"line {number} has a control character, which a terminal would obey"
            if len(line.encode("utf-8", "replace")) >= LINE_BYTES and (
                self._backend.program.takes_lines
            ):
                return f"line {number} is longer than a terminal takes, {LINE_BYTES - 1} bytes"
        return None


def _refuse_credential(spec: ConnectionSpec) -> None:
    if spec.credential is not None:
        raise ConnectionLostError(
            spec.name,
            "a connection of `kind: pty` has no way to send its `credential`",
            f"remove `connections.{spec.name}.credential`; let the program find it by itself",
            is_final=True,
        )


def _why_not(name: str, error: OSError | ValueError) -> tuple[str, str | None]:
    if isinstance(error, ValueError):
        return f"`{name}` cannot be started: its command or environment is no text", None
    next_step = None
    if error.errno in (errno.EMFILE, errno.ENFILE):
        next_step = "allow more open files: `ulimit -n`"
    return f"`{name}` cannot be started: {error.strerror}", next_step
