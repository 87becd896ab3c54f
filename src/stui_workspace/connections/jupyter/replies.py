"""Requests that somebody waits for the reply to, over one link."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from stui_workspace.connections.jupyter.messages import Ask, Message
from stui_workspace.errors import ConnectionLostError


class Replies:
    """What was asked and not answered yet.

    Args:
        send: Sends what is asked; nothing happens where the link has ended.
    """

    def __init__(self, send: Callable[[Ask], None]) -> None:
        self._send = send
        self._waiting: dict[str, asyncio.Future[Message]] = {}

    @asynccontextmanager
    async def to(
        self, channel: str, kind: str, content: Mapping[str, object] | None = None
    ) -> AsyncIterator[asyncio.Future[Message]]:
        """The reply to come to a new request, while the block lasts.

        It raises ConnectionLostError where the link ends first.
        """
        ask = Ask(channel, kind, new_id(), content or {})
        reply: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[ask.id] = reply
        self._send(ask)
        try:
            yield reply
        finally:
            del self._waiting[ask.id]
            if not reply.cancel() and not reply.cancelled():
                reply.exception()  # nobody may have looked at it, and that is right

    def hear(self, message: Message) -> bool:
        """Whether the message is a reply that somebody waited for."""
        reply = self._waiting.get(message.parent.id)
        if reply is None or message.channel not in ("shell", "control"):
            return False
        if not reply.done():
            reply.set_result(message)
        return True

    def fail(self, error: Callable[[], ConnectionLostError]) -> None:
        """The link ended: no reply comes any more."""
        for reply in self._waiting.values():
            if not reply.done():
                reply.set_exception(error())


def new_id() -> str:
    """An id for a request; unique for ever."""
    return secrets.token_hex(16)


async def first_of(over: asyncio.Event, reply: asyncio.Future[Message]) -> None:
    """Come back when one of the two is there."""
    waiting = asyncio.ensure_future(over.wait())
    try:
        await asyncio.wait((waiting, reply), return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
