"""Questions and their answers over one carrier, and what comes unasked."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable
from itertools import count
from typing import Final

from stui_workspace.connections.protocol.envelope import Envelope, decode, encode
from stui_workspace.connections.protocol.fields import EnvelopeError
from stui_workspace.connections.protocol.messages import (
    Bye,
    Code,
    Complete,
    Evaluate,
    FromClient,
    FromServer,
    Hello,
    Inspect,
    Interrupt,
    OutputEvent,
    Ping,
    Refused,
    Result,
    Resume,
    SystemInfo,
    Unknown,
)
from stui_workspace.connections.stui.carrier import Carrier
from stui_workspace.connections.stui.faults import CONNECT_AGAIN, LinkError
from stui_workspace.model.printable import printable_line

BREATH: Final = 64
"""After so many messages in a row the rest of the program has its turn."""
_NOT_FOR_US: Final = (
    *(Hello, Ping, Evaluate, Resume, Interrupt, Bye, Complete, Inspect, SystemInfo),
    Unknown,
)


class Conversation:
    """From `begin` until the link falls or it is ended.

    Args:
        carrier: Open.
        on_unasked: Told of events, and of refusals that nobody waits for.
        on_fall: Told once, if the link falls without `end`.
        now: The clock, in seconds since 1970.
    """

    def __init__(
        self,
        carrier: Carrier,
        on_unasked: Callable[[str, FromServer], None],
        on_fall: Callable[[LinkError], None],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._carrier = carrier
        self._on_unasked = on_unasked
        self._on_fall = on_fall
        self._now = now
        self._asked: dict[str, asyncio.Future[FromServer]] = {}
        self._fault: LinkError | None = None
        self._listening: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Listen from now on."""
        self._listening = asyncio.create_task(self._listen())

    async def ask(self, message: FromClient) -> FromServer:
        """The answer; it may never come.

        Raises:
            LinkError: The link fell, or had fallen.
            EnvelopeError: The question is too long to be sent.
        """
        if self._fault is not None:
            raise self._fault
        name = secrets.token_hex(8)
        answer: asyncio.Future[FromServer] = asyncio.get_running_loop().create_future()
        self._asked[name] = answer
        try:
            await self.tell(message, name)
            return await answer
        finally:
            self._asked.pop(name, None)
            if answer.done() and not answer.cancelled():
                answer.exception()  # a fall while it was sent was told already

    async def tell(self, message: FromClient, name: str | None = None) -> None:
        """Send it once, without waiting for an answer.

        Raises:
            LinkError: The link fell, or had fallen. What was being sent may have arrived.
            EnvelopeError: It is too long; nothing was sent.
        """
        if self._fault is not None:
            raise self._fault
        await self._carrier.send(
            encode(Envelope(name or secrets.token_hex(8), message, self._now()))
        )

    def give_up(self, fault: LinkError) -> None:
        """Whoever waits for an answer is told that there will be none."""
        self._fall(fault)

    async def end(self) -> None:
        """Listen no more. Who waits for an answer is told so."""
        self._fall(LinkError("it was closed"))
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait({self._listening})

    async def _listen(self) -> None:
        try:
            for number in count(1):
                self._hear(decode(await self._carrier.receive()))
                if number % BREATH == 0:
                    await asyncio.sleep(0)
        except EnvelopeError as error:
            fault = _no_server(error)
        except LinkError as error:
            fault = error
        except Exception as error:  # noqa: BLE001 (a link that nobody listens to must not stay)
            fault = LinkError(f"the link fell: {type(error).__name__}")
        if self._fall(fault):
            self._on_fall(fault)

    def _hear(self, envelope: Envelope) -> None:
        message = envelope.message
        if isinstance(message, OutputEvent | Result):
            self._on_unasked(envelope.id, message)
            return
        answer = self._asked.get(envelope.id)
        if isinstance(message, _NOT_FOR_US):
            if answer is None:
                return  # an event of a later version, perhaps of an evaluation of ours
            message = Refused(Code.UNKNOWN_TYPE, "it answered with what is no answer")
        if isinstance(message, Refused) and message.code == Code.HELLO_FIRST:
            raise _forgotten(message)
        if answer is None:
            self._on_unasked(envelope.id, message)
        elif not answer.done():
            answer.set_result(message)

    def _fall(self, fault: LinkError) -> bool:
        """Whether it is the first time."""
        if self._fault is not None:
            return False
        self._fault = fault
        for answer in self._asked.values():
            if not answer.done():
                answer.set_exception(fault)
        return True


def _forgotten(refusal: Refused) -> LinkError:
    """Over ZeroMQ a server cannot hang up: it says that it does not know us, or not any more."""
    why = printable_line(refusal.reason)
    return LinkError(f"it ended the link: {why}" if why else "it ended the link", CONNECT_AGAIN)


def _no_server(error: EnvelopeError) -> LinkError:
    if error.code is Code.VERSION:
        return LinkError(error.reason, "update whichever of the two is older", is_final=True)
    return LinkError(error.reason, "see that a server of the STUI protocol is there")
