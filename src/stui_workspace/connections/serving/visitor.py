"""One link of one client, as the server sees it: it greets, and then it asks."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Final, Protocol

from stui_workspace.connections.backend import Ending
from stui_workspace.connections.looking import Completions, Inspected
from stui_workspace.connections.protocol.envelope import (
    ENVELOPE_LIMIT,
    Envelope,
    decode,
    encode,
)
from stui_workspace.connections.protocol.fields import EnvelopeError
from stui_workspace.connections.protocol.messages import (
    PROTOCOL,
    Bye,
    Code,
    Complete,
    Done,
    Evaluate,
    Hello,
    Inspect,
    Interrupt,
    Message,
    Ping,
    Pong,
    Refused,
    Result,
    Resume,
    Standing,
    SystemInfo,
    Unknown,
    Welcome,
)
from stui_workspace.connections.serving.kept import Evaluation, replay
from stui_workspace.connections.serving.lives import Life
from stui_workspace.errors import ConnectionLostError

if TYPE_CHECKING:
    from stui_workspace.connections.serving.server import Server

GREETING_LIMIT: Final = 64 << 10
"""Bytes of what somebody may send who has not greeted."""
UNASKED: Final = "-"
"""The id of what is said unasked, and of replies to what has no id."""
_MISTAKE_COUNT: Final = 16
_TASK_COUNT: Final = 4
_LOOKED_UP: Final = 200
"""Matches, each of them a name."""
_LOOKED_UP_LENGTH: Final = 64 << 10


class Link(Protocol):
    """The way to one client. Neither method waits, whatever the client does."""

    def send(self, content: bytes) -> None:
        """Send an envelope. A client that does not take what it is sent is cut."""

    def cut(self) -> None:
        """End the link, once what was sent is gone or some seconds have passed."""


class Visitor:
    """From when a link comes up until `leave`."""

    def __init__(self, server: Server, link: Link) -> None:
        self.client: str | None = None
        """Who greeted; None as long as nobody did."""
        self.heard_at = asyncio.get_running_loop().time()
        self._server = server
        self._link = link
        self._life: Life | None = None
        self._listens_to: set[Evaluation] = set()
        self._mistake_count = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_over = False
        self.is_greeting = False

    @property
    def limit(self) -> int:
        """Bytes that it may send in one envelope."""
        return GREETING_LIMIT if self.client is None else ENVELOPE_LIMIT

    def receive(self, content: bytes) -> None:
        """It sent an envelope, or something else."""
        if self._is_over:
            return
        self.heard_at = asyncio.get_running_loop().time()
        try:
            envelope = decode(content)
        except EnvelopeError as error:
            self.refuse(error.id or UNASKED, error.code, error.reason)
            return
        if isinstance(envelope.message, Hello):
            self._greet(envelope.id, envelope.message)
        elif self.client is None or self._life is None:
            if not self.is_greeting:
                self._say(envelope.id, Refused(Code.HELLO_FIRST, "greet first"))
                self.cut()
        else:
            self._answer(envelope.id, envelope.message, self._life)

    def refuse(self, id_: str, code: Code, reason: str) -> None:
        """Say what was wrong with what it sent; after some mistakes, that is all."""
        self._mistake_count += 1
        self._say(id_, Refused(code, reason))
        if self.client is None or self._mistake_count >= _MISTAKE_COUNT:
            self.cut()

    def tell(self, evaluation: Evaluation, content: bytes, *, is_last: bool) -> None:
        """Pass on an event, if it listens to the evaluation."""
        if evaluation in self._listens_to:
            self._link.send(content)
            if is_last:
                self._listens_to.discard(evaluation)
                evaluation.is_fetched = True

    def send_off(self, reason: str) -> None:
        """Let it greet anew: the backend that it knows is gone."""
        self._say(UNASKED, Refused(Code.HELLO_FIRST, reason, "greet again"))
        self.cut()

    def cut(self) -> None:
        """End the link."""
        if not self._is_over:
            self.leave()
            self._link.cut()

    def leave(self) -> None:
        """The link has ended; nothing happens the second time."""
        self._is_over = True
        self._listens_to.clear()
        self._server.forget(self)
        for task in self._tasks:
            if task is not asyncio.current_task():
                task.cancel()

    def _answer(self, id_: str, message: Message, life: Life) -> None:
        evaluator = self._server.evaluator
        match message:
            case Ping():
                self._say(id_, Pong(evaluator.busy_for, evaluator.kept.seq))
            case Evaluate(code):
                self._evaluate(id_, code, life)
            case Resume(name, heard):
                self._resume(id_, name, heard)
            case Interrupt():
                self._try(id_, self._interrupt(id_), Done())
            case Bye():
                self._server.say_goodbye(self.client)
                self._say(id_, Done())
            case Complete(code, cursor):
                self._try(id_, self._complete(id_, code, cursor), Completions((), cursor, cursor))
            case Inspect(code, cursor):
                self._try(id_, self._inspect(id_, code, cursor), Inspected(found=False))
            case SystemInfo():
                self._say(id_, self._server.system(life))
            case Unknown(name):
                reason = f"`{name[:40]}` is no message of protocol {PROTOCOL}"
                self._say(id_, Refused(Code.UNKNOWN_TYPE, reason))
            case _:
                self.refuse(id_, Code.BAD_MESSAGE, "that is for a server to say")

    def _evaluate(self, id_: str, code: str, life: Life) -> None:
        evaluator = self._server.evaluator
        if id_ in evaluator.kept.evaluations:
            self._resume(id_, id_, 0)
        elif evaluator.is_full:
            reason = "too many evaluations wait already; nothing was evaluated"
            self._say(id_, Refused(Code.BUSY, reason, "send it again later"))
        else:
            self._listens_to.add(evaluator.ask(id_, self.client or "", code, life))

    def _resume(self, id_: str, name: str, heard: int) -> None:
        kept = self._server.evaluator.kept
        evaluation = kept.evaluations.get(name)
        if evaluation is None:
            self._say(id_, Result(name, kept.seq, Ending.UNKNOWN))
            return
        for event in replay(evaluation, heard):
            self._say(id_, event)
        if evaluation.result is None:
            self._listens_to.add(evaluation)
        else:
            self._say(id_, evaluation.result)
            evaluation.is_fetched = True

    async def _interrupt(self, id_: str) -> None:
        await self._server.evaluator.interrupt(self.client or "")
        self._say(id_, Done())

    async def _complete(self, id_: str, code: str, cursor: int) -> None:
        found = await self._server.evaluator.complete(code, cursor)
        matches = tuple(match for match in found.matches[:_LOOKED_UP] if len(match) < 1000)  # noqa: PLR2004 (no name is)
        self._say(id_, Completions(matches, found.start, found.end))

    async def _inspect(self, id_: str, code: str, cursor: int) -> None:
        found = await self._server.evaluator.inspect(code, cursor)
        self._say(id_, Inspected(found.found, found.text[:_LOOKED_UP_LENGTH]))

    def _try(self, id_: str, doing: Coroutine[None, None, None], otherwise: Message) -> None:
        """Do what may take a while, unless too much of that is going on."""
        if len(self._tasks) < _TASK_COUNT:
            self._go_on(doing)
        else:
            doing.close()
            self._say(id_, otherwise)

    def _greet(self, id_: str, hello: Hello) -> None:
        if self.is_greeting:
            self.refuse(id_, Code.BAD_MESSAGE, "it greeted twice at once")
            return
        self.is_greeting = True
        self._go_on(self._welcome(id_, hello))

    async def _welcome(self, id_: str, hello: Hello) -> None:
        await self._server.is_ready.wait()
        refusal = self._server.refusal_of(self, hello)
        if refusal is not None:
            if refusal.code == Code.TOKEN:
                await asyncio.sleep(self._server.options.token_seconds)
            self._say(id_, refusal)
            self.cut()
            return
        try:
            life = await self._server.evaluator.lives.begin()
        except ConnectionLostError as error:
            reason = f"its backend does not start: {error.reason}"
            self._say(id_, refused(Code.BUSY, reason, error.next_step))
            self.cut()
            return
        self.is_greeting = False
        self.client, self._life = hello.client, life
        self._listens_to.clear()
        self._say(id_, self._server.welcome(hello, life))

    def _say(self, id_: str, message: Message) -> None:
        if self._is_over:
            return
        self._link.send(envelope_of(id_, message, self._server.clock()))

    def _go_on(self, doing: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def envelope_of(id_: str, message: Message, at: float) -> bytes:
    """The bytes of a message; of one that is too long, which none of ours should be, a refusal."""
    try:
        return encode(Envelope(id_, message, at))
    except EnvelopeError as error:
        return encode(Envelope(id_, Refused(Code.TOO_LONG, error.reason), at))


def refused(code: Code, reason: str, next_step: str | None = None) -> Welcome:
    """No welcome."""
    return Welcome(Standing.REFUSED, code=code, reason=reason, next_step=next_step)


def is_same(secret: str, given: str | None) -> bool:
    """Whether somebody gave the secret, in a time that tells nothing about it."""
    one, other = (text.encode("utf-8", "surrogatepass") for text in (secret, given or ""))
    return hmac.compare_digest(one, other)
