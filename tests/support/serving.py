"""A server in memory, and clients that say what they are told to say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TypeVar

from doubles.fake_backend import FakeBackend, Play
from stui_workspace.connections.backend import Output
from stui_workspace.connections.protocol.envelope import Envelope, decode, encode
from stui_workspace.connections.protocol.messages import (
    Hello,
    Message,
    OutputEvent,
    Result,
    Welcome,
)
from stui_workspace.connections.serving.server import Options, Server
from stui_workspace.connections.serving.visitor import Visitor

DEADLINE = 60.0
"""Seconds for a thing that takes none on a machine with nothing else to do."""
_NUMBERS = count(1)
MessageT = TypeVar("MessageT", bound=Message)


@dataclass
class Client:
    """One link in memory, and all that came over it."""

    server: Server
    heard: list[Envelope] = field(default_factory=list)
    is_cut: bool = False
    visitor: Visitor | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def come(cls, server: Server) -> Client:
        client = cls(server)
        client.visitor = server.visit(client)
        return client

    def send(self, content: bytes) -> None:
        self.heard.append(decode(content))
        self.news.set()

    def cut(self) -> None:
        self.is_cut = True
        self.news.set()

    def say(self, message: Message, name: str | None = None) -> str:
        """Send it; its id comes back."""
        name = name or f"message-{next(_NUMBERS)}"
        self.say_bytes(encode(Envelope(name, message)))
        return name

    def say_bytes(self, content: bytes) -> None:
        assert self.visitor is not None
        self.visitor.receive(content)

    async def hear(self, kind: type[MessageT], name: str | None = None) -> MessageT:
        """The next message of that kind, and of that id."""
        async with asyncio.timeout(DEADLINE):
            while True:
                for place, envelope in enumerate(self.heard):
                    if isinstance(envelope.message, kind) and name in (None, envelope.id):
                        del self.heard[place]
                        return envelope.message
                assert not self.is_cut, self.heard
                self.news.clear()
                await self.news.wait()

    async def ask(self, message: Message, kind: type[MessageT]) -> MessageT:
        """The answer to a question."""
        return await self.hear(kind, self.say(message))

    async def wait_cut(self) -> None:
        """Return when the link has ended."""
        async with asyncio.timeout(DEADLINE):
            while not self.is_cut:
                self.news.clear()
                await self.news.wait()

    def leave(self) -> None:
        """Go, without a word."""
        assert self.visitor is not None
        self.visitor.leave()

    async def result(self, name: str) -> tuple[str, Result]:
        """What was put out, and how it ended."""
        found = await self.hear(Result, name)
        texts = [
            one.message.text
            for one in self.heard
            if isinstance(one.message, OutputEvent) and one.message.evaluation == found.evaluation
        ]
        return "".join(texts), found


@dataclass
class Hall:
    """A server, and the backends that it made."""

    folder: Path
    plays: Mapping[str, Play] = field(default_factory=dict)
    backends: list[FakeBackend] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    """Of the next starts."""
    server: Server | None = None

    def make(self) -> FakeBackend:
        """A new backend."""
        refusal = self.refusals.pop(0) if self.refusals else None
        self.backends.append(FakeBackend(self.plays, refusal=refusal))
        return self.backends[-1]

    @property
    def evaluated(self) -> list[str]:
        """All code that any backend evaluated."""
        return [code for backend in self.backends for code in backend.evaluated]

    def come(self) -> Client:
        """A link on which nobody has greeted."""
        assert self.server is not None
        return Client.come(self.server)

    async def greet(self, name: str = "me", **keys: object) -> tuple[Client, Welcome]:
        """A client that has been welcomed."""
        client = self.come()
        hello = Hello(name, **keys)  # type: ignore[arg-type]
        return client, await client.ask(hello, Welcome)


@asynccontextmanager
async def serving(
    folder: Path, plays: Mapping[str, Play] | None = None, **options: object
) -> AsyncIterator[Hall]:
    """A server that is up within the block."""
    hall = Hall(folder, plays or {})
    chosen = {"chance": lambda: 0.0, "token_seconds": 0.0, **options}
    hall.server = Server(hall.make, folder, Options(narrate=hall.words.append, **chosen))  # type: ignore[arg-type]
    await hall.server.start()
    try:
        yield hall
    finally:
        async with asyncio.timeout(DEADLINE):
            await hall.server.close()


def printed(*texts: str) -> tuple[Output, ...]:
    """Outputs to standard output."""
    return tuple(Output("stdout", text) for text in texts)
