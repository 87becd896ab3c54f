"""One connection: every failure is a state with its reason, and turns are taken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest

from doubles.fake_backend import FakeBackend, FakeBackends, Play
from doubles.outside import HandClock, services_in
from stui_workspace.connections.backend import Answer, Backend, Ending, Output, Request
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.machine import PROBE_SECONDS
from stui_workspace.errors import UsageError
from stui_workspace.model.workspace import ConnectionSpec, Health, Reconnect
from stui_workspace.runtime.connecting.carrying import Errand, Unsent, carry
from stui_workspace.runtime.connecting.links import Link, Told
from stui_workspace.runtime.events import ConnectionState
from stui_workspace.trust import Allow, Deny

SPEC = ConnectionSpec(
    "py", "python", reconnect=Reconnect(base=1.0, cap=8.0), health=Health(2.0, 5.0, 9.0)
)
WAITS = Play((Output("stdout", "on\n"),), Answer(Ending.OK, "done"), waits=True)


class Bench:
    """A link, the backends behind it, and what it told."""

    def __init__(self, home: Path) -> None:
        self.clock = HandClock()
        self.backends = FakeBackends({"wait": WAITS})
        self.told: list[Told] = []
        self.answer: Allow | Deny | None = None
        services = services_in(home, self.clock, self.backends)
        self.link = Link(SPEC, lambda _: Setting(home), services, self._may, self.told.append)
        self.heard: list[Output] = []
        self._count = 0

    def _may(self, spec: ConnectionSpec) -> Allow | Deny:
        return self.answer or Allow(spec, {})

    @property
    def states(self) -> list[ConnectionState]:
        """Each state once, however often it was told."""
        states = [told.state for told in self.told]
        return [one for at, one in enumerate(states) if at == 0 or states[at - 1] is not one]

    @property
    def links(self) -> list[FakeBackend]:
        return self.backends.made.get("py", [])

    def ask(
        self, code: str, patience: float = inf, meant_for: str | None = None
    ) -> asyncio.Task[Answer | Unsent]:
        self._count += 1
        request = Request(f"request-{self._count}", code)
        errand = Errand(request, self.heard.append, patience, meant_for)
        return asyncio.create_task(carry(self.link, errand))

    async def begun(
        self, code: str = "wait", patience: float = inf
    ) -> asyncio.Task[Answer | Unsent]:
        """An evaluation that is under way."""
        task = self.ask(code, patience)
        await self.until(lambda: bool(self.heard))
        return task

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Let the link work until something is so; it needs no time for that, only turns."""
        for _ in range(1000):
            if is_so():
                return
            await asyncio.sleep(0)
        raise AssertionError(f"it did not come to that; told: {self.states}")

    async def until_state(self, state: ConnectionState) -> None:
        await self.until(lambda: self.link.view.state is state)

    async def pass_time(self, seconds: float) -> None:
        """Let time pass in small steps, as it does."""
        for _ in range(round(seconds * 4)):
            self.clock.advance(0.25)
            for _ in range(20):
                await asyncio.sleep(0)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    one = Bench(tmp_path)
    yield one
    await one.link.close()


async def test_an_evaluation_connects_first(bench: Bench) -> None:
    assert await bench.ask("1 + 1") == Answer(Ending.OK, "1 + 1")
    assert bench.states == [
        ConnectionState.CONNECTING,
        ConnectionState.ONLINE,
        ConnectionState.BUSY,
        ConnectionState.ONLINE,
    ]
    assert bench.link.view.evaluations == 1


async def test_evaluations_take_turns_in_order(bench: Bench) -> None:
    first = await bench.begun()
    second = bench.ask("two")
    await bench.pass_time(1)
    assert bench.links[0].evaluated == ["wait"]
    bench.links[0].release()
    assert await first == Answer(Ending.OK, "done")
    assert await second == Answer(Ending.OK, "two")
    assert len(bench.links) == 1


async def test_without_consent_nothing_is_made(bench: Bench) -> None:
    bench.answer = Deny("nobody has approved it", ())
    unsent = await bench.ask("1")
    assert isinstance(unsent, Unsent)
    assert unsent.reason == "nobody has approved it"
    assert bench.links == []
    assert bench.link.view.state is ConnectionState.NEEDS_YOU


async def test_what_is_started_is_what_was_approved(bench: Bench) -> None:
    approved = ConnectionSpec("py", "python", python="/usr/bin/python3")
    seen: list[ConnectionSpec] = []
    bench.answer = Allow(approved, {})

    def make(spec: ConnectionSpec, setting: Setting) -> Backend:
        seen.append(spec)
        return bench.backends(spec, setting)

    bench.link._services = services_in(Path("/nowhere"), bench.clock, make)
    await bench.link.connect()
    assert seen == [approved]


async def test_a_failure_that_is_final_needs_a_person_and_is_not_tried_again(bench: Bench) -> None:
    bench.backends.refusals["py"] = "no such program"
    bench.backends.final.add("py")
    assert not await bench.link.connect()
    assert bench.link.view.state is ConnectionState.NEEDS_YOU
    assert bench.link.record.last_error == "no such program"
    await bench.pass_time(60)
    assert len(bench.links) == 1


async def test_a_kind_that_is_not_there_needs_a_person(bench: Bench) -> None:
    def make(spec: ConnectionSpec, setting: Setting) -> Backend:
        raise UsageError("kind is not here", "install it")

    bench.link._services = services_in(Path("/nowhere"), bench.clock, make)
    assert not await bench.link.connect()
    view = bench.link.view
    assert (view.state, view.reason, view.next_step) == (
        ConnectionState.NEEDS_YOU,
        "kind is not here",
        "install it",
    )


async def test_a_backend_of_a_plugin_may_fail_in_any_way(bench: Bench) -> None:
    def make(spec: ConnectionSpec, setting: Setting) -> Backend:
        raise ZeroDivisionError("by zero\x1b[2J")

    bench.link._services = services_in(Path("/nowhere"), bench.clock, make)
    assert not await bench.link.connect()
    assert bench.link.view.state is ConnectionState.NEEDS_YOU
    assert "\x1b" not in (bench.link.view.reason or "")


async def test_somebody_else_is_refused(bench: Bench) -> None:
    bench.link.spec = ConnectionSpec("py", "stui", identity="orders")
    bench.backends.identities["py"] = "payments"
    assert not await bench.link.connect()
    assert bench.link.view.state is ConnectionState.NEEDS_YOU
    assert bench.link.view.reason == "`orders` was expected, and `payments` answered"
    assert bench.links[0].end == "it was closed"


async def test_a_failed_start_is_tried_again_with_growing_waits(bench: Bench) -> None:
    bench.backends.refusals["py"] = "connection refused"
    assert not await bench.link.connect()
    assert bench.link.view.state is ConnectionState.RECONNECTING
    await bench.pass_time(120)
    assert 10 < len(bench.links) < 80
    del bench.backends.refusals["py"]
    await bench.pass_time(9)
    assert bench.states[-1] is ConnectionState.ONLINE
    assert bench.link.record.attempts == 0


async def test_news_of_the_world_end_the_wait_at_once(bench: Bench) -> None:
    bench.backends.refusals["py"] = "connection refused"
    await bench.link.connect()
    await bench.pass_time(30)
    bench.link.spec = replace(SPEC, reconnect=Reconnect(base=600.0, cap=600.0, jitter="none"))
    await bench.pass_time(9)  # the next wait is a long one
    del bench.backends.refusals["py"]
    bench.link.stir()
    await bench.pass_time(0.5)
    assert bench.link.view.state is ConnectionState.ONLINE


async def test_a_port_that_accepts_and_says_nothing_is_given_up_and_tried_again(
    bench: Bench,
) -> None:
    bench.backends.stalled.add("py")
    asked = asyncio.create_task(bench.link.connect())
    await bench.pass_time(SPEC.health.dead_after + 1)
    assert not await asked
    assert bench.link.view.reason == "no answer within 9 s"
    bench.backends.stalled.clear()
    await bench.pass_time(SPEC.health.dead_after + SPEC.reconnect.cap)
    assert bench.states[-1] is ConnectionState.ONLINE


async def test_a_backend_that_ends_while_it_works_is_lost_and_not_asked_again(bench: Bench) -> None:
    task = await bench.begun()
    await bench.pass_time(10)
    bench.backends.restart("py", "it exited with status 3")
    answer = await task
    assert isinstance(answer, Answer)
    assert (answer.ending, answer.error) == (Ending.LOST, "it exited with status 3")
    await bench.until_state(ConnectionState.ONLINE)
    assert ConnectionState.RECONNECTING in bench.states
    assert len(bench.links) == 2
    assert bench.links[1].evaluated == []
    assert bench.link.record.last_error == "it exited with status 3"
    assert bench.told[-1].hello is None or bench.told[-1].was_down


async def test_what_ran_on_a_backend_that_survives_is_taken_up_and_never_sent_again(
    bench: Bench,
) -> None:
    bench.backends.surviving.add("py")
    task = await bench.begun()
    await bench.pass_time(10)
    bench.backends.refusals["py"] = "network unreachable"
    bench.backends.drop("py")
    await bench.until_state(ConnectionState.RECONNECTING)
    life = bench.backends.lives["py"]
    life.say(Output("stdout", "meanwhile\n", at=1.0))
    life.release()
    await bench.pass_time(5)
    assert not task.done()
    del bench.backends.refusals["py"]
    await bench.pass_time(9)
    assert await task == Answer(Ending.OK, "done")
    assert [one.text for one in bench.heard] == ["on\n", "meanwhile\n"]
    assert life.codes == ["wait"]
    assert [request.is_sent for request in bench.links[-1].asked] == [True]


async def test_a_server_that_says_itself_that_it_lost_something_is_believed(bench: Bench) -> None:
    bench.backends.surviving.add("py")
    task = await bench.begun()
    await bench.pass_time(10)
    (ran,) = bench.links[0].life.running()
    ran.end(Answer(Ending.LOST, error="its image was saved and left"))
    bench.links[0].lose = lambda reason: None  # type: ignore[method-assign]
    answer = await task
    assert answer == Answer(Ending.LOST, error="its image was saved and left")
    assert len(bench.links) == 1
    assert bench.link.view.state is ConnectionState.ONLINE


async def test_what_could_not_be_sent_is_not_lost_but_waits(bench: Bench) -> None:
    await bench.link.connect()
    await bench.pass_time(6)
    bench.links[0].end = "it hung up"  # and nobody was told yet
    unsent = await bench.ask("1 + 1")
    assert isinstance(unsent, Unsent)
    assert (unsent.reason, unsent.may_wait) == ("it hung up", True)
    await bench.until_state(ConnectionState.ONLINE)
    assert [link.evaluated for link in bench.links] == [[], []]


async def test_what_ran_is_not_sent_to_another_life(bench: Bench) -> None:
    bench.backends.surviving.add("py")
    task = await bench.begun()
    await bench.pass_time(10)
    bench.backends.restart("py")
    answer = await task
    assert isinstance(answer, Answer)
    assert answer.ending is Ending.LOST
    assert bench.links[-1].asked == []


async def test_what_waits_for_its_turn_is_not_sent_to_another_life(bench: Bench) -> None:
    running = await bench.begun()
    known = bench.link.view.incarnation
    queued = bench.ask("two", meant_for=known)
    await bench.pass_time(10)
    bench.backends.restart("py")
    await running
    unsent = await queued
    assert isinstance(unsent, Unsent)
    assert unsent.may_wait
    assert all(link.evaluated == ["wait"] or not link.evaluated for link in bench.links)


async def test_waiting_for_a_link_can_be_given_up(bench: Bench) -> None:
    bench.backends.surviving.add("py")
    task = await bench.begun()
    await bench.pass_time(10)
    bench.backends.refusals["py"] = "network unreachable"
    bench.backends.drop("py")
    await bench.until_state(ConnectionState.RECONNECTING)
    await bench.link.interrupt()
    answer = await task
    assert isinstance(answer, Answer)
    assert answer.ending is Ending.LOST


async def test_silence_is_shown_and_then_ends_the_link(bench: Bench) -> None:
    await bench.link.connect()
    await bench.pass_time(4)
    assert bench.link.view.trips
    bench.links[0].is_silent = True
    await bench.pass_time(SPEC.health.warn_after + 1)
    assert ConnectionState.DEGRADED in bench.states
    await bench.pass_time(SPEC.health.dead_after)
    assert len(bench.links) == 2
    assert bench.states[-1] is ConnectionState.ONLINE


async def test_output_is_a_sign_of_life(bench: Bench) -> None:
    task = await bench.begun()
    bench.links[0].is_silent = True
    for _ in range(20):
        await bench.pass_time(1)
        bench.links[0].life.say(Output("stdout", "."))
    assert not [one for one in bench.states if one.value == "degraded"]
    bench.links[0].release()
    await task


async def test_a_sleep_of_the_machine_is_no_silence(bench: Bench) -> None:
    await bench.link.connect()
    await bench.pass_time(10)
    bench.clock.advance(8 * 3600)
    await bench.pass_time(1)
    assert len(bench.links) == 1
    assert bench.link.view.state is ConnectionState.ONLINE


async def test_a_doubted_link_is_given_up_soon(bench: Bench) -> None:
    await bench.link.connect()
    await bench.pass_time(6)
    bench.links[0].is_silent = True
    bench.link.stir()
    await bench.pass_time(PROBE_SECONDS + 0.5)
    assert len(bench.links) == 2


async def test_a_wait_does_not_outlive_a_sleep_of_the_machine(bench: Bench) -> None:
    """Timers stand still in a sleep, and the clock does not: it is looked at now and then."""
    bench.link.spec = replace(SPEC, reconnect=Reconnect(base=600.0, cap=600.0, jitter="none"))
    bench.backends.refusals["py"] = "connection refused"
    await bench.link.connect()
    await bench.until(lambda: bool(bench.clock.sleepers))
    assert min(at for at, _ in bench.clock.sleepers) <= bench.clock.now + 2.0


async def test_interrupting_stops_what_runs_and_nothing_else(bench: Bench) -> None:
    await bench.link.interrupt()
    task = await bench.begun()
    await bench.link.interrupt()
    answer = await task
    assert isinstance(answer, Answer)
    assert answer.ending is Ending.INTERRUPTED
    await bench.link.interrupt()
    assert bench.links[0].interrupts == 1


async def test_an_evaluation_that_takes_too_long_is_interrupted(bench: Bench) -> None:
    task = await bench.begun(patience=0.001)
    answer = await task
    assert isinstance(answer, Answer)
    assert answer.ending is Ending.INTERRUPTED


async def test_a_restart_ends_what_runs_and_is_a_new_life(bench: Bench) -> None:
    task = await bench.begun()
    first = bench.link.view.incarnation
    assert await bench.link.restart()
    answer = await task
    assert isinstance(answer, Answer)
    assert answer.ending is Ending.LOST
    assert bench.links[0].end == "it was closed"
    assert bench.link.view.incarnation not in (first, None)
    assert bench.link.record.wanted


async def test_disconnecting_wants_no_other(bench: Bench) -> None:
    await bench.link.connect()
    await bench.link.disconnect()
    assert (bench.link.view.state, bench.link.record.wanted) == (ConnectionState.IDLE, False)
    assert bench.links[0].end == "it was closed"
    await bench.pass_time(60)
    assert len(bench.links) == 1


async def test_closing_remembers_that_it_was_wanted(bench: Bench) -> None:
    await bench.link.connect()
    await bench.link.close()
    assert bench.link.record.wanted
    assert bench.links[0].end == "it was closed"
