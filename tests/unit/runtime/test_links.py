"""One connection: every failure is a state with its reason, and turns are taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from math import inf
from pathlib import Path

import pytest

from doubles.outside import HandClock, services_in
from stui_workspace.connections.backend import Answer, Backend, Ending, Hello, Output
from stui_workspace.errors import ConnectionLostError, UsageError
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.events import ConnectionState
from stui_workspace.runtime.links import Link, Told
from stui_workspace.trust import Allow, Deny

SPEC = ConnectionSpec("py", "python")


@dataclass
class Scripted:
    """A backend that does what a test tells it, when it tells it."""

    incarnation: str
    fails: Exception | None = None
    asked: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    answers: asyncio.Queue[Answer] = field(default_factory=asyncio.Queue)
    interrupts: int = 0
    closed: bool = False
    end: asyncio.Future[str] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    async def start(self) -> Hello:
        if self.fails is not None:
            raise self.fails
        return Hello("Scripted 1", self.incarnation)

    async def evaluate(self, code: str, on_output: Callable[[Output], None]) -> Answer:
        on_output(Output("stdout", f"{code} begins\n"))
        await self.asked.put(code)
        return await self.answers.get()

    async def interrupt(self) -> None:
        self.interrupts += 1
        await self.answers.put(Answer(Ending.INTERRUPTED))

    async def wait_lost(self) -> str:
        return await self.end

    async def close(self) -> None:
        self.closed = True
        await self.answers.put(Answer(Ending.LOST, error="it was ended"))


class Bench:
    """A link, the backends it made, and what it told."""

    def __init__(self, home: Path) -> None:
        self.made: list[Scripted] = []
        self.told: list[tuple[ConnectionState, str | None]] = []
        self.fails: Exception | None = None
        self.answer: Allow | Deny = Allow(SPEC, {})
        services = services_in(home, HandClock(), self._make)
        self.link = Link(SPEC, home, services, lambda _spec: self.answer, self._tell)

    def _make(self, spec: ConnectionSpec, _root: Path) -> Backend:
        self.made.append(Scripted(f"life {len(self.made) + 1}", self.fails))
        return self.made[-1]

    def _tell(self, told: Told) -> None:
        self.told.append((told.state, told.reason))

    @property
    def states(self) -> list[ConnectionState]:
        return [state for state, _ in self.told]


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    one = Bench(tmp_path)
    yield one
    await one.link.close()


def quietly(_output: Output) -> None:
    """Listens to no output."""


async def begun(bench: Bench, code: str, patience: float = inf) -> asyncio.Task[Answer | None]:
    task = asyncio.create_task(bench.link.evaluate(code, quietly, patience))
    while not bench.made:  # noqa: ASYNC110 (the link makes it within a few turns)
        await asyncio.sleep(0)
    await bench.made[-1].asked.get()
    return task


async def test_an_evaluation_connects_first(bench: Bench) -> None:
    task = await begun(bench, "1 + 1")
    assert bench.states == [
        ConnectionState.CONNECTING, ConnectionState.ONLINE, ConnectionState.BUSY,
    ]  # fmt: skip
    await bench.made[0].answers.put(Answer(Ending.OK, "2"))
    assert await task == Answer(Ending.OK, "2")
    assert bench.link.view.state is ConnectionState.ONLINE
    assert bench.link.view.evaluations == 1


async def test_evaluations_take_turns_in_order(bench: Bench) -> None:
    first = await begun(bench, "one")
    second = asyncio.create_task(bench.link.evaluate("two", quietly, inf))
    await asyncio.sleep(0)
    assert bench.made[0].asked.empty()
    await bench.made[0].answers.put(Answer(Ending.OK, "1"))
    await first
    assert await bench.made[0].asked.get() == "two"
    await bench.made[0].answers.put(Answer(Ending.OK, "2"))
    assert await second == Answer(Ending.OK, "2")
    assert len(bench.made) == 1


async def test_without_consent_nothing_is_made(bench: Bench) -> None:
    bench.answer = Deny("nobody has approved it", ())
    assert await bench.link.evaluate("1", quietly, inf) is None
    assert bench.made == []
    assert bench.told == [(ConnectionState.NEEDS_YOU, "nobody has approved it")]


async def test_what_is_started_is_what_was_approved(bench: Bench) -> None:
    approved = ConnectionSpec("py", "python", python="/usr/bin/python3")
    seen: list[ConnectionSpec] = []
    bench.answer = Allow(approved, {})

    def make(spec: ConnectionSpec, root: Path) -> Backend:
        seen.append(spec)
        return bench._make(spec, root)

    bench.link._services = services_in(Path("/nowhere"), make_backend=make)
    await bench.link.connect()
    assert seen == [approved]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        pytest.param(ConnectionLostError("py", "no such program"), "no such program", id="lost"),
        pytest.param(UsageError("kind is not here"), "kind is not here", id="usage"),
    ],
)
async def test_a_start_that_fails_needs_a_person(
    bench: Bench, error: Exception, reason: str
) -> None:
    bench.fails = error
    assert not await bench.link.connect()
    assert bench.told[-1] == (ConnectionState.NEEDS_YOU, reason)
    assert bench.link.record.last_error == reason


async def test_a_backend_that_ends_while_it_works_is_lost(bench: Bench) -> None:
    task = await begun(bench, "os._exit(3)")
    await bench.made[0].answers.put(Answer(Ending.LOST, error="it exited with status 3"))
    answer = await task
    assert answer is not None
    assert answer.ending is Ending.LOST
    assert bench.told[-1] == (ConnectionState.LOST, "it exited with status 3")


async def test_a_backend_that_ends_at_rest_is_lost_and_the_next_code_has_a_new_one(
    bench: Bench,
) -> None:
    await bench.link.connect()
    bench.made[0].end.set_result("killed")
    while bench.link.view.state is not ConnectionState.LOST:  # noqa: ASYNC110
        await asyncio.sleep(0)
    assert bench.made[0].closed
    task = asyncio.create_task(bench.link.evaluate("again", quietly, inf))
    while len(bench.made) < 2:  # noqa: ASYNC110
        await asyncio.sleep(0)
    await bench.made[1].answers.put(Answer(Ending.OK))
    assert await task == Answer(Ending.OK)
    assert bench.link.view.incarnation == "life 2"


async def test_interrupting_stops_what_runs_and_nothing_else(bench: Bench) -> None:
    await bench.link.interrupt()
    task = await begun(bench, "while True: pass")
    await bench.link.interrupt()
    assert await task == Answer(Ending.INTERRUPTED)
    await bench.link.interrupt()
    assert bench.made[0].interrupts == 1


async def test_an_evaluation_that_takes_too_long_is_interrupted(bench: Bench) -> None:
    task = await begun(bench, "forever()", patience=0.001)
    assert await task == Answer(Ending.INTERRUPTED)


async def test_a_restart_ends_what_runs_and_is_a_new_life(bench: Bench) -> None:
    task = await begun(bench, "while True: pass")
    assert await bench.link.restart()
    answer = await task
    assert answer is not None
    assert answer.ending is Ending.LOST
    assert bench.made[0].closed
    assert bench.link.view.incarnation == "life 2"
    assert bench.link.record.wanted


async def test_disconnecting_wants_no_other(bench: Bench) -> None:
    await bench.link.connect()
    await bench.link.disconnect()
    assert (bench.link.view.state, bench.link.record.wanted) == (ConnectionState.IDLE, False)
    assert bench.made[0].closed


async def test_closing_remembers_that_it_was_wanted(bench: Bench) -> None:
    await bench.link.connect()
    await bench.link.close()
    assert bench.link.record.wanted
    assert bench.made[0].closed
