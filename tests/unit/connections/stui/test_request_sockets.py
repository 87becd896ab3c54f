"""Servers that only reply: one question at a time, and everything of an evaluation at its end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from stui_workspace.connections.backend import Answer, Ending, Output, Pulse, Request
from stui_workspace.connections.looking import Completions
from stui_workspace.connections.protocol.messages import (
    Complete,
    Evaluate,
    Hello,
    Piece,
    Ping,
    Pong,
    Refused,
    Result,
    Resume,
)
from stui_workspace.errors import ConnectionLostError
from support.stui_peer import (
    DEADLINE,
    WELCOME,
    Heard,
    Talk,
    client,
    evaluate,
    greet,
    hear_evaluation,
    met,
    playing,
    say,
    stay,
)

UNKNOWN = Refused("unknown-type", "it evaluates, and that is all")
PIECES = (Piece("stdout", "1\n", 1), Piece("stderr", "2\n", 2))


async def test_a_server_that_only_evaluates(tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk, UNKNOWN)
        name, message = await hear_evaluation(talk)
        assert message == Evaluate("6 * 7")
        await say(talk, Result("e1", 0, Ending.OK, "42", output=PIECES), name)
        envelope = await talk.hear()
        assert envelope.message == Ping()
        await say(talk, UNKNOWN, envelope.id)
        await stay(talk)

    async with playing("rep", script, tmp_path) as peer:
        one = client(peer.url, tmp_path)
        hello = await one.start()
        assert (hello.identity, hello.survives) == (None, False)
        answer, heard = await evaluate(one, Request("e1", "6 * 7"))
        assert await one.ping() == Pulse()
        await one.close()
    assert answer == Answer(Ending.OK, "42")
    assert heard.outputs == [Output("stdout", "1\n", 1), Output("stderr", "2\n", 2)]


async def test_what_was_sent_to_it_before_is_unknown(tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk, UNKNOWN)
        await stay(talk)

    async with met("rep", script, tmp_path) as backend:
        answer, _ = await evaluate(backend, Request("e1", "1", is_sent=True))
    assert answer == Answer(Ending.UNKNOWN)


async def test_one_that_knows_greetings_can_resume(tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        name, message = await hear_evaluation(talk)
        assert message == Resume("e1", 1)
        await say(talk, Result("e1", 3, Ending.OK, at=9.0, output=PIECES), name)
        await stay(talk)

    async with met("rep", script, tmp_path) as backend:
        answer, heard = await evaluate(backend, Request("e1", "1", heard=1, is_sent=True))
    assert answer == Answer(Ending.OK, at=9.0)
    assert heard.outputs == [Output("stderr", "2\n", 2)]


async def test_one_without_a_name_is_not_who_was_expected(tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk, UNKNOWN)
        await stay(talk)

    async with playing("rep", script, tmp_path) as peer:
        backend = client(peer.url, tmp_path, identity="pharo-12/orders")
        with pytest.raises(ConnectionLostError, match="somebody without a name") as caught:
            await backend.start()
    assert caught.value.is_final


async def test_while_it_works_for_us_it_is_asked_nothing(tmp_path: Path) -> None:
    is_done, is_sent = asyncio.Event(), asyncio.Event()

    async def script(talk: Talk) -> None:
        await greet(talk)
        name, _ = await hear_evaluation(talk)
        is_sent.set()
        await is_done.wait()
        await say(talk, Result("e1", 1, Ending.OK, "1"), name)
        envelope = await talk.hear()
        assert envelope.message == Complete("or", 2)
        await say(talk, Completions(("orders",), 0, 2), envelope.id)
        await stay(talk)

    async with met("rep", script, tmp_path) as backend, asyncio.timeout(DEADLINE):
        task = asyncio.create_task(backend.evaluate(Request("e1", "1"), Heard()))
        await is_sent.wait()
        pulse = await backend.ping()
        assert pulse.busy_for is not None
        assert pulse.busy_for >= 0
        await backend.interrupt()
        completing = asyncio.create_task(backend.complete("or", 2))
        await asyncio.sleep(0)
        is_done.set()
        assert await task == Answer(Ending.OK, "1")
        assert await completing == Completions(("orders",), 0, 2)


async def test_a_question_that_is_given_up_is_not_in_the_way(tmp_path: Path) -> None:
    is_asked, is_given_up = asyncio.Event(), asyncio.Event()

    async def script(talk: Talk) -> None:
        await greet(talk)
        late = await talk.hear()
        assert late.message == Ping()
        is_asked.set()
        await is_given_up.wait()
        await say(talk, Pong(1.0), late.id)
        name, message = await hear_evaluation(talk)
        assert message == Evaluate("2")
        await say(talk, Result("e2", 1, Ending.OK, "2"), name)
        await stay(talk)

    async with met("rep", script, tmp_path) as backend, asyncio.timeout(DEADLINE):
        asking = asyncio.create_task(backend.ping())
        await is_asked.wait()
        asking.cancel()
        await asyncio.wait({asking})
        is_given_up.set()
        assert (await evaluate(backend, Request("e2", "2")))[0] == Answer(Ending.OK, "2")


@pytest.mark.parametrize("welcome", [WELCOME, UNKNOWN], ids=["full", "simple"])
async def test_a_server_that_dies_at_work(welcome: Refused, tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        envelope = await talk.hear()
        assert isinstance(envelope.message, Hello)
        await say(talk, welcome, envelope.id)
        await hear_evaluation(talk)
        await talk.hang_up()

    async with met("rep", script, tmp_path) as backend:
        answer, _ = await evaluate(backend, Request("e1", "1"))
    assert answer.ending is Ending.LOST
    assert (answer.error or "").startswith("it hung up")
