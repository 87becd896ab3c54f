"""What is typed while a connection is down: in sight, sent once, and never to somebody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from doubles.fake_backend import FakeBackends, Play
from doubles.outside import HandClock, services_in
from stui_workspace.connections.backend import Answer, Ending, Output
from stui_workspace.errors import NotFoundError
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime import events
from stui_workspace.runtime.events import ConnectionState, Event
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.session import Session
from stui_workspace.runtime.settings.values import Where

TEXT = """\
stui: 1
name: orders
connections:
  image: {kind: python}
  kept: {kind: python, offline: keep}
  dropped: {kind: python, offline: drop}
  staging: {kind: python, guard: confirm}
  live: {kind: python, guard: read-only}
"""
WAITS = Play((Output("stdout", "on\n"),), Answer(Ending.OK, "done"), waits=True)


class Desk:
    """A session on backends in memory, which is closed and opened again."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.project.mkdir()
        (self.project / ".stui-workspace.yaml").write_text(TEXT, encoding="utf-8")
        self.home = folder / "home"
        self.clock = HandClock()
        self.backends = FakeBackends({"wait": WAITS})
        self.seen: list[Event] = []
        self.session = self._opened()

    def _opened(self) -> Session:
        self.seen.clear()
        services = services_in(self.home, self.clock, self.backends)
        session = Session.open(OpenRequest(self.project), services)
        session.subscribe(self.seen.append)
        return session

    async def reopen(self) -> None:
        """Close the session and open it again."""
        await self.session.close()
        self.session = self._opened()
        await self.session.start()

    async def until(self, kind: type[Event]) -> Event:
        """The next event of that kind; those before it are forgotten."""
        for _ in range(5000):
            while self.seen:
                event = self.seen.pop(0)
                if isinstance(event, kind):
                    return event
            await asyncio.sleep(0)
        raise AssertionError(f"no {kind.__name__}")

    async def until_state(self, name: str, state: ConnectionState) -> None:
        for _ in range(5000):
            if self.session.connection(name).state is state:
                return
            await asyncio.sleep(0)
        raise AssertionError(f"{name} is {self.session.connection(name).state}")

    async def go_down(self, name: str, *, restart: bool = False) -> None:
        """A connection that was up falls, and stays down."""
        await self.session.connect(name)
        await self.pass_time(10)
        self.backends.refusals[name] = "connection refused"
        (self.backends.restart if restart else self.backends.drop)(name)
        while self.session.connection(name).retry_at is None:
            await self.until(events.ConnectionChanged)

    async def come_back(self, name: str) -> events.Returned:
        """It can be reached again, and a person does not wait for the next try."""
        self.backends.refusals.pop(name, None)
        self.session.retry(name)
        returned = await self.until(events.Returned)
        assert isinstance(returned, events.Returned)
        return returned

    async def pass_time(self, seconds: float) -> None:
        """Let time pass in small steps, as it does."""
        for _ in range(round(seconds * 2)):
            self.clock.advance(0.5)
            for _ in range(10):
                await asyncio.sleep(0)

    def sent(self, name: str) -> list[str]:
        """All that was ever evaluated on a connection."""
        return [code for link in self.backends.made.get(name, []) for code in link.evaluated]

    def waiting(self) -> list[str]:
        return [one.code for one in self.session.outbox()]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    one = Desk(tmp_path)
    await one.session.start()
    yield one
    await one.session.close()


async def test_it_waits_in_sight_and_is_sent_when_a_person_says_so(desk: Desk) -> None:
    await desk.go_down("image")
    entry = await desk.session.evaluate("image", "1 + 1")
    assert (entry.outcome, entry.output) == ("waiting", "connection refused")
    assert desk.waiting() == ["1 + 1"]
    assert desk.session.transcript == ()
    assert desk.session.connection("image").waiting_count == 1
    returned = await desk.come_back("image")
    assert returned.waiting_count == 1
    await desk.pass_time(5)
    assert desk.sent("image") == []
    sent = await desk.session.send_waiting(desk.session.outbox()[0].id)
    assert (sent.outcome, sent.result) == ("ok", "1 + 1")
    assert desk.waiting() == []
    assert desk.sent("image") == ["1 + 1"]


async def test_it_can_be_changed_and_discarded_before_that(desk: Desk) -> None:
    await desk.go_down("image")
    await desk.session.evaluate("image", "first")
    await desk.session.evaluate("image", "second")
    first, second = desk.session.outbox()
    desk.session.rewrite_waiting(first.id, "better")
    assert desk.waiting() == ["better", "second"]
    desk.session.discard_waiting(second.id)
    assert desk.waiting() == ["better"]
    assert "second" in desk.session.recall("image")
    await desk.come_back("image")
    await desk.session.send_waiting(first.id)
    assert desk.sent("image") == ["better"]
    with pytest.raises(NotFoundError):
        await desk.session.send_waiting(first.id)


async def test_it_outlives_the_program(desk: Desk) -> None:
    await desk.go_down("image")
    await desk.session.evaluate("image", "1 + 1")
    await desk.reopen()
    assert desk.waiting() == ["1 + 1"]
    assert [one.item for one in desk.session.receipt.items if one.item == "outbox"] == ["outbox"]


async def test_what_is_to_be_kept_is_sent_to_the_same_life_by_itself(desk: Desk) -> None:
    desk.backends.surviving.add("kept")
    await desk.go_down("kept")
    await desk.session.evaluate("kept", "one")
    await desk.session.evaluate("kept", "two")
    returned = await desk.come_back("kept")
    assert returned.same
    await desk.pass_time(5)
    assert desk.sent("kept") == ["one", "two"]
    assert desk.waiting() == []


async def test_what_a_person_decides_while_it_is_being_sent_is_decided(desk: Desk) -> None:
    desk.backends.surviving.add("kept")
    await desk.go_down("kept")
    for code in ("wait", "two", "three"):
        await desk.session.evaluate("kept", code)
    await desk.come_back("kept")
    await desk.until(events.OutputArrived)
    two, three = desk.session.outbox()
    desk.session.discard_waiting(two.id)
    desk.session.rewrite_waiting(three.id, "better")
    desk.backends.lives["kept"].release()
    await desk.pass_time(5)
    assert desk.sent("kept") == ["wait"]
    assert desk.waiting() == ["better"]
    assert all(not task.done() or not task.exception() for task in desk.session._tasks)


async def test_nothing_is_sent_to_another_life_by_itself(desk: Desk) -> None:
    desk.backends.surviving.add("kept")
    await desk.go_down("kept", restart=True)
    await desk.session.evaluate("kept", "drop_table()")
    returned = await desk.come_back("kept")
    assert (returned.same, returned.waiting_count) == (False, 1)
    await desk.pass_time(30)
    assert desk.sent("kept") == []
    assert desk.waiting() == ["drop_table()"]


async def test_not_even_where_another_life_comes_and_goes_and_comes(desk: Desk) -> None:
    desk.backends.surviving.add("kept")
    await desk.go_down("kept", restart=True)
    await desk.session.evaluate("kept", "drop_table()")
    await desk.come_back("kept")
    await desk.go_down("kept")
    await desk.come_back("kept")
    await desk.pass_time(30)
    assert desk.sent("kept") == []


async def test_where_it_is_dropped_it_is_refused_and_can_be_recalled(desk: Desk) -> None:
    await desk.go_down("dropped")
    entry = await desk.session.evaluate("dropped", "1 + 1")
    assert (entry.outcome, entry.output) == ("refused", "connection refused")
    assert desk.waiting() == []
    assert desk.session.recall("dropped") == ("1 + 1",)


async def test_a_first_connection_that_fails_keeps_what_was_typed(desk: Desk) -> None:
    desk.backends.refusals["image"] = "connection refused"
    entry = await desk.session.evaluate("image", "1 + 1")
    assert entry.outcome == "waiting"
    assert desk.waiting() == ["1 + 1"]


async def test_a_guarded_connection_wants_a_yes_each_time(desk: Desk) -> None:
    entry = await desk.session.evaluate("staging", "1 + 1")
    assert entry.outcome == "refused"
    assert desk.sent("staging") == []
    entry = await desk.session.evaluate("staging", "1 + 1", confirmed=True)
    assert entry.outcome == "ok"


async def test_a_read_only_connection_takes_nothing(desk: Desk) -> None:
    entry = await desk.session.evaluate("live", "1 + 1", confirmed=True)
    assert entry.outcome == "refused"
    assert desk.sent("live") == []


async def test_what_ran_when_the_program_ended_is_there_when_it_is_back(desk: Desk) -> None:
    desk.backends.surviving.add("image")
    running = asyncio.create_task(desk.session.evaluate("image", "wait"))
    await desk.until(events.OutputArrived)
    await desk.session.close()
    assert (await running).outcome == "lost"
    life = desk.backends.lives["image"]
    life.say(Output("stdout", "meanwhile\n", at=desk.clock.now))
    life.release()
    desk.clock.advance(3600)
    desk.session = desk._opened()
    await desk.session.start()
    await desk.until(events.EvaluationFinished)
    (entry,) = desk.session.transcript
    assert (entry.outcome, entry.result) == ("ok", "done")
    assert "meanwhile\n" in entry.output
    assert "while nobody was connected" in entry.output
    assert life.codes == ["wait"]


async def test_what_a_backend_does_not_know_any_more_is_said_to_be_unknown(desk: Desk) -> None:
    desk.backends.surviving.add("image")
    running = asyncio.create_task(desk.session.evaluate("image", "wait"))
    await desk.until(events.OutputArrived)
    await desk.session.close()
    await running
    desk.backends.lives["image"].evaluations.clear()
    desk.session = desk._opened()
    await desk.session.start()
    await desk.until(events.EvaluationFinished)
    (entry,) = desk.session.transcript
    assert entry.outcome == "unknown"


async def test_a_connection_of_the_session_alone_outlives_it(desk: Desk) -> None:
    spec = ConnectionSpec("image", "python", title="Other")
    assert desk.session.add_connection(spec) == "image-2"
    await desk.session.connect("image-2")
    await desk.reopen()
    view = desk.session.connection("image-2")
    assert (view.is_ad_hoc, view.spec.title) == (True, "Other")
    await desk.until_state("image-2", ConnectionState.ONLINE)
    await desk.session.forget_connection("image-2")
    with pytest.raises(NotFoundError):
        desk.session.connection("image-2")


async def test_an_address_that_was_typed_is_connected_at_once(desk: Desk) -> None:
    await desk.session.close()
    request = OpenRequest(desk.project, connect_to=("tcp://localhost:5555",))
    services = services_in(desk.home, desk.clock, desk.backends)
    for _ in range(2):
        desk.session = Session.open(request, services)
        await desk.session.start()
        await desk.until_state("localhost-5555", ConnectionState.ONLINE)
        assert [view.name for view in desk.session.connections() if view.is_ad_hoc] == [
            "localhost-5555"
        ]
        await desk.session.close()


async def test_a_connection_that_failed_says_why_after_a_restart_too(desk: Desk) -> None:
    await desk.go_down("image")
    await desk.reopen()
    assert desk.session.connection("image").last_error == "connection refused"


async def test_the_history_of_a_connection_says_when_and_why(desk: Desk) -> None:
    await desk.go_down("image")
    await desk.pass_time(1)
    await desk.come_back("image")
    await desk.session.disconnect("image")
    episodes = desk.session.connection_history("image")
    assert [one.outcome for one in episodes] == ["closed", "lost"]
    assert episodes[0].attempts >= 1
    assert episodes[1].reason == "the link fell"
    await desk.go_down("image")
    await desk.session.disconnect("image")
    newest = desk.session.connection_history("image")[0]
    assert (newest.outcome, newest.reason) == ("failed", "connection refused")


async def test_how_long_it_may_take_can_be_chosen_for_the_session(desk: Desk) -> None:
    await desk.session.connect("image")
    path = ("preferences", "evaluation_timeout")
    desk.session.change_setting(path, "1ms", Where.SESSION)
    chosen = next(one for one in desk.session.settings() if one.path == path)
    assert (chosen.value, chosen.origin) == ("1ms", "session")
    entry = await desk.session.evaluate("image", "wait")
    assert "interrupted after 0.001 s" in entry.output
    edited = desk.session.change_setting(path, None, Where.SESSION)
    assert edited.before == "1ms"
    assert desk.session.preferences.evaluation_timeout == float("inf")
