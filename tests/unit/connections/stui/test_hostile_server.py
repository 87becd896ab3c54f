"""A server that does not keep to the protocol, or to anything: the link ends, and says why."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from pathlib import Path

import pytest

from stui_workspace.connections.backend import Answer, Ending, Request
from stui_workspace.connections.protocol.envelope import ENVELOPE_LIMIT
from stui_workspace.connections.stui.faults import HUNG_UP
from stui_workspace.errors import ConnectionLostError
from support.stui_peer import (
    DEADLINE,
    FrameTalk,
    LineTalk,
    Talk,
    client,
    evaluate,
    greet,
    hear_evaluation,
    met,
    playing,
    stay,
)


def envelope(payload: object, name: object = "e1") -> bytes:
    return json.dumps({"id": name, "version": 1, "timestamp": 0, "payload": payload}).encode()


def result(**keys: object) -> bytes:
    content = {"evaluation": "e1", "seq": 1, "ending": "ok", **keys}
    return envelope({"type": "Result", "data": content})


def output(**keys: object) -> bytes:
    content = {"evaluation": "e1", "seq": 1, "number": 1, "stream": "stdout", "text": "", **keys}
    return envelope({"type": "Output", "data": content})


NO_JSON = "it sent what is no JSON"
GARBAGE = [
    pytest.param(b"HTTP/1.1 400 Bad Request", NO_JSON, id="another protocol"),
    pytest.param(b"", NO_JSON, id="nothing"),
    pytest.param(b"\x00" * 100, NO_JSON, id="zeros"),
    pytest.param(b'"\xff\xfe"', "it sent what is no UTF-8", id="bytes"),
    pytest.param(b"[" * 500_000, NO_JSON, id="depth"),
    pytest.param(b'{"id":' * 100_000, NO_JSON, id="depth of objects"),
    pytest.param(b"9" * 500_000, NO_JSON, id="an endless number"),
    pytest.param(b"[NaN]", NO_JSON, id="not a number"),
    pytest.param(b"[1]", "it sent an envelope that is no object", id="a list"),
    pytest.param(b"{}", "it sent an envelope without `id`", id="an empty envelope"),
    pytest.param(envelope(1), "it sent a payload that is no object", id="a number for a payload"),
    pytest.param(
        envelope({"type": "Pong"}, "x" * 1000),
        "it sent an envelope with a `id` that cannot be",
        id="an id that is none",
    ),
    pytest.param(envelope({}), "it sent a payload without `type`", id="no type"),
    pytest.param(
        envelope({"type": "Result", "data": []}), "it sent `Result` that is no object", id="list"
    ),
    pytest.param(
        result(seq=True), "it sent `Result` with a `seq` that cannot be", id="a truth for a number"
    ),
    pytest.param(
        result(seq=-1), "it sent `Result` with a `seq` that cannot be", id="a number below 0"
    ),
    pytest.param(
        result(at=1e300), "it sent `Result` with a `at` that cannot be", id="the end of time"
    ),
    pytest.param(
        result(ending="fine"), "it sent `Result` with a `ending` that cannot be", id="odd ending"
    ),
    pytest.param(
        result(result=3), "it sent `Result` with a `result` that cannot be", id="a result of 3"
    ),
    pytest.param(
        output(stream="log"), "it sent `Output` with a `stream` that cannot be", id="odd stream"
    ),
    pytest.param(output(text=None), "it sent `Output` without `text`", id="no text"),
]


@pytest.mark.parametrize("carrier", ["unix", "tcp"])
@pytest.mark.parametrize(("content", "reason"), GARBAGE)
async def test_garbage_in_the_place_of_a_greeting(
    carrier: str, content: bytes, reason: str, tmp_path: Path
) -> None:
    async def script(talk: Talk) -> None:
        await talk.hear()
        await talk.raw(content)
        await stay(talk)

    async with playing(carrier, script, tmp_path) as peer:
        backend = client(peer.url, tmp_path)
        with pytest.raises(ConnectionLostError) as caught:
            await backend.start()
        lost = asyncio.create_task(backend.wait_lost())
        await asyncio.sleep(0)
        assert not lost.done()  # what never was is not lost
        lost.cancel()
    assert (caught.value.reason, caught.value.is_final) == (reason, False)


@pytest.mark.parametrize("carrier", ["unix", "tcp"])
@pytest.mark.parametrize(("content", "reason"), GARBAGE)
async def test_garbage_in_the_middle_of_an_evaluation(
    carrier: str, content: bytes, reason: str, tmp_path: Path
) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        await hear_evaluation(talk)
        await talk.raw(content)
        await stay(talk)

    async with met(carrier, script, tmp_path) as backend:
        answer, heard = await evaluate(backend, Request("e1", "1"))
        assert answer == Answer(Ending.LOST, error=reason)
        assert heard.outputs == []
        async with asyncio.timeout(DEADLINE):
            assert await backend.wait_lost() == reason
        with pytest.raises(ConnectionLostError):
            await backend.ping()


@pytest.mark.parametrize(
    ("carrier", "reason"),
    [
        ("unix", f"it sent a line of more than {ENVELOPE_LIMIT} bytes"),
        ("lines", f"it sent a line of more than {ENVELOPE_LIMIT} bytes"),
        ("tcp", f"it hung up, or sent more than {ENVELOPE_LIMIT} bytes at once"),
    ],
)
async def test_a_message_that_is_too_long(carrier: str, reason: str, tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        await hear_evaluation(talk)
        await talk.raw(b" " * (ENVELOPE_LIMIT + 1))
        await stay(talk)

    async with met(carrier, script, tmp_path) as backend:
        answer, _ = await evaluate(backend, Request("e1", "1"))
    assert answer == Answer(Ending.LOST, error=reason)


@pytest.mark.parametrize("carrier", ["unix", "tcp"])
async def test_a_message_that_is_as_long_as_it_may_be(carrier: str, tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        await hear_evaluation(talk)
        await talk.raw(result(result="42").ljust(ENVELOPE_LIMIT))
        await stay(talk)

    async with met(carrier, script, tmp_path) as backend:
        answer, _ = await evaluate(backend, Request("e1", "1"))
    assert answer == Answer(Ending.OK, "42")


async def test_a_line_without_an_end(tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        assert isinstance(talk, LineTalk)
        await greet(talk)
        await hear_evaluation(talk)
        with suppress(OSError):
            while True:
                await talk.bare(b"x" * 100_000)

    async with met("unix", script, tmp_path) as backend:
        answer, _ = await evaluate(backend, Request("e1", "1"))
        assert answer.error == f"it sent a line of more than {ENVELOPE_LIMIT} bytes"


@pytest.mark.parametrize("carrier", ["unix", "tcp"])
async def test_one_that_hangs_up_at_once(carrier: str, tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await talk.hear()
        await talk.hang_up()

    async with playing(carrier, script, tmp_path) as peer:
        with pytest.raises(ConnectionLostError, match="it hung up") as caught:
            await client(peer.url, tmp_path).start()
    assert caught.value.next_step == HUNG_UP


async def test_half_a_message(tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        assert isinstance(talk, LineTalk)
        await greet(talk)
        await hear_evaluation(talk)
        await talk.bare(result()[:-1])
        await talk.hang_up()

    async with met("unix", script, tmp_path) as backend:
        answer, _ = await evaluate(backend, Request("e1", "1"))
    assert answer == Answer(Ending.LOST, error="it hung up in the middle of a message")


async def test_a_greeting_that_comes_drop_by_drop(tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        assert isinstance(talk, LineTalk)
        with suppress(OSError):
            while True:
                await talk.bare(b" ")
                await asyncio.sleep(0)

    async with playing("unix", script, tmp_path) as peer:
        backend = client(peer.url, tmp_path, patience=0.2)
        with pytest.raises(ConnectionLostError, match=r"no answer within 0\.2 s"):
            await backend.start()


async def test_a_message_that_comes_drop_by_drop_arrives(tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        assert isinstance(talk, LineTalk)
        await greet(talk)
        await hear_evaluation(talk)
        for byte in result(result="42") + b"\r\n":
            await talk.bare(bytes([byte]))
            await asyncio.sleep(0)
        await stay(talk)

    async with met("lines", script, tmp_path) as backend:
        answer, _ = await evaluate(backend, Request("e1", "1"))
    assert answer == Answer(Ending.OK, "42")


@pytest.mark.parametrize(
    "frames",
    [
        pytest.param([b"", result(), result()], id="two messages in one"),
        pytest.param([b"name", result()], id="a name before it"),
        pytest.param([b"", b"", result()], id="two empty frames"),
    ],
)
async def test_frames_that_are_no_message(frames: list[bytes], tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        assert isinstance(talk, FrameTalk)
        await greet(talk)
        await hear_evaluation(talk)
        await talk.frames([talk.peer[0], *frames])
        await stay(talk)

    async with met("tcp", script, tmp_path) as backend:
        answer, _ = await evaluate(backend, Request("e1", "1"))
    assert answer == Answer(Ending.LOST, error="it sent a message of more than one part")


async def test_a_server_that_never_stops_leaves_room_for_others(tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        await hear_evaluation(talk)
        flood = b"\n".join([output(evaluation="e0", text="x" * 10)] * 100)
        while True:
            await talk.raw(flood)

    async with met("unix", script, tmp_path) as backend:
        task = asyncio.create_task(evaluate(backend, Request("e1", "1")))
        async with asyncio.timeout(DEADLINE):
            for _ in range(100):  # each of them has its turn
                await asyncio.sleep(0)
        assert not task.done()
        await backend.close()
        assert (await task)[0].error == "it was closed"
