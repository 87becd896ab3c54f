"""JSON lines over streams: Unix sockets, TCP and TLS. No package beyond the standard library."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import deque
from contextlib import suppress
from typing import Final

from stui_workspace.connections.protocol.messages import Code
from stui_workspace.connections.serving.server import Server
from stui_workspace.connections.serving.visitor import UNASKED, Visitor

UNSENT_BYTES: Final = 4 << 20
"""What a client may leave lying of what it is sent."""
FAREWELL_SECONDS: Final = 5.0
"""For a client to take what it is sent before its link ends."""
_AT_ONCE: Final = 64
"""Lines that are taken before others have their turn."""
_PAUSE_BYTES: Final = 1 << 20
_HANDSHAKE_SECONDS: Final = 10.0
_KEEPALIVE: Final = (("TCP_KEEPIDLE", 20), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3))
_SHORTAGE_SECONDS: Final = 0.5
_UNACKNOWLEDGED_MS: Final = 60_000


class LineLink(asyncio.Protocol):
    """One stream with one client. What it sends is a line each, and bounded."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._visitor: Visitor | None = None
        self._transport: asyncio.Transport | None = None
        self._part = bytearray()
        """Of a line that has not ended."""
        self._lines: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._is_turn_asked_for = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody comes."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 (for the types)
        self._transport = transport
        _notice_death(transport.get_extra_info("socket"))
        self._visitor = self._server.visit(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Somebody has gone."""
        del exc
        self._lines.clear()
        self._part.clear()
        if self._visitor is not None:
            self._visitor.leave()

    def data_received(self, data: bytes) -> None:
        """Some of its lines arrived."""
        *lines, rest = data.split(b"\n")
        for line in lines:
            self._part += line
            self._lines.append(bytes(self._part))
            self._waiting_bytes += len(self._part) + 1
            self._part.clear()
        self._part += rest
        if self._waiting_bytes > _PAUSE_BYTES and self._transport is not None:
            self._transport.pause_reading()
        self._take_turn()

    def send(self, content: bytes) -> None:
        """Send a line. A client that leaves too much lying is cut."""
        if self._transport is None or self._transport.is_closing():
            return
        self._transport.write(content + b"\n")
        if self._transport.get_write_buffer_size() > UNSENT_BYTES:
            self._transport.abort()
            if self._visitor is not None:
                self._visitor.leave()

    def cut(self) -> None:
        """Let go of the client, once it has what was sent or its time is over."""
        self._lines.clear()
        self._part.clear()
        if self._transport is not None:
            self._transport.close()
            loop = asyncio.get_running_loop()
            loop.call_later(FAREWELL_SECONDS, self._transport.abort)

    def _take_turn(self) -> None:
        self._is_turn_asked_for = False
        for _ in range(min(_AT_ONCE, len(self._lines))):
            if self._visitor is None or not self._lines:
                break
            line = self._lines.popleft()
            self._waiting_bytes -= len(line) + 1
            if len(line) > self._visitor.limit:
                self._refuse_length()
            elif line.strip():
                self._visitor.receive(line)
        if self._visitor is not None and len(self._part) > self._visitor.limit:
            self._refuse_length()
        if self._lines:
            self._ask_for_turn()
        elif self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def _ask_for_turn(self) -> None:
        if not self._is_turn_asked_for:
            self._is_turn_asked_for = True
            asyncio.get_running_loop().call_soon(self._take_turn)

    def _refuse_length(self) -> None:
        if self._visitor is not None:
            self._visitor.refuse(UNASKED, Code.TOO_LONG, "it sent a line that is too long")
            self._visitor.cut()


async def serve_streams(
    server: Server, listening: socket.socket, tls: ssl.SSLContext | None = None
) -> None:
    """Let in whoever comes to a bound socket, until this is cancelled.

    Links that are in the middle of a TLS handshake count, too; where there are too many, the next
    is closed at once.
    """
    loop = asyncio.get_running_loop()
    most = server.options.client_count + 2 * server.options.stranger_count
    coming: set[asyncio.Task[None]] = set()
    listening.setblocking(False)
    try:
        while True:
            try:
                one, _ = await loop.sock_accept(listening)
            except OSError as error:  # no more files, most likely; those who wait can wait
                server.options.narrate(f"nobody can come in: {error.strerror}")
                await asyncio.sleep(_SHORTAGE_SECONDS)
                continue
            if len(coming) + len(server.visitors) >= most:
                one.close()
                continue
            task = asyncio.ensure_future(_let_in(server, one, tls))
            coming.add(task)
            task.add_done_callback(coming.discard)
    finally:
        for task in coming:
            task.cancel()


async def _let_in(server: Server, one: socket.socket, tls: ssl.SSLContext | None) -> None:
    loop = asyncio.get_running_loop()
    patience = None if tls is None else _HANDSHAKE_SECONDS
    try:
        await loop.connect_accepted_socket(
            lambda: LineLink(server), one, ssl=tls, ssl_handshake_timeout=patience
        )
    except OSError:  # TLS errors among them: they stay outside
        one.close()
    except asyncio.CancelledError:
        one.close()
        raise


def _notice_death(one: socket.socket | None) -> None:
    """Have the system find out about a machine or a network that went away without a word."""
    if one is None or one.family not in (socket.AF_INET, socket.AF_INET6):
        return
    with suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for name, value in _KEEPALIVE:
            if hasattr(socket, name):
                one.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_MS)
