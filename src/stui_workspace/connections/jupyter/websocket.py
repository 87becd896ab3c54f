"""The messages of a kernel over the websocket of a Jupyter Server."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from stui_workspace.connections.jupyter.carrier import Ears
from stui_workspace.connections.jupyter.messages import (
    MESSAGE_LIMIT,
    Ask,
    MessageError,
    for_websocket,
    from_websocket,
)

if TYPE_CHECKING:
    from tornado.httpclient import HTTPRequest

_PARTING_SECONDS: Final = 1.0


class Socket:
    """One websocket, from `open` to `close`.

    Args:
        session: Our name to the kernel.
        ears: Who listens.
    """

    def __init__(self, session: str, ears: Ears) -> None:
        self._session = session
        self._ears = ears
        self._line: Any = None
        self._reading: asyncio.Task[None] | None = None
        self._pong = asyncio.Event()

    async def open(self, request: HTTPRequest) -> None:
        """Connect.

        Raises:
            Exception: Whatever tornado raises where it cannot.
        """
        from tornado.websocket import websocket_connect

        from stui_workspace.connections.jupyter.near import NearResolver, hush

        hush()
        opening = asyncio.ensure_future(
            websocket_connect(request, max_message_size=MESSAGE_LIMIT, resolver=NearResolver())
        )
        try:
            self._line = await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_close_late)
            raise
        self._line.request.headers.pop("Authorization", None)  # it was sent, and is not kept
        self._line.protocol.set_nodelay(True)
        self._line.on_pong = lambda _content: self._pong.set()
        self._reading = asyncio.ensure_future(self._read(self._line))

    def ask(self, ask: Ask) -> None:
        """Send that; nothing happens where nobody is connected any more."""
        with suppress(Exception):  # tornado's own; `_hear` is told of the end
            sending = asyncio.ensure_future(
                self._line.write_message(for_websocket(ask, self._session))
            )
            sending.add_done_callback(lambda future: future.cancelled() or future.exception())

    async def beat(self) -> None:
        """Wait for an answer of the server."""
        self._pong.clear()
        with suppress(Exception):
            self._line.ping(b"stui")
        await self._pong.wait()

    async def close(self) -> None:
        """End it; the server is given a moment to notice. Nothing happens the second time."""
        line, self._line = self._line, None
        if line is None:
            return
        stream = getattr(line.protocol, "stream", None)
        with suppress(Exception):
            line.close()
        await self._wait_for_end()
        if stream is not None:
            stream.close()
        await self._wait_for_end()
        with suppress(Exception):
            line.tcp_client.close()

    async def _read(self, line: Any) -> None:
        """Tell of each message, and let others have a turn between them."""
        while (frame := await line.read_message()) is not None:
            self._acknowledge()
            self._tell(frame)
            await asyncio.sleep(0)
        self._ears.lose("the Jupyter Server closed the line")

    def _tell(self, frame: str | bytes) -> None:
        try:
            self._ears.hear(from_websocket(frame))
        except MessageError as error:
            self._ears.lose(str(error))

    async def _wait_for_end(self) -> None:
        if self._reading is not None:
            await asyncio.wait((self._reading,), timeout=_PARTING_SECONDS)

    def _acknowledge(self) -> None:
        """Let the server send on at once.

        It holds a small message back until the one before is acknowledged, and a system that is in
        no hurry with that makes each evaluation take 40 ms longer.
        """
        if (option := getattr(socket, "TCP_QUICKACK", None)) is not None:
            with suppress(AttributeError, OSError):  # it is closed already
                self._line.protocol.stream.socket.setsockopt(socket.IPPROTO_TCP, option, 1)


def _close_late(opening: asyncio.Future[Any]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()
