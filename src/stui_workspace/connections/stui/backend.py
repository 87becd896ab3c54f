"""The client of the STUI protocol: one link to one server."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Coroutine
from contextlib import nullcontext, suppress
from typing import Any, Final

from stui_workspace.connections.backend import Answer, Ending, Hello, OnOutput, Pulse, Request
from stui_workspace.connections.dialling import DIALS
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.looking import Completions, Inspected
from stui_workspace.connections.protocol.fields import EnvelopeError
from stui_workspace.connections.protocol.messages import (
    Complete,
    FromClient,
    FromServer,
    Inspect,
    Interrupt,
    OutputEvent,
    Ping,
    Pong,
    Refused,
    Result,
    Resume,
    System,
    SystemInfo,
)
from stui_workspace.connections.stui.asking import OneByOne, Questions
from stui_workspace.connections.stui.carrier import Carrier
from stui_workspace.connections.stui.carriers import carrier_of
from stui_workspace.connections.stui.conversation import Conversation
from stui_workspace.connections.stui.evaluation import Evaluation
from stui_workspace.connections.stui.faults import CONNECT_AGAIN, LinkError, why_not_started
from stui_workspace.connections.stui.greeting import (
    check_identity,
    check_welcome,
    hello_of,
    knows_no_greeting,
    refusal_of,
)
from stui_workspace.connections.stui.resolving import Lookup
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import replace
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.schema.addresses import check_channel
from stui_workspace.schema.endpoints import Endpoint, endpoint_of

PATIENCE: Final = 10.0
"""Seconds for a server to be reached and to answer the greeting."""


def _endpoint_of(spec: ConnectionSpec) -> Endpoint:
    """Where the `url` of a connection leads.

    Raises:
        UsageError: Nowhere, or over a way on which anyone could read.
    """
    endpoint = endpoint_of(spec.url or "")
    check_channel("stui", endpoint)
    return endpoint


class StuiBackend:
    """One link, from `start` to `close`.

    An evaluation whose task is cancelled is interrupted at the server, and the next one begins
    when it has ended; `close` leaves it running, where the server survives.

    Args:
        spec: Of the connection.
        setting: What it is made with.
        endpoint: Where it leads, if not where the `url` of the spec says.
        patience: Seconds for the start.
        lookup: Finds the addresses of a host; the system's otherwise.
    """

    def __init__(
        self,
        spec: ConnectionSpec,
        setting: Setting,
        endpoint: Endpoint | None = None,
        patience: float = PATIENCE,
        lookup: Lookup | None = None,
    ) -> None:
        self._spec = spec
        self._setting = setting
        self._endpoint = endpoint
        self._patience = patience
        self._lookup = lookup
        self._carrier: Carrier | None = None
        self._talk: Conversation | None = None
        self._has_begun = False
        self._is_up = False
        self._survives = False
        self._end: str | None = None
        """How it ended, or was ended."""
        self._is_lost = asyncio.Event()
        self._turn = asyncio.Lock()
        self._evaluation: Evaluation | None = None
        self._questions = Questions()
        self._sent: set[str] = set()
        """The ids of what this link was asked to evaluate."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing: asyncio.Future[None] | None = None

    async def start(self) -> Hello:
        """Reach the server, and greet it.

        Raises:
            ConnectionLostError: It could not be reached, or is not the one that was meant.
        """
        if self._has_begun or self._closing is not None:
            raise RuntimeError("one link is started once")
        self._has_begun = True
        try:
            endpoint = self._endpoint or _endpoint_of(self._spec)
            turn = DIALS.one() if endpoint.host else nullcontext()
            async with turn, asyncio.timeout(self._patience) as limit:
                hello = await self._greeted(endpoint, limit)
            self._check_end()  # it may have fallen right after the welcome
        except BaseException as error:
            fault = why_not_started(error, self._spec.name, self._patience)
            await self.close()
            if self._carrier is not None:
                await self._carrier.close()  # closed while it was being opened
            if fault is None:
                raise
            raise fault from error.__cause__  # a secret that cannot be had, where it was that
        self._is_up = True
        return hello

    async def evaluate(self, request: Request, on_output: OnOutput) -> Answer:
        """Have it evaluated, or take up again what was.

        Raises:
            ConnectionLostError: The link had ended before; nothing was evaluated.
        """
        async with self._turn:
            if self._evaluation is not None:  # abandoned
                await self._evaluation.is_over.wait()
            talk = self._link()
            request = replace(request, is_sent=request.is_sent or request.id in self._sent)
            if request.is_sent and not self._survives:
                return Answer(Ending.UNKNOWN)
            self._sent.add(request.id)
            evaluation = Evaluation(request, on_output, self._interrupt)
            self._evaluation = evaluation
            # To its end even if we are cancelled: half an evaluation could not be interrupted.
            self._run(self._send(talk, evaluation))
            try:
                await evaluation.is_over.wait()
            except asyncio.CancelledError:
                evaluation.abandon()
                raise
            return evaluation.outcome()

    async def interrupt(self) -> None:
        """Ask the server to stop our evaluation; nothing happens where none runs.

        A server that only replies does not hear of it before it has ended.
        """
        if self._evaluation is not None and not self._evaluation.is_over.is_set():
            self._interrupt()

    async def ping(self) -> Pulse:
        """A sign of the server. One that only replies, and works for us, is not asked.

        Raises:
            ConnectionLostError: The link has ended.
        """
        self._link()
        if (busy_for := self._questions.busy_for()) is not None:
            return Pulse(busy_for)
        evaluation = self._evaluation
        reply = await self._ask(Ping())
        busy_for = reply.busy_for if isinstance(reply, Pong) else None
        if busy_for is not None:
            return Pulse(max(busy_for, 0.0))
        if evaluation is not None and not evaluation.is_over.is_set() and self._survives:
            # It is idle, and its answer did not arrive: ZeroMQ drops what it has no room for.
            self._run(self._tell(Resume(evaluation.request.id, evaluation.heard)))
        return Pulse()

    async def complete(self, code: str, cursor: int) -> Completions:
        """What the code may go on with at the cursor, in code points from its start.

        Raises:
            ConnectionLostError: The link has ended.
        """
        reply = await self._ask(Complete(code, cursor))
        return reply if isinstance(reply, Completions) else Completions()

    async def inspect(self, code: str, cursor: int) -> Inspected:
        """What is known of what is at the cursor.

        Raises:
            ConnectionLostError: The link has ended.
        """
        reply = await self._ask(Inspect(code, cursor))
        return reply if isinstance(reply, Inspected) else Inspected(found=False)

    async def system(self) -> System | None:
        """What the server says of itself; None where it says nothing.

        Raises:
            ConnectionLostError: The link has ended.
        """
        reply = await self._ask(SystemInfo())
        return reply if isinstance(reply, System) else None

    async def wait_lost(self) -> str:
        """How the link ended, in one clause; comes back only if it ends without `close`."""
        await self._is_lost.wait()
        return self._end or ""

    async def close(self) -> None:
        """End the link; the server goes on. Nothing happens the second time. Never raises."""
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close())
        await asyncio.shield(self._closing)

    async def _greeted(self, endpoint: Endpoint, limit: asyncio.Timeout) -> Hello:
        self._carrier = carrier_of(endpoint, self._setting, self._lookup)
        await self._carrier.open()
        self._check_end()
        if endpoint.is_request_socket:
            self._questions = OneByOne()
        self._talk = Conversation(self._carrier, self._on_unasked, self._on_fall)
        self._talk.begin()
        limit.reschedule(None)  # a keyring may ask a person, and has a limit of its own
        greeting = await hello_of(self._spec, self._setting, is_private=self._carrier.is_private)
        limit.reschedule(asyncio.get_running_loop().time() + self._patience)
        reply = await self._talk.ask(greeting)
        if endpoint.is_request_socket and knows_no_greeting(reply):
            check_identity(self._spec, None)
            return Hello("STUI backend", secrets.token_hex(8))
        welcome = check_welcome(self._spec, reply)
        self._survives = True
        name = printable_line(welcome.backend, 80)
        return Hello(name, welcome.incarnation, welcome.identity, survives=True)

    def _check_end(self) -> None:
        if self._end is not None:
            raise LinkError(self._end, CONNECT_AGAIN)

    def _link(self) -> Conversation:
        if self._end is not None or self._talk is None or not self._is_up:
            reason = self._end or "it was not started"
            raise ConnectionLostError(self._spec.name, reason, CONNECT_AGAIN)
        return self._talk

    async def _ask(self, message: FromClient) -> FromServer | None:
        """The answer; None where the question is too long to be asked."""
        talk = self._link()
        try:
            return await self._questions.ask(talk, message)
        except LinkError as error:
            raise error.of(self._spec.name) from error.__cause__
        except EnvelopeError:
            return None

    async def _send(self, talk: Conversation, evaluation: Evaluation) -> None:
        try:
            await self._questions.evaluate(talk, evaluation)
        except LinkError as error:
            evaluation.end(Answer(Ending.LOST, error=self._end or error.reason))
        except EnvelopeError as error:
            text = f"not evaluated: {error.reason}"
            evaluation.end(Answer(Ending.ERROR, error=text))

    def _interrupt(self) -> None:
        if self._questions.may_interrupt:
            self._run(self._tell(Interrupt()))

    async def _tell(self, message: FromClient) -> None:
        if self._talk is not None:
            with suppress(LinkError):
                await self._talk.tell(message)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _on_unasked(self, name: str, message: FromServer) -> None:
        if isinstance(message, Refused) and not self._is_up and self._talk is not None:
            self._talk.give_up(refusal_of(self._spec, message))
            return
        evaluation = self._evaluation
        if evaluation is None:
            return
        if isinstance(message, OutputEvent | Result):
            if message.evaluation == evaluation.request.id:
                evaluation.hear(message)
        elif isinstance(message, Refused) and name == evaluation.message:
            evaluation.refuse(message)

    def _on_fall(self, fault: LinkError) -> None:
        is_news = self._end is None
        self._end = self._end or fault.reason
        self._end_evaluation()
        if is_news and self._is_up:
            self._is_lost.set()

    def _end_evaluation(self) -> None:
        if self._evaluation is not None and not self._evaluation.is_over.is_set():
            self._evaluation.end(Answer(Ending.LOST, error=self._end))

    async def _close(self) -> None:
        self._end = self._end or "it was closed"
        self._end_evaluation()
        if self._talk is not None:
            await self._talk.end()
        if self._carrier is not None:
            await self._carrier.close()
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
