"""The conversation with one line REPL, from its greeting to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final, Protocol

from stui_workspace.connections.backend import Answer, Ending, OnOutput, Pulse, Request
from stui_workspace.connections.conversing.exchange import Exchange, lines_of
from stui_workspace.connections.prompts.escapes import bare
from stui_workspace.connections.prompts.reader import PromptReader, Quiet, Stand
from stui_workspace.connections.prompts.shapes import asks_for_secret
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.printable import printable_line

GREETING_LIMIT: Final = 8 << 10
"""Characters of a greeting, and of what is said between two evaluations."""
FORSAKEN: Final = 1.0
"""Seconds for a REPL to leave half a statement."""


class Wire(Protocol):
    """What carries the lines."""

    def send(self, line: str) -> None:
        """Send a line; nothing happens where nobody listens any more."""

    def interrupt(self) -> bool:
        """Stop what the REPL does; False where that cannot be asked of it."""

    def refusal(self, lines: Sequence[str]) -> str | None:
        """Why the lines cannot be sent as they are; None where they can."""


class Conversation:
    """What the two kinds of backend for line REPLs have in common.

    Args:
        name: Of the connection.
        wire: Carries the lines.
        prompt: As the connection has it.
        quiet: How patient to be.
    """

    def __init__(
        self, name: str, wire: Wire, prompt: str | None, quiet: Quiet | None = None
    ) -> None:
        self._name = name
        self._wire = wire
        self._reader = PromptReader(prompt, quiet)
        self._has_started = asyncio.Event()
        """The prompt came, or the end before it."""
        self._greeting = ""
        self._between = ""
        """What was said while nothing was evaluated."""
        self._end: str | None = None
        self._is_lost = asyncio.Event()
        self._turn = asyncio.Lock()
        self._exchange: Exchange | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._forsaken: asyncio.TimerHandle | None = None

    @property
    def end_reason(self) -> str | None:
        """How it ended; None as long as it goes on."""
        return self._end

    @property
    def has_come_up(self) -> bool:
        """Whether its prompt came."""
        return self._has_started.is_set() and self._end is None

    @property
    def heard_count(self) -> int:
        """Characters of the greeting, up to its bound."""
        return len(self._greeting) + len(self._reader.line)

    @property
    def is_asked_for_secret(self) -> bool:
        """Whether what looked like its prompt asks for a password."""
        return self._has_started.is_set() and asks_for_secret(self._last_line())

    def title(self) -> str | None:
        """The first line that it said of itself, for people."""
        lines = [line.strip() for line in bare(self._greeting).split("\n")]
        return next((printable_line(line, 80) for line in lines if line), None)

    def last_words(self) -> str:
        """The last line that it said before its prompt came, for people; empty where it did not."""
        return printable_line(self._last_line().rstrip(), 120)

    async def started(self) -> None:
        """Wait for its prompt, or its end."""
        await self._has_started.wait()

    def nudge(self) -> None:
        """Send an empty line, to a REPL that says nothing unasked."""
        self._send("")

    async def evaluate(self, request: Request, on_output: OnOutput) -> Answer:
        """What came of the code; see `Backend.evaluate`."""
        if request.is_sent:  # to another life of it: this one has no past
            return Answer(Ending.UNKNOWN)
        async with self._turn:
            if self._exchange is not None:  # abandoned
                await self._exchange.is_over.wait()
            if self._end is not None or not self._has_started.is_set():
                reason = self._end or "it was not started"
                raise ConnectionLostError(self._name, reason, "connect it again")
            lines = lines_of(request.code)
            if refusal := self._wire.refusal(lines):
                return Answer(Ending.ERROR, error=refusal)
            exchange = Exchange(lines, on_output, asyncio.get_running_loop().time())
            self._catch_up(exchange)
            self._exchange = exchange
            self._send(exchange.first())
            try:
                await exchange.is_over.wait()
            except asyncio.CancelledError:
                exchange.abandon()
                await self.interrupt()
                raise
            return exchange.outcome()

    async def interrupt(self) -> None:
        """Stop what is evaluated, where that can be; nothing happens where nothing is."""
        exchange = self._running
        if exchange is None or self._end is not None:
            return
        if self._wire.interrupt():
            exchange.stop()
            self._reader.interrupted(asyncio.get_running_loop().time())
        else:
            exchange.stop_sending()
            self._reader.expect = exchange.expect
        self._look_later()

    def pulse(self) -> Pulse:
        """What it is at.

        Raises:
            ConnectionLostError: It has ended.
        """
        if self._end is not None:
            raise ConnectionLostError(self._name, self._end, "connect it again")
        exchange = self._running
        now = asyncio.get_running_loop().time()
        return Pulse(None if exchange is None else now - exchange.began)

    async def wait_lost(self) -> str:
        """How it ended; comes back only if it ended without `close`."""
        await self._is_lost.wait()
        return self._end or ""

    def heard(self, content: bytes) -> None:
        """It said something."""
        if self._end is None:
            self._pass_on(self._reader.feed(content, asyncio.get_running_loop().time()))
            self._look_later()

    def close(self) -> None:
        """Nobody wants to talk to it any more."""
        self._over("it was closed")

    def lost(self, reason: str) -> None:
        """It ended, or the link to it fell; only the first reason counts."""
        if self._end is None:
            is_up = self._has_started.is_set()
            self._over(reason)
            if is_up:
                self._is_lost.set()

    @property
    def _running(self) -> Exchange | None:
        exchange = self._exchange
        return None if exchange is None or exchange.is_over.is_set() else exchange

    def _last_line(self) -> str:
        line: str = self._reader.line
        return line if line.strip() else bare(self._greeting).rstrip().rpartition("\n")[2]

    def _over(self, reason: str) -> None:
        if self._end is not None:
            return
        self._end = reason
        self._pass_on(self._reader.end())
        for timer in (self._timer, self._forsaken):
            if timer is not None:
                timer.cancel()
        if (exchange := self._running) is not None:
            exchange.end(Answer(Ending.LOST, error=reason))
        self._has_started.set()

    def _pass_on(self, output: str) -> None:
        if (exchange := self._running) is not None:
            exchange.say(output)
        elif self._has_started.is_set():
            self._between = (self._between + output)[-GREETING_LIMIT:]
        elif len(self._greeting) < GREETING_LIMIT:
            self._greeting += output[:GREETING_LIMIT]

    def _catch_up(self, exchange: Exchange) -> None:
        """Begin with what it said since the last evaluation, but for a prompt at its end."""
        stand = self._reader.standing(float("inf"))
        rest = self._reader.end() if stand is None else self._reader.settle(stand)
        exchange.say(self._between + rest)
        self._between = ""

    def _send(self, line: str) -> None:
        self._reader.sent(line, asyncio.get_running_loop().time())
        if (exchange := self._running) is not None:
            self._reader.expect = exchange.expect
        self._look_later()
        self._wire.send(line)

    def _look_later(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        is_looked_at = self._running is not None or not self._has_started.is_set()
        if self._end is None and is_looked_at and (due := self._reader.due()) is not None:
            self._timer = asyncio.get_running_loop().call_at(due, self._look)

    def _look(self) -> None:
        now = asyncio.get_running_loop().time()
        self._pass_on(self._reader.show(now))
        stand = self._reader.standing(now)
        if stand is None:
            self._look_later()
        elif (exchange := self._running) is None:
            self._come_up(stand)
        else:
            exchange.say(self._reader.settle(stand))
            self._go_on(exchange, stand)

    def _come_up(self, stand: Stand) -> None:
        if asks_for_secret(self._reader.line):  # stays where it is, for `is_asked_for_secret`
            self._has_started.set()
            return
        self._pass_on(self._reader.settle(stand))
        self._has_started.set()

    def _go_on(self, exchange: Exchange, stand: Stand) -> None:
        line = exchange.after(stand)
        if line is not None:
            self._send(line)
        elif not exchange.is_over.is_set():
            self._forsake(exchange)
        elif self._forsaken is not None:
            self._forsaken.cancel()

    def _forsake(self, exchange: Exchange) -> None:
        """Leave half a statement, so that the next one does not become the other half."""
        if not self._wire.interrupt():
            exchange.go_without()
            return
        exchange.give_up()
        loop = asyncio.get_running_loop()
        self._reader.interrupted(loop.time())
        self._forsaken = loop.call_later(FORSAKEN, exchange.go_without)
        self._look_later()
