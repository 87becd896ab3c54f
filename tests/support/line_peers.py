"""A line REPL behind a socket that does as a test tells it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
HANGS_UP = None


@dataclass
class Repl:
    """Answers each line with what `says` has for it, and its prompt."""

    says: Mapping[str, str | None] = field(default_factory=dict)
    """By the line: what comes, prompt included if one is to come. `HANGS_UP` ends the link. A line
    that is not there is answered with itself in capitals."""
    greeting: str = ""
    prompt: str = "test> "
    heard: list[str] = field(default_factory=list)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((self.greeting + self.prompt).encode())
        while content := await reader.readline():
            line = content.decode().removesuffix("\n")
            self.heard.append(line)
            answer = self.says.get(line, f"{line.upper()}\n{self.prompt}")
            if answer is HANGS_UP:
                return
            writer.write(answer.encode())


@asynccontextmanager
async def listening(serve: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """The address of somebody who serves each link in that way, until the end of the block."""
    tasks: set[asyncio.Task[None]] = set()

    async def let_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            with suppress(OSError):
                await serve(reader, writer)
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    server = await asyncio.start_server(let_in, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"{'tls' if tls else 'tcp'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
