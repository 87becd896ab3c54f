"""What every `Backend` does, the real ones and the one that tests use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from doubles.fake_backend import FakeBackend, Play
from stui_workspace.connections.backend import Answer, Backend, Ending, Output
from stui_workspace.connections.kinds import make_backend
from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.workspace import ConnectionSpec

VALUE = "6 * 7"
NOTHING = "x = 1"
PRINTS = "import sys\nprint('out')\nprint('err', file=sys.stderr)\nprint('out again')"
RAISES = "1 / 0"
ENDLESS = "print('on')\nwhile True: pass"
ENDS = "print('on')\nimport os; os._exit(3)"

ON = Output("stdout", "on\n")
PLAYS = {
    VALUE: Play(answer=Answer(Ending.OK, result="42")),
    NOTHING: Play(),
    PRINTS: Play(
        (Output("stdout", "out\n"), Output("stderr", "err\n"), Output("stdout", "out again\n"))
    ),
    RAISES: Play(answer=Answer(Ending.ERROR, error="ZeroDivisionError: division by zero")),
    ENDLESS: Play((ON,), waits=True),
    ENDS: Play((ON,), Answer(Ending.LOST, error="Python ended with exit status 3")),
}


@dataclass(frozen=True)
class Kind:
    """One kind of backend: a life that comes up, and one that does not."""

    make: Callable[[], Backend]
    make_bad: Callable[[], Backend]


@pytest.fixture(params=["python", "fake"])
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Kind:
    if request.param == "fake":
        return Kind(lambda: FakeBackend(PLAYS), lambda: FakeBackend(refusal="there is none"))
    good = ConnectionSpec("py", "python")
    bad = ConnectionSpec("py", "python", python="no-such-interpreter")
    return Kind(lambda: make_backend(good, tmp_path), lambda: make_backend(bad, tmp_path))


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
        self.heard: list[Output] = []
        self.has_heard = asyncio.Event()

    def __call__(self, output: Output) -> None:
        if self.heard and self.heard[-1].stream == output.stream:
            output = Output(output.stream, self.heard.pop().text + output.text)
        self.heard.append(output)
        self.has_heard.set()


async def run_endless(backend: Backend) -> asyncio.Task[Answer]:
    """An evaluation that is under way, and has no end."""
    listener = Listener()
    task = asyncio.create_task(backend.evaluate(ENDLESS, listener))
    await listener.has_heard.wait()
    return task


async def test_each_life_says_who_it_is(kind: Kind) -> None:
    one, other = kind.make(), kind.make()
    hello, another = await one.start(), await other.start()
    assert hello.backend == another.backend != ""
    assert hello.incarnation != another.incarnation
    await one.close()
    await other.close()


async def test_a_value_is_the_result(backend: Backend) -> None:
    listener = Listener()
    assert await backend.evaluate(VALUE, listener) == Answer(Ending.OK, "42")
    assert listener.heard == []


async def test_without_a_value_there_is_no_result(backend: Backend) -> None:
    assert await backend.evaluate(NOTHING, Listener()) == Answer(Ending.OK)


async def test_output_comes_in_order_before_the_answer(backend: Backend) -> None:
    listener = Listener()
    assert await backend.evaluate(PRINTS, listener) == Answer(Ending.OK)
    assert listener.heard == [
        Output("stdout", "out\n"),
        Output("stderr", "err\n"),
        Output("stdout", "out again\n"),
    ]


async def test_code_that_raises_leaves_the_backend_as_it_is(backend: Backend) -> None:
    answer = await backend.evaluate(RAISES, Listener())
    assert (answer.ending, answer.result) == (Ending.ERROR, None)
    assert "ZeroDivisionError" in (answer.error or "")
    assert (await backend.evaluate(VALUE, Listener())).result == "42"


async def test_output_arrives_while_the_code_runs_and_an_interrupt_stops_it(
    backend: Backend,
) -> None:
    task = await run_endless(backend)
    assert not task.done()
    await backend.interrupt()
    assert (await task).ending is Ending.INTERRUPTED
    assert (await backend.evaluate(VALUE, Listener())).result == "42"


async def test_an_interrupt_of_nothing_is_nothing(kind: Kind, backend: Backend) -> None:
    await kind.make().interrupt()
    await backend.interrupt()
    assert await backend.evaluate(VALUE, Listener()) == Answer(Ending.OK, "42")


async def test_an_evaluation_that_nobody_waits_for_makes_room(backend: Backend) -> None:
    task = await run_endless(backend)
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    assert (await backend.evaluate(VALUE, Listener())).result == "42"


async def test_one_evaluation_at_a_time_in_the_order_of_asking(backend: Backend) -> None:
    ended: list[str] = []

    async def evaluate(name: str, code: str) -> None:
        await backend.evaluate(code, Listener())
        ended.append(name)

    codes = {"first": PRINTS, "second": RAISES, "third": VALUE}
    await asyncio.gather(*(evaluate(name, code) for name, code in codes.items()))
    assert ended == list(codes)


async def test_a_backend_that_ends_says_how_and_is_of_no_more_use(backend: Backend) -> None:
    listener = Listener()
    answer = await backend.evaluate(ENDS, listener)
    assert answer == Answer(Ending.LOST, error="Python ended with exit status 3")
    assert listener.heard == [ON]
    assert await backend.wait_lost() == answer.error
    with pytest.raises(ConnectionLostError) as caught:
        await backend.evaluate(VALUE, Listener())
    assert (caught.value.connection, caught.value.reason) == ("py", answer.error)
    await backend.interrupt()
    await backend.close()
    assert await backend.wait_lost() == answer.error


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
        await backend.evaluate(VALUE, Listener())
    await kind.make().close()


async def test_nothing_is_evaluated_before_the_start(kind: Kind) -> None:
    with pytest.raises(ConnectionLostError, match="not started"):
        await kind.make().evaluate(VALUE, Listener())


async def test_a_start_that_fails_says_why_and_leaves_nothing(kind: Kind) -> None:
    bad = kind.make_bad()
    with pytest.raises(ConnectionLostError, match="there is no") as caught:
        await bad.start()
    assert caught.value.connection == "py"
    await bad.close()
