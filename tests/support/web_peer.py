"""Somebody who listens where a Jupyter Server should, and says what the test wants."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import re
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from support.kernels import DEADLINE

_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
KERNEL = "11111111-2222-3333-4444-555555555555"


@dataclass
class Peer:
    """What it answers, and what it was asked."""

    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    """By method and the beginning of the path: a status and a body."""
    on_socket: Callable[[Websocket], Awaitable[None]] | None = None
    is_silent: bool = False
    asked: list[str] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)
    port: int = 0
    elsewhere: str = "/elsewhere"
    """Where an answer that sends people away leads."""
    tls: ssl.SSLContext | None = None

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        request = head.split(" HTTP/", 1)[0]
        self.asked.append(request)
        token = re.search(r"(?im)^authorization: (.*?)\r?$", head)
        self.tokens.append(token[1] if token else None)
        if self.is_silent:
            await reader.read()
            return
        key = re.search(r"(?im)^sec-websocket-key: (\S+)", head)
        if key and self.on_socket is not None:
            accept = base64.b64encode(hashlib.sha1((key[1] + _MAGIC).encode()).digest())  # noqa: S324
            upgrade = "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            writer.write(f"{upgrade}Sec-WebSocket-Accept: {accept.decode()}\r\n\r\n".encode())
            await self.on_socket(Websocket(reader, writer))
            return
        for start, (status, body) in self.answers.items():
            if request.startswith(start):
                extra = f"Location: {self.elsewhere}\r\n" if 300 <= status < 400 else ""
                length = len(body.encode())
                answer = f"HTTP/1.1 {status} X\r\n{extra}Content-Length: {length}\r\n\r\n{body}"
                writer.write(answer.encode())
                await writer.drain()
                return
        writer.write(b"HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()


@dataclass
class Websocket:
    """The server's side of one."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, content: str | bytes) -> None:
        """One frame, of text or of bytes."""
        opcode, body = (1, content.encode()) if isinstance(content, str) else (2, content)
        self.writer.write(struct.pack("!BBQ", 0x80 | opcode, 127, len(body)) + body)
        await self.writer.drain()

    async def read(self) -> dict[str, object]:
        """The next message; what a ping asks is answered."""
        while True:
            first, second = await self.reader.readexactly(2)
            length = second & 0x7F
            if length == 126:
                length = int.from_bytes(await self.reader.readexactly(2), "big")
            elif length == 127:
                length = int.from_bytes(await self.reader.readexactly(8), "big")
            mask = await self.reader.readexactly(4)
            body = bytes(
                one ^ mask[at % 4] for at, one in enumerate(await self.reader.readexactly(length))
            )
            opcode = first & 0xF
            if opcode == 9:
                self.writer.write(bytes((0x8A, len(body))) + body)
            elif opcode == 1:
                message: dict[str, object] = json.loads(body)
                return message
            else:
                raise OSError("it was closed")

    async def say(self, kind: str, parent: object, content: object, channel: str = "iopub") -> None:
        """A message of the kernel."""
        header = {"msg_id": f"m-{id(content)}", "msg_type": kind, "session": "the kernel"}
        message = {
            "channel": channel,
            "header": header,
            "parent_header": parent,
            "content": content,
            "metadata": {},
            "buffers": [],
        }
        await self.send(json.dumps(message))

    async def greet(self) -> None:
        """Answer the first question of whoever comes, on both channels."""
        for _ in range(2):
            asked = await self.read()
            parent = asked["header"]
            await self.say("status", parent, {"execution_state": "idle"})
            reply = {"status": "ok", "implementation": "peer", "language_info": {"name": "peer"}}
            await self.say("kernel_info_reply", parent, reply, str(asked["channel"]))

    async def request(self, kind: str = "execute_request") -> dict[str, object]:
        """The header of the next request of that kind."""
        while True:
            asked = await self.read()
            header = asked["header"]
            assert isinstance(header, dict)
            if header["msg_type"] == kind:
                return header

    async def wait_closed(self) -> None:
        """Until the other side is gone."""
        while True:
            await self.read()


def kernel_model(**keys: object) -> dict[str, object]:
    return {"id": KERNEL, "execution_state": "idle", "connections": 0, **keys}


def welcoming(on_socket: Callable[[Websocket], Awaitable[None]], **keys: object) -> Peer:
    """A peer that is a Jupyter Server as far as HTTP goes.

    Args:
        on_socket: What it does with a websocket.
        keys: Of its one kernel.
    """
    model = kernel_model(**keys)
    session = {"id": "66666666-2222-3333-4444-555555555555", "kernel": model}
    answers = {
        f"GET /api/kernels/{KERNEL}": (200, json.dumps(model)),
        "GET /api/kernels": (200, json.dumps([model])),
        "POST /api/sessions": (201, json.dumps(session)),
        f"POST /api/kernels/{KERNEL}/interrupt": (204, ""),
    }
    return Peer(answers, on_socket)


@asynccontextmanager
async def listening(peer: Peer) -> AsyncIterator[Peer]:
    """The peer, at a port of its own, until the end of the block."""
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0, ssl=peer.tls)
    peer.port = server.sockets[0].getsockname()[1]
    try:
        yield peer
    finally:
        server.close()
        async with asyncio.timeout(DEADLINE):
            await server.wait_closed()
