"""The protocol over ZeroMQ: our client and our server, and sockets of other kinds."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import zmq
import zmq.asyncio

from doubles.fake_backend import Play
from stui_workspace.connections.backend import Answer, Ending, Output, Request
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.protocol.envelope import Envelope, decode, encode
from stui_workspace.connections.protocol.messages import (
    Code,
    Evaluate,
    Hello,
    Message,
    Ping,
    Pong,
    Refused,
    Result,
    Resume,
    Welcome,
)
from stui_workspace.connections.serving.addresses import Address
from stui_workspace.connections.serving.listening import Sealing, listening
from stui_workspace.connections.serving.sockets import socket_path
from stui_workspace.connections.serving.zeromq import curve_keys
from stui_workspace.connections.stui.backend import PATIENCE, StuiBackend
from stui_workspace.errors import ConnectionLostError, UsageError
from stui_workspace.model.workspace import ConnectionSpec
from support.serving import DEADLINE, Hall, printed, serving

PLAYS = {
    "print": Play(printed("one\n"), Answer(Ending.OK, result="3")),
    "much": Play(printed(*["x" * 50_000] * 16), Answer(Ending.OK, result="much")),
    "die": Play((), Answer(Ending.LOST, error="it was shot")),
}
TOKEN = "open"  # noqa: S105
LOOPBACK = Address("tcp", None, "127.0.0.1", 0)


@asynccontextmanager
async def place(
    tmp_path: Path, address: Address = LOOPBACK, sealing: Sealing | None = None, **options: object
) -> AsyncIterator[tuple[Hall, str]]:
    async with serving(tmp_path / "journal", PLAYS, **options) as hall:
        assert hall.server is not None
        async with listening(hall.server, address, sealing or Sealing()) as url:
            yield hall, url


class Dealer:
    """A socket that sends what it is told to."""

    def __init__(self, url: str, kind: int = zmq.DEALER, **options: Any) -> None:
        self.context = zmq.asyncio.Context()
        self.socket = self.context.socket(kind)
        self.socket.setsockopt(zmq.LINGER, 0)
        for name, value in options.items():
            self.socket.setsockopt(getattr(zmq, name), value)
        self.socket.connect(url)

    async def send(self, *frames: bytes) -> None:
        await self.socket.send_multipart(list(frames))

    async def say(self, message: Message, name: str = "a") -> None:
        await self.send(b"", encode(Envelope(name, message)))

    async def hear(self) -> Message:
        async with asyncio.timeout(DEADLINE):
            return decode((await self.socket.recv_multipart())[-1]).message

    async def greet(self) -> None:
        await self.say(Hello("dealer"))
        assert isinstance(await self.hear(), Welcome)

    def close(self) -> None:
        self.context.destroy(linger=0)


@asynccontextmanager
async def dealer(url: str, kind: int = zmq.DEALER, **options: Any) -> AsyncIterator[Dealer]:
    one = Dealer(url, kind, **options)
    try:
        yield one
    finally:
        one.close()


def client_of(url: str, root: Path, token: str | None = None) -> StuiBackend:
    spec = ConnectionSpec("s", "stui", url=url, credential="vault:s" if token else None)
    return StuiBackend(spec, Setting(root, client="ours", secret=lambda: token))


async def test_our_client_and_our_server_get_along(tmp_path: Path) -> None:
    async with place(tmp_path) as (hall, url):
        client = client_of(url, tmp_path)
        hello = await client.start()
        outputs: list[Output] = []
        answer = await client.evaluate(Request("x1", "print"), outputs.append)
        pulse = await client.ping()
        await client.close()
    assert (hello.survives, answer.result, pulse.busy_for) == (True, "3", None)
    assert [output.text for output in outputs] == ["one\n"]
    assert hall.evaluated == ["print"]


async def test_over_a_socket_of_the_file_system(tmp_path: Path) -> None:
    path = socket_path(tmp_path / "private", "z")
    async with place(tmp_path, Address("ipc", path)) as (_, url):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        client = client_of(url, tmp_path)
        await client.start()
        answer = await client.evaluate(Request("x1", "print"), lambda _: None)
        await client.close()
    assert answer.result == "3"


async def test_curve_and_a_token(tmp_path: Path) -> None:
    sealing = Sealing(curve_file=tmp_path / "private" / "keys")
    async with place(tmp_path, sealing=sealing, token=TOKEN) as (_, url):
        assert "?server_key=" in url
        for token, is_in in ((TOKEN, True), ("shut", False)):
            client = client_of(url, tmp_path, token)
            if is_in:
                await client.start()
            else:
                with pytest.raises(ConnectionLostError, match="token") as caught:
                    await client.start()
                assert caught.value.is_final
            await client.close()
        plain = client_of(url.partition("?")[0], tmp_path)
        with pytest.raises(ConnectionLostError):
            await plain.start()
        await plain.close()


def test_keys_stay_the_same_and_private(tmp_path: Path) -> None:
    path = tmp_path / "private" / "keys"
    one, other = curve_keys(path), curve_keys(path)
    assert one == other
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert one.secret.decode() not in repr(one)
    path.write_bytes(one.public + b"\n" + one.public + b"\n")
    with pytest.raises(UsageError, match="no pair"):
        curve_keys(path)


async def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    async with place(tmp_path / "1") as (_, url):
        port = int(url.rpartition(":")[2])
        with pytest.raises(UsageError, match="in use"):
            async with place(tmp_path / "2", Address("tcp", None, "127.0.0.1", port)):
                pass


@pytest.mark.parametrize(
    "frames",
    [
        (b"", b""),
        (b"", b"\xff" * 1000),
        (b"", b"{}"),
        (b"x", b"y"),
        (b"",),
        (b"", b"", b"", b"", b""),
        (b"", b"x" * 70_000),
        (b"", b"x" * (2 << 20)),
    ],
    ids=range(8),
)
async def test_garbage_disturbs_nobody(frames: tuple[bytes, ...], tmp_path: Path) -> None:
    async with place(tmp_path) as (_, url), dealer(url) as bad, dealer(url) as guest:
        await guest.greet()
        await bad.send(*frames)
        await guest.say(Ping())
        assert isinstance(await guest.hear(), Pong)


async def test_a_request_socket_is_told_so(tmp_path: Path) -> None:
    options = {"REQ_CORRELATE": 1, "REQ_RELAXED": 1}
    async with place(tmp_path) as (_, url), dealer(url, zmq.REQ, **options) as one:
        await one.send(encode(Envelope("a", Hello("req"))))
        refused = await one.hear()
    assert isinstance(refused, Refused)
    assert "socket=req" in (refused.next_step or "")


async def test_who_was_cut_is_told_to_greet(tmp_path: Path) -> None:
    async with place(tmp_path) as (hall, url), dealer(url) as one:
        await one.greet()
        hall.backends[0].lose("it fell over")
        told = await one.hear()
        assert isinstance(told, Refused)
        assert told.code == Code.HELLO_FIRST
        await one.say(Ping())
        again = await one.hear()
        assert isinstance(again, Refused)
        assert again.code == Code.HELLO_FIRST
        await one.greet()
        await one.say(Evaluate("print"), "p")
        while not isinstance(message := await one.hear(), Result):
            pass
        assert message.result == "3"


async def test_who_takes_nothing_is_forgotten_and_delays_nobody(tmp_path: Path) -> None:
    async with (
        place(tmp_path) as (hall, url),
        dealer(url, RCVHWM=1, RCVBUF=4096) as stuck,
        dealer(url) as guest,
    ):
        await stuck.greet()
        await stuck.say(Evaluate("much"), "m")
        await guest.greet()
        assert hall.server is not None
        async with asyncio.timeout(DEADLINE):
            for number in count():  # how much its system takes for it is not ours to say
                if "client `dealer` has gone" in hall.words:
                    break
                await stuck.say(Resume("m"), f"r{number}")
                if number % 100 == 0:
                    await guest.say(Ping())
                    assert isinstance(await guest.hear(), Pong)
        await guest.say(Ping())
        assert isinstance(await guest.hear(), Pong)


async def test_without_zeromq_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "zmq", None)
    with pytest.raises(UsageError, match="not installed") as caught:
        async with place(tmp_path):
            pass
    assert "stui-workspace[zeromq]" in (caught.value.next_step or "")


async def test_a_crowd_is_let_in_or_told_at_once_that_it_is_one(tmp_path: Path) -> None:
    async with place(tmp_path, stranger_count=2) as (_, url):
        crowd = [client_of(url, tmp_path) for _ in range(20)]
        async with asyncio.timeout(PATIENCE / 2):
            met = await asyncio.gather(*(one.start() for one in crowd), return_exceptions=True)
        turned_away = [one for one in met if isinstance(one, ConnectionLostError)]
        assert 0 < len(turned_away) < len(crowd)
        assert all("more come at once" in one.reason for one in turned_away)
        assert not any(one.is_final for one in turned_away)
        await asyncio.gather(*(one.close() for one in crowd))
