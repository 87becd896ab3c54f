"""Evaluations over a link: asked for once, heard in order, ended in every way."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from stui_workspace.connections.backend import Answer, Ending, Output, Pulse, Request
from stui_workspace.connections.protocol.messages import (
    Done,
    Evaluate,
    Interrupt,
    OutputEvent,
    Ping,
    Pong,
    Refused,
    Result,
    Resume,
)
from stui_workspace.connections.stui.evaluation import OUTPUT_LIMIT, TEXT_LIMIT
from stui_workspace.errors import ConnectionLostError
from support.stui_peer import (
    CARRIERS,
    DEADLINE,
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

OK = Result("e1", 3, Ending.OK, "42", at=9.0)
OUTPUTS = [OutputEvent("e1", n, n, "stdout", f"{n}\n", float(n)) for n in (1, 2, 3)]


@pytest.mark.parametrize("carrier", CARRIERS)
async def test_what_is_put_out_comes_in_order_before_the_answer(
    carrier: str, tmp_path: Path
) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        assert await hear_evaluation(talk) == ("e1", Evaluate("6 * 7"))
        for output in OUTPUTS:
            await say(talk, output, "e1")
        await say(talk, OK, "e1")
        await stay(talk)

    async with met(carrier, script, tmp_path) as backend:
        answer, heard = await evaluate(backend, Request("e1", "6 * 7"))
    assert answer == Answer(Ending.OK, "42")
    assert heard.outputs == [Output("stdout", f"{n}\n", n) for n in (1, 2, 3)]


@pytest.mark.parametrize("carrier", ["unix", "tcp"])
async def test_what_was_sent_before_is_taken_up_and_not_evaluated_again(
    carrier: str, tmp_path: Path
) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        name, message = await hear_evaluation(talk)
        assert message == Resume("e1", 2)
        assert name != "e1"
        for output in OUTPUTS:  # more than was asked for
            await say(talk, output, name)
        await say(talk, OK, name)
        await stay(talk)

    async with met(carrier, script, tmp_path) as backend:
        request = Request("e1", "6 * 7", heard=2, is_sent=True)
        answer, heard = await evaluate(backend, request)
    assert answer == Answer(Ending.OK, "42", at=9.0)
    assert heard.outputs == [Output("stdout", "3\n", 3, 3.0)]


async def test_one_link_asks_for_the_same_evaluation_once(tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        assert await hear_evaluation(talk) == ("e1", Evaluate("1"))
        await say(talk, OK)
        _, message = await hear_evaluation(talk)
        assert message == Resume("e1")
        await say(talk, OK)
        await stay(talk)

    async with met("unix", script, tmp_path) as backend:
        for _ in range(2):
            answer, _heard = await evaluate(backend, Request("e1", "1"))
            assert answer.ending is Ending.OK


@pytest.mark.parametrize(
    "reply",
    [Result("e1", 0, Ending.UNKNOWN), Refused("unknown-type", "no such thing")],
    ids=["forgotten", "cannot resume"],
)
async def test_what_nobody_remembers_is_unknown(reply: Result | Refused, tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        name, _ = await hear_evaluation(talk)
        await say(talk, reply, name)
        await stay(talk)

    async with met("unix", script, tmp_path) as backend:
        answer, _ = await evaluate(backend, Request("e1", "1", is_sent=True))
    assert answer.ending is Ending.UNKNOWN


async def test_what_the_server_refuses_was_not_evaluated(tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        name, _ = await hear_evaluation(talk)
        await say(talk, Refused("busy", "no \x1b[31mroom"), name)
        await stay(talk)

    async with met("unix", script, tmp_path) as backend:
        answer, _ = await evaluate(backend, Request("e1", "1"))
    why = "not evaluated: the backend refused it: no ␛[31mroom"
    assert answer == Answer(Ending.ERROR, error=why)


async def test_code_that_no_envelope_holds_is_not_sent(tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        assert await hear_evaluation(talk) == ("e2", Evaluate("2"))
        await say(talk, Result("e2", 1, Ending.OK))
        await stay(talk)

    async with met("unix", script, tmp_path) as backend:
        answer, _ = await evaluate(backend, Request("e1", "x" * (1 << 20)))
        assert answer.ending is Ending.ERROR
        assert (answer.error or "").startswith("not evaluated: a message of 10")
        assert (await evaluate(backend, Request("e2", "2")))[0] == Answer(Ending.OK)


@pytest.mark.parametrize("carrier", CARRIERS)
async def test_a_link_that_falls_takes_the_answer_with_it(carrier: str, tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        await hear_evaluation(talk)
        await say(talk, OUTPUTS[0])
        await asyncio.wait_for(heard.has_heard.wait(), DEADLINE)
        await talk.hang_up()

    heard = Heard()
    async with met(carrier, script, tmp_path) as backend, asyncio.timeout(DEADLINE):
        answer = await backend.evaluate(Request("e1", "1"), heard)
        assert answer.ending is Ending.LOST
        assert (answer.error or "").startswith("it hung up")
        assert await backend.wait_lost() == answer.error
        for call in (backend.evaluate(Request("e2", "2"), Heard()), backend.ping()):
            with pytest.raises(ConnectionLostError) as caught:
                await call
            assert (caught.value.connection, caught.value.reason) == ("image", answer.error)
        await backend.interrupt()
    assert heard.outputs == [Output("stdout", "1\n", 1)]


@pytest.mark.parametrize("carrier", ["unix", "tcp"])
async def test_an_interrupt_reaches_the_server_and_only_while_it_evaluates(
    carrier: str, tmp_path: Path
) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        await hear_evaluation(talk)
        await say(talk, OUTPUTS[0])
        envelope = await talk.hear()
        assert envelope.message == Interrupt()
        await say(talk, Done(), envelope.id)
        await say(talk, Result("e1", 2, Ending.INTERRUPTED))
        assert await hear_evaluation(talk) == ("e2", Evaluate("2"))
        await say(talk, Result("e2", 3, Ending.OK))
        await stay(talk)

    async with met(carrier, script, tmp_path) as backend, asyncio.timeout(DEADLINE):
        await backend.interrupt()
        heard = Heard()
        task = asyncio.create_task(backend.evaluate(Request("e1", "1"), heard))
        await heard.has_heard.wait()
        await backend.interrupt()
        assert await task == Answer(Ending.INTERRUPTED)
        await backend.interrupt()
        assert (await evaluate(backend, Request("e2", "2")))[0] == Answer(Ending.OK)


@pytest.mark.parametrize("carrier", ["unix", "tcp"])
async def test_an_evaluation_that_nobody_waits_for_is_stopped_and_makes_room(
    carrier: str, tmp_path: Path
) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        await hear_evaluation(talk)
        await say(talk, OUTPUTS[0])
        assert (await talk.hear()).message == Interrupt()
        envelope = await talk.hear()
        assert envelope.message == Ping()  # and not the next evaluation
        await say(talk, Pong(1.0), envelope.id)
        await say(talk, OUTPUTS[1])
        await say(talk, Result("e1", 3, Ending.INTERRUPTED))
        assert await hear_evaluation(talk) == ("e2", Evaluate("2"))
        await say(talk, Result("e2", 4, Ending.OK, "2"))
        await stay(talk)

    async with met(carrier, script, tmp_path) as backend, asyncio.timeout(DEADLINE):
        heard = Heard()
        task = asyncio.create_task(backend.evaluate(Request("e1", "1"), heard))
        await heard.has_heard.wait()
        task.cancel()
        await asyncio.wait({task})
        following = asyncio.create_task(evaluate(backend, Request("e2", "2")))
        for _ in range(5):  # its turn to be sent, were it not for the other one
            await asyncio.sleep(0)
        assert await backend.ping() == Pulse(1.0)
        answer, other = await following
    assert answer == Answer(Ending.OK, "2")
    assert [one.number for one in heard.outputs] == [1]
    assert other.outputs == []


@pytest.mark.parametrize("carrier", ["unix", "tcp"])
async def test_an_answer_that_was_dropped_is_asked_for_when_the_server_is_idle(
    carrier: str, tmp_path: Path
) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        await hear_evaluation(talk)
        await say(talk, OUTPUTS[0])
        for busy_for in (2.0, None):
            envelope = await talk.hear()
            assert envelope.message == Ping()
            await say(talk, Pong(busy_for), envelope.id)
        assert (await hear_evaluation(talk))[1] == Resume("e1", 1)
        for output in OUTPUTS:
            await say(talk, output)
        await say(talk, OK)
        await stay(talk)

    async with met(carrier, script, tmp_path) as backend, asyncio.timeout(DEADLINE):
        heard = Heard()
        task = asyncio.create_task(backend.evaluate(Request("e1", "1"), heard))
        await heard.has_heard.wait()
        assert await backend.ping() == Pulse(2.0)
        assert await backend.ping() == Pulse()
        assert await task == Answer(Ending.OK, "42")
    assert heard.text == "1\n2\n3\n"


async def test_one_that_is_cancelled_at_once_is_stopped_too(tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        await hear_evaluation(talk)
        assert (await talk.hear()).message == Interrupt()
        await say(talk, Result("e1", 1, Ending.INTERRUPTED))
        assert await hear_evaluation(talk) == ("e2", Evaluate("2"))
        await say(talk, Result("e2", 2, Ending.OK))
        await stay(talk)

    async with met("tcp", script, tmp_path) as backend:
        task = asyncio.create_task(backend.evaluate(Request("e1", "1"), Heard()))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        assert (await evaluate(backend, Request("e2", "2")))[0] == Answer(Ending.OK)


async def test_a_listener_that_fails_is_told_of_and_breaks_nothing(tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        await hear_evaluation(talk)
        await say(talk, OUTPUTS[0])
        await say(talk, OUTPUTS[1])
        assert (await talk.hear()).message == Interrupt()
        await say(talk, OK)
        await hear_evaluation(talk)
        await say(talk, Result("e2", 4, Ending.OK))
        await stay(talk)

    def fail(output: Output) -> None:
        raise ZeroDivisionError(output.text)

    async with met("unix", script, tmp_path) as backend, asyncio.timeout(DEADLINE):
        with pytest.raises(ZeroDivisionError):
            await backend.evaluate(Request("e1", "1"), fail)
        assert (await evaluate(backend, Request("e2", "2")))[0] == Answer(Ending.OK)


async def test_what_is_said_of_other_evaluations_is_not_ours(tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        await say(talk, OUTPUTS[0])
        await hear_evaluation(talk)
        await say(talk, OutputEvent("e0", 1, 1, "stdout", "old"))
        await say(talk, Result("e0", 2, Ending.ERROR))
        await say(talk, Refused("busy"), "e0")
        await say(talk, OK)
        await say(talk, OUTPUTS[2])
        await stay(talk)

    async with met("unix", script, tmp_path) as backend:
        answer, heard = await evaluate(backend, Request("e1", "1"))
    assert answer == Answer(Ending.OK, "42")
    assert heard.outputs == []


@pytest.mark.parametrize("carrier", ["unix", "tcp"])
async def test_output_without_an_end_is_bounded(carrier: str, tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        await hear_evaluation(talk)
        for number in range(1, 200):
            await say(talk, OutputEvent("e1", number, number, "stdout", "x" * 10_000))
        await say(talk, Result("e1", 200, Ending.OK, "r" * 500_000))
        await stay(talk)

    async with met(carrier, script, tmp_path) as backend:
        answer, heard = await evaluate(backend, Request("e1", "1"))
    assert heard.outputs[-1].stream == "gap"
    assert OUTPUT_LIMIT - 10_000 < len(heard.text) <= OUTPUT_LIMIT + 100
    assert (answer.result or "").endswith(f"({500_000 - TEXT_LIMIT} more characters are not shown)")


@pytest.mark.parametrize("carrier", ["unix", "tcp"])
async def test_closing_leaves_the_evaluation_to_the_server(carrier: str, tmp_path: Path) -> None:
    async def script(talk: Talk) -> None:
        await greet(talk)
        await hear_evaluation(talk)
        await say(talk, OUTPUTS[0])
        with pytest.raises((asyncio.IncompleteReadError, asyncio.CancelledError)):
            await talk.hear()

    async with playing(carrier, script, tmp_path) as peer:
        backend = client(peer.url, tmp_path)
        await backend.start()
        heard = Heard()
        task = asyncio.create_task(backend.evaluate(Request("e1", "1"), heard))
        async with asyncio.timeout(DEADLINE):
            await heard.has_heard.wait()
            lost = asyncio.create_task(backend.wait_lost())
            await asyncio.gather(backend.close(), backend.close())
            assert await task == Answer(Ending.LOST, error="it was closed")
        await asyncio.sleep(0)
        assert not lost.done()
        lost.cancel()
        with pytest.raises(ConnectionLostError, match="closed"):
            await backend.evaluate(Request("e2", "2"), Heard())


async def test_nothing_is_evaluated_before_the_start(tmp_path: Path) -> None:
    backend = client("unix:s", tmp_path)
    with pytest.raises(ConnectionLostError, match="not started"):
        await backend.evaluate(Request("e1", "1"), Heard())
    await backend.interrupt()
    await backend.close()
    with pytest.raises(RuntimeError):
        await backend.start()
