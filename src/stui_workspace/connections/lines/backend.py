"""A line REPL behind a socket: one link to it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from stui_workspace.connections.backend import Answer, Hello, OnOutput, Pulse, Request
from stui_workspace.connections.conversing.conversation import Conversation
from stui_workspace.connections.dialling import DIALS
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.lines.link import Link
from stui_workspace.connections.prompts.reader import Quiet
from stui_workspace.connections.stui.faults import LinkError
from stui_workspace.errors import ConnectionLostError, UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.schema.endpoints import endpoint_of

PATIENCE: Final = 10.0
"""Seconds for a link to come up, and for its prompt to come then."""
NUDGE: Final = 0.5
"""Seconds after which a REPL that says nothing unasked is sent an empty line."""


class LinesBackend:
    """A link, from `start` to `close`.

    It cannot interrupt: lines of text are all that it can send.
    """

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
        self._link: Link | None = None
        self._talk = Conversation(spec.name, _Wire(self), spec.prompt, quiet)
        self._listening: asyncio.Task[None] | None = None
        self._closing: asyncio.Future[None] | None = None

    async def start(self) -> Hello:
        """Reach the REPL, and wait for its prompt.

        Raises:
            ConnectionLostError: It could not be reached, or is no REPL; nothing of it is left.
        """
        if self._link is not None or self._closing is not None:
            raise RuntimeError("one link is started once")
        try:
            address = await self._open()
            await self._come_up(address)
        except LinkError as error:
            await self.close()
            raise error.of(self._spec.name) from None
        except UsageError as error:
            await self.close()
            reason, next_step = error.reason, error.next_step
            raise ConnectionLostError(self._spec.name, reason, next_step, is_final=True) from None
        except BaseException:
            await self.close()
            raise
        return Hello(self._talk.title() or f"REPL at {address}", secrets.token_hex(8))

    async def evaluate(self, request: Request, on_output: OnOutput) -> Answer:
        """What the REPL says to the code, sent line by line as it takes them.

        Raises:
            ConnectionLostError: The link had ended before; nothing was evaluated.
        """
        return await self._talk.evaluate(request, on_output)

    async def interrupt(self) -> None:
        """Send nothing more of the code. What runs cannot be stopped, and the output says so."""
        await self._talk.interrupt()

    async def ping(self) -> Pulse:
        """That the link is open. The system asks the machine behind it whether it is there.

        Raises:
            ConnectionLostError: It has ended.
        """
        return self._talk.pulse()

    async def wait_lost(self) -> str:
        """How the link ended, in one clause; comes back only if it ends without `close`."""
        return await self._talk.wait_lost()

    async def close(self) -> None:
        """End the link; nothing happens the second time. Never raises."""
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close())
        await asyncio.shield(self._closing)

    def write(self, content: bytes) -> None:
        """Send something, as long as there is somebody to send it to."""
        if self._link is not None and self._talk.end_reason is None:
            with suppress(LinkError):
                self._link.write(content)

    async def _open(self) -> str:
        """The address that was reached."""
        _refuse_credential(self._spec)
        endpoint = endpoint_of(self._spec.url or "", "socket")
        self._link = Link(endpoint, self._setting.root, self._setting.environ)
        try:
            async with DIALS.one(), asyncio.timeout(self._patience):
                await self._link.open()
        except TimeoutError:
            reason = f"no answer from {endpoint.address} within {self._patience:g} s"
            raise LinkError(reason, "look at the network, or correct the `url`") from None
        self._link.watch(self._spec.health.dead_after)
        self._listening = asyncio.create_task(self._listen(self._link))
        return endpoint.address

    async def _come_up(self, address: str) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self._patience):
                if self._spec.prompt:
                    await self._nudged()
                await self._talk.started()
        said = self._talk.last_words()
        if self._talk.is_asked_for_secret:
            raise LinkError(
                f"{address} asks for a secret: `{said}`",
                "use a REPL that needs none, over a channel that is safe: none is sent here",
                is_final=True,
            )
        if self._talk.end_reason is not None:
            reason = f"{self._talk.end_reason} before it had a prompt"
            step = "see that what listens there is a REPL that waits for lines"
            raise LinkError(f"{reason}: {said}" if said else reason, step)
        if not self._talk.has_come_up:
            raise LinkError(*self._silence(address, said))

    async def _nudged(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(NUDGE):
                await self._talk.started()
                return
        if not self._talk.heard_count:
            self._talk.nudge()

    async def _listen(self, link: Link) -> None:
        try:
            while True:
                self._talk.heard(await link.read())
        except LinkError as error:
            self._talk.lost(error.reason)

    async def _close(self) -> None:
        self._talk.close()
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait({self._listening})
        if self._link is not None:
            await self._link.close()

    def _silence(self, address: str, said: str) -> tuple[str, str]:
        wanted = self._spec.prompt
        what = f"its prompt `{printable_line(wanted, 40)}`" if wanted else "a prompt"
        told = f"{address} is open, but did not show {what} within {self._patience:g} s"
        next_step = f"set `connections.{self._spec.name}.prompt` to the text at which it waits"
        return (f"{told}; its last line is `{said}`" if said else told), next_step


class _Wire:
    """Carries lines over the link."""

    def __init__(self, backend: LinesBackend) -> None:
        self._backend = backend

    def send(self, line: str) -> None:
        self._backend.write(line.encode("utf-8", "replace") + b"\n")

    def interrupt(self) -> bool:
        return False

    def refusal(self, lines: Sequence[str]) -> str | None:
        del lines
        return None


def _refuse_credential(spec: ConnectionSpec) -> None:
    if spec.credential is not None:
        raise LinkError(
            "a connection of `kind: socket` has no way to send its `credential`",
            f"remove `connections.{spec.name}.credential`, or use `kind: stui`",
            is_final=True,
        )
