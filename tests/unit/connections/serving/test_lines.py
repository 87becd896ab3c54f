"""JSON lines over real sockets: clients of ours, and clients that mean no good."""

from __future__ import annotations

import asyncio
import socket
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from doubles.fake_backend import Play
from stui_workspace.connections.backend import Answer, Ending, Output, Request
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.protocol.envelope import Envelope, decode, encode
from stui_workspace.connections.protocol.messages import (
    Evaluate,
    Hello,
    Message,
    OutputEvent,
    Ping,
    Pong,
    Refused,
    Result,
    Resume,
    Welcome,
)
from stui_workspace.connections.serving import lines
from stui_workspace.connections.serving.addresses import Address
from stui_workspace.connections.serving.listening import Sealing, listening
from stui_workspace.connections.serving.sockets import socket_path
from stui_workspace.connections.stui.backend import StuiBackend
from stui_workspace.model.workspace import ConnectionSpec
from support.serving import DEADLINE, Hall, printed, serving

PLAYS = {
    "print": Play(printed("one\n"), Answer(Ending.OK, result="3")),
    "slow": Play(printed("a"), Answer(Ending.OK, result="slow"), waits=True),
    "much": Play(printed(*["x" * 50_000] * 16), Answer(Ending.OK, result="much")),
}


@dataclass
class Raw:
    """A client that sends bytes."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def say(self, message: Message, name: str = "a") -> None:
        self.writer.write(encode(Envelope(name, message)) + b"\n")

    async def hear(self) -> Message:
        async with asyncio.timeout(DEADLINE):
            return decode((await self.reader.readuntil(b"\n"))[:-1]).message

    async def wait_end(self) -> None:
        """Return when the server has hung up."""
        async with asyncio.timeout(DEADLINE):
            with suppress(ConnectionError):
                while await self.reader.read(1 << 20):
                    pass

    async def close(self) -> None:
        self.writer.close()
        with suppress(OSError):
            await self.writer.wait_closed()


@dataclass
class Place:
    """A server at a socket."""

    hall: Hall
    url: str
    path: Path
    opened: list[Raw]

    async def come(self) -> Raw:
        reader, writer = await asyncio.open_unix_connection(str(self.path), limit=4 << 20)
        self.opened.append(Raw(reader, writer))
        return self.opened[-1]

    async def greet(self, name: str = "me") -> Raw:
        raw = await self.come()
        raw.say(Hello(name))
        assert isinstance(await raw.hear(), Welcome)
        return raw


@asynccontextmanager
async def place(tmp_path: Path, **options: object) -> AsyncIterator[Place]:
    async with serving(tmp_path / "journal", PLAYS, **options) as hall:
        assert hall.server is not None
        path = socket_path(tmp_path / "private", "s")
        async with listening(hall.server, Address("unix", path), Sealing()) as url:
            one = Place(hall, url, path, [])
            yield one
            for raw in one.opened:
                await raw.close()


def client_of(url: str, root: Path) -> StuiBackend:
    return StuiBackend(ConnectionSpec("s", "stui", url=url), Setting(root, client="ours"))


async def test_our_client_and_our_server_get_along(tmp_path: Path) -> None:
    async with place(tmp_path) as one:
        client = client_of(one.url, tmp_path)
        hello = await client.start()
        outputs: list[Output] = []
        answer = await client.evaluate(Request("x1", "print"), outputs.append)
        await client.close()
        again = client_of(one.url, tmp_path)
        returned = await again.start()
        repeated = await again.evaluate(Request("x1", "print", is_sent=True), outputs.append)
        await again.close()
    assert (hello.backend, hello.survives, hello.incarnation) == (
        "Fake 1.0",
        True,
        returned.incarnation,
    )
    assert (answer.result, repeated.result) == ("3", "3")
    assert [output.text for output in outputs] == ["one\n", "one\n"]
    assert one.hall.evaluated == ["print"]


async def test_a_link_that_falls_while_it_evaluates_is_taken_up_in_place(tmp_path: Path) -> None:
    async with place(tmp_path) as one:
        client = client_of(one.url, tmp_path)
        await client.start()
        outputs: list[Output] = []
        heard = asyncio.Event()

        def hear(output: Output) -> None:
            outputs.append(output)
            heard.set()

        running = asyncio.ensure_future(client.evaluate(Request("x1", "slow"), hear))
        await heard.wait()
        await client.close()
        assert (await running).ending is Ending.LOST
        one.hall.backends[0].life.say(*printed("b"))
        one.hall.backends[0].release()
        again = client_of(one.url, tmp_path)
        await again.start()
        taken_up = Request("x1", "slow", heard=outputs[-1].number, is_sent=True)
        answer = await again.evaluate(taken_up, hear)
        await again.close()
    assert (answer.result, [one.text for one in outputs]) == ("slow", ["a", "b"])
    assert answer.at is not None
    assert one.hall.evaluated == ["slow"]


@pytest.mark.parametrize(
    "content",
    [b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\n", b"{}\n", b"\0" * 70_000, b"x" * 70_000],
    ids=["http", "tls", "json", "zeros", "no end"],
)
async def test_garbage_is_answered_once_and_cut(content: bytes, tmp_path: Path) -> None:
    async with place(tmp_path) as one:
        raw = await one.come()
        raw.writer.write(content)
        assert isinstance(await raw.hear(), Refused)
        await raw.wait_end()
        guest = await one.greet()
        guest.say(Ping())
        assert isinstance(await guest.hear(), Pong)


async def test_an_endless_line_of_a_client_is_cut(tmp_path: Path) -> None:
    async with place(tmp_path) as one:
        raw = await one.greet()
        with suppress(ConnectionError):
            for _ in range(64):
                raw.writer.write(b"x" * (1 << 16))
                await raw.writer.drain()
        await raw.wait_end()


async def test_a_client_that_takes_nothing_is_cut_and_delays_nobody(tmp_path: Path) -> None:
    async with place(tmp_path) as one:
        stuck = await one.greet("stuck")
        stuck.writer.transport.pause_reading()  # type: ignore[attr-defined]
        stuck.say(Evaluate("much"), "m")
        guest = await one.greet("guest")
        guest.say(Evaluate("print"), "p")
        while not isinstance(message := await guest.hear(), Result):
            assert isinstance(message, OutputEvent)
        for number in range(30):
            stuck.say(Resume("m"), f"r{number}")
        assert one.hall.server is not None
        async with asyncio.timeout(DEADLINE):
            while len(one.hall.server.visitors) > 1:
                one.hall.server.changed.clear()
                await one.hall.server.changed.wait()
        guest.say(Ping())
        assert isinstance(await guest.hear(), Pong)


async def test_a_thousand_connections_are_bounded_and_clients_come_in(tmp_path: Path) -> None:
    async with place(tmp_path, stranger_count=8, client_count=4) as one:
        guest = await one.greet("guest")
        sockets = []
        for _ in range(1000):
            plain = socket.socket(socket.AF_UNIX)
            plain.setblocking(False)
            with suppress(BlockingIOError):  # the backlog is full: that is a bound, too
                plain.connect(str(one.path))
            sockets.append(plain)
            if len(sockets) % 50 == 0:
                await asyncio.sleep(0)
        assert one.hall.server is not None
        assert len(one.hall.server.visitors) <= 8 + 4
        guest.say(Ping())
        assert isinstance(await guest.hear(), Pong)
        for plain in sockets:
            plain.close()
        await one.greet("another")


async def test_slow_drips_cost_little(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with place(tmp_path, greet_seconds=0.05) as one:
        raw = await one.come()
        raw.writer.write(b"{")
        await raw.wait_end()


async def test_memory_stays_bounded_under_a_flood_of_lines(tmp_path: Path) -> None:
    async with place(tmp_path) as one:
        raw = await one.greet()
        content = (
            b'{"id":"a","version":1,"timestamp":0,"payload":{"type":"Ping","data":{}}}\n' * 500
        )
        tracemalloc.start()
        for _ in range(40):
            raw.writer.write(content)
            with suppress(ConnectionError):
                await raw.writer.drain()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 32 << 20


async def test_a_shortage_of_files_is_told_and_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "_SHORTAGE_SECONDS", 0.0)
    async with place(tmp_path) as one:
        loop = asyncio.get_running_loop()
        real, failures = loop.sock_accept, [True]

        async def accept(listening: socket.socket) -> tuple[socket.socket, object]:
            if failures:
                failures.pop()
                raise OSError(24, "Too many open files")
            return await real(listening)

        await one.greet("first")
        monkeypatch.setattr(loop, "sock_accept", accept)
        await one.greet("second")
        await one.greet("third")
        assert any("Too many open files" in line for line in one.hall.words)
