"""What every `Backend` does: each kind of connection, and the one that tests use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from stui_workspace.connections.backend import Answer, Backend, Ending, Output, Request
from stui_workspace.errors import ConnectionLostError
from support.backend_kinds import (
    CAN,
    ENDLESS,
    ENDS,
    NOTHING,
    PRINTS,
    RAISES,
    VALUE,
    Kind,
    kind_named,
)
from support.embedded import asked, no_output


@pytest.fixture(params=CAN)
async def kind(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Kind]:
    async with kind_named(request.param, tmp_path) as kind:
        yield kind


@pytest.fixture
async def backend(kind: Kind) -> AsyncIterator[Backend]:
    """A backend that is up."""
    backend = kind.make()
    await backend.start()
    yield backend
    await backend.close()


class Listener:
    """Collects output, joined where a stream goes on, and says when the first of it arrives."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.has_heard = asyncio.Event()

    def __call__(self, output: Output) -> None:
        text = output.text
        if self.heard and self.heard[-1][0] == output.stream:
            text = self.heard.pop()[1] + text
        self.heard.append((output.stream, text))
        self.has_heard.set()


async def run_endless(backend: Backend) -> asyncio.Task[Answer]:
    """An evaluation that is under way, and has no end."""
    listener = Listener()
    task = asyncio.create_task(backend.evaluate(asked(ENDLESS), listener))
    await listener.has_heard.wait()
    return task


async def value_of(kind: Kind, backend: Backend, code: str = VALUE) -> str | None:
    """What came of the code, as far as that can be told from what it printed."""
    listener = Listener()
    answer = await backend.evaluate(asked(code), listener)
    assert (answer.ending, answer.error) == (Ending.OK, None)
    if kind.can.results:
        assert listener.heard == []
        return answer.result
    assert answer.result is None
    return "".join(text for _, text in listener.heard).removesuffix("\n") or None


async def test_a_link_says_who_answered_and_another_life_is_another_one(kind: Kind) -> None:
    one, other = kind.make(), kind.make()
    hello, another = await one.start(), await other.start()
    assert hello.survives == another.survives == kind.can.survive
    assert (hello.incarnation == another.incarnation) == kind.can.survive
    assert hello.backend != ""
    await one.close()
    await other.close()


async def test_a_value_is_what_comes_back(kind: Kind, backend: Backend) -> None:
    assert await value_of(kind, backend) == "42"


async def test_without_a_value_nothing_comes_back(kind: Kind, backend: Backend) -> None:
    assert await value_of(kind, backend, NOTHING) is None


async def test_output_comes_in_order_before_the_answer(kind: Kind, backend: Backend) -> None:
    listener = Listener()
    assert (await backend.evaluate(asked(PRINTS), listener)).ending is Ending.OK
    if not kind.can.streams:
        assert listener.heard == [("stdout", "out\nerr\nout again\n")]
    elif not kind.can.order:
        assert sorted(listener.heard) == [("stderr", "err\n"), ("stdout", "out\nout again\n")]
    else:
        words = [("stdout", "out\n"), ("stderr", "err\n"), ("stdout", "out again\n")]
        assert listener.heard == words


async def test_code_that_raises_leaves_the_backend_as_it_is(kind: Kind, backend: Backend) -> None:
    listener = Listener()
    answer = await backend.evaluate(asked(RAISES), listener)
    told = answer.error if kind.can.errors else "".join(text for _, text in listener.heard)
    assert answer.ending is (Ending.ERROR if kind.can.errors else Ending.OK)
    assert answer.result is None
    assert "ZeroDivisionError" in (told or "")
    assert await value_of(kind, backend) == "42"


async def test_output_arrives_while_the_code_runs_and_an_interrupt_stops_it(
    kind: Kind, backend: Backend
) -> None:
    task = await run_endless(backend)
    assert not task.done()
    await backend.interrupt()
    if kind.can.interrupt:
        assert (await task).ending is Ending.INTERRUPTED
        assert await value_of(kind, backend) == "42"
    else:
        await backend.close()
        assert (await task).ending is Ending.LOST


async def test_an_interrupt_of_nothing_is_nothing(kind: Kind, backend: Backend) -> None:
    await kind.make().interrupt()
    await backend.interrupt()
    assert await value_of(kind, backend) == "42"


async def test_an_evaluation_that_nobody_waits_for_makes_room_where_it_can_be_stopped(
    kind: Kind, backend: Backend
) -> None:
    task = await run_endless(backend)
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    if kind.can.interrupt:
        assert await value_of(kind, backend) == "42"


async def test_one_evaluation_at_a_time_in_the_order_of_asking(backend: Backend) -> None:
    ended: list[str] = []

    async def evaluate(name: str, code: str) -> None:
        await backend.evaluate(asked(code), no_output)
        ended.append(name)

    codes = {"first": PRINTS, "second": RAISES, "third": VALUE}
    await asyncio.gather(*(evaluate(name, code) for name, code in codes.items()))
    assert ended == list(codes)


async def test_a_pulse_tells_of_a_backend_at_rest_and_at_work(backend: Backend) -> None:
    assert (await backend.ping()).busy_for is None
    task = await run_endless(backend)
    busy_for = (await backend.ping()).busy_for
    assert busy_for is None or busy_for >= 0
    await backend.close()
    with pytest.raises(ConnectionLostError, match="closed"):
        await backend.ping()
    await task


async def test_what_was_sent_before_is_never_evaluated_anew(kind: Kind, backend: Backend) -> None:
    listener = Listener()
    unheard_of = asked(VALUE, is_sent=True)
    assert await backend.evaluate(unheard_of, listener) == Answer(Ending.UNKNOWN)
    assert listener.heard == []
    assert await value_of(kind, backend) == "42"


async def test_another_link_takes_up_what_was_sent_where_the_backend_survives(kind: Kind) -> None:
    request = asked(PRINTS)
    first, second = kind.make(), kind.make()
    await first.start()
    before = Listener()
    answer = await first.evaluate(request, before)
    await first.close()
    await second.start()
    after = Listener()
    again = await second.evaluate(Request(request.id, request.code, is_sent=True), after)
    if kind.can.survive:
        assert (again.ending, again.result) == (answer.ending, answer.result)
        assert after.heard == before.heard
    else:
        assert (again.ending, after.heard) == (Ending.UNKNOWN, [])
    await second.close()


async def test_a_backend_that_ends_says_how_and_is_of_no_more_use(
    kind: Kind, backend: Backend
) -> None:
    listener = Listener()
    answer = await backend.evaluate(asked(ENDS), listener)
    assert answer.ending is Ending.LOST
    assert answer.error
    if kind.can.last_words:
        assert "".join(text for _, text in listener.heard) == "on\n"
    with suppress(ConnectionLostError):  # a link without a line to it shows it when it is used
        await backend.ping()
    reason = await backend.wait_lost()
    assert reason
    with pytest.raises(ConnectionLostError) as caught:
        await backend.evaluate(asked(VALUE), no_output)
    assert (caught.value.connection, caught.value.reason) == ("py", reason)
    with pytest.raises(ConnectionLostError):
        await backend.ping()
    await backend.interrupt()
    await backend.close()
    assert await backend.wait_lost() == reason


async def test_closing_ends_what_runs(backend: Backend) -> None:
    task = await run_endless(backend)
    await backend.close()
    answer = await task
    assert answer == Answer(Ending.LOST, error="it was closed")


async def test_what_was_closed_was_not_lost(backend: Backend) -> None:
    lost = asyncio.create_task(backend.wait_lost())
    await backend.close()
    await asyncio.sleep(0)
    assert not lost.done()
    lost.cancel()
    await asyncio.wait({lost})


async def test_closing_twice_is_closing(kind: Kind, backend: Backend) -> None:
    await asyncio.gather(backend.close(), backend.close())
    await backend.close()
    with pytest.raises(ConnectionLostError, match="closed"):
        await backend.evaluate(asked(VALUE), no_output)
    await kind.make().close()


async def test_nothing_is_evaluated_before_the_start(kind: Kind) -> None:
    with pytest.raises(ConnectionLostError, match="not started"):
        await kind.make().evaluate(asked(VALUE), no_output)


async def test_a_start_that_fails_says_why_and_leaves_nothing(kind: Kind) -> None:
    bad = kind.make_bad()
    with pytest.raises(ConnectionLostError, match=kind.why_bad) as caught:
        await bad.start()
    assert caught.value.connection == "py"
    await bad.close()
