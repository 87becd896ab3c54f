"""Two machines with one synced folder, as a person lives with them.

The disk is real and shared; each machine has a home, a name and an id of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from doubles.outside import HandClock, no_backend, services_in
from stui_workspace.connections.kinds import make_backend
from stui_workspace.model.receipt import Outcome
from stui_workspace.model.session import BufferState, ConnectionRecord, SessionMeta, SessionState
from stui_workspace.runtime import events
from stui_workspace.runtime.events import ConnectionState, Event
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import MakeBackend
from stui_workspace.runtime.session import Session
from stui_workspace.storage.sessions.beside import FOLDER, copy_bytes
from stui_workspace.storage.sessions.lineage import Lineage
from stui_workspace.trust import GrantStore, sessions_beside

FILE = ".stui-workspace.yaml"
TEXT = """\
stui: 1
name: orders
session: {store: beside}
connections:
  py: {kind: python}
buffers:
  scratch: {connection: py, source: "1 + 1"}
"""
PATIENCE = 30.0


class Shared:
    """One folder, and the machines that work in it."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.project.mkdir()
        self.file = self.project / FILE
        self.file.write_text(TEXT, encoding="utf-8")
        self.homes = folder
        self.clock = HandClock()
        self.open_now: list[Session] = []
        self.seen: list[Event] = []
        self.news = asyncio.Event()
        self.is_agreed = True
        """Whether the person agreed, on each machine, to what the file asks for."""

    def note(self, event: Event) -> None:
        self.seen.append(event)
        self.news.set()

    async def open(
        self, machine: str, session: str | None = None, backend: MakeBackend = make_backend
    ) -> Session:
        services = services_in(self.homes / f"home-{machine}", self.clock, backend)
        if self.is_agreed:
            grants = GrantStore(services.locations.workspace(self.project))
            grants.agree(sessions_beside(self.file), 0.0)
        request = OpenRequest(self.project, asked=True, session=session)
        one = Session.open(request, replace(services, machine=machine))
        self.open_now.append(one)
        one.subscribe(self.note)
        await one.start()
        return one

    async def until(self, kind: type[Event]) -> Event:
        """The first event of that kind since the last look."""
        async with asyncio.timeout(PATIENCE):
            while True:
                found = [event for event in self.seen if isinstance(event, kind)]
                if found:
                    self.seen.clear()
                    return found[0]
                self.news.clear()
                await self.news.wait()

    async def save(self, seconds: float = 10.0) -> None:
        """Let time pass until everything is written."""
        self.seen.clear()
        for _ in range(3):
            await asyncio.sleep(0)
        self.clock.advance(seconds)
        await self.until(events.Saved)

    def copies(self) -> dict[str, bytes]:
        folder = self.project / FOLDER
        return {path.name: path.read_bytes() for path in sorted(folder.glob("*.yaml"))}


@pytest.fixture
async def shared(tmp_path: Path) -> AsyncIterator[Shared]:
    one = Shared(tmp_path)
    yield one
    for session in one.open_now:
        await session.close()


def outcomes(session: Session) -> dict[str, Outcome]:
    return {item.item: item.outcome for item in session.receipt.items}


async def test_a_day_on_two_machines(shared: Shared) -> None:
    laptop = await shared.open("laptop")
    laptop.edit("scratch", "begun on the train")
    laptop.add_buffer(title="Ideas", text="one\n")
    await laptop.close()
    shared.clock.advance(3600)

    desktop = await shared.open("desktop", "main@laptop")
    assert desktop.buffer("scratch").text == "begun on the train"
    assert desktop.buffer("ideas").text == "one\n"
    assert outcomes(desktop)["session"] is Outcome.OK
    desktop.edit("scratch", "finished at the desk")
    await desktop.close()
    shared.clock.advance(3600)

    again = await shared.open("laptop")
    notice = await shared.until(events.Notice)
    assert isinstance(notice, events.Notice)
    assert notice.next_step == "`stui --resume main@desktop` goes on with it"
    await again.close()
    back = await shared.open("laptop", "main@desktop")
    assert (back.id, back.buffer("scratch").text) == ("main", "finished at the desk")
    assert [view.id for view in back.buffers()] == ["scratch", "ideas"]


async def test_the_copy_is_written_when_there_is_something_new_only(shared: Shared) -> None:
    session = await shared.open("laptop")
    session.edit("scratch", "one")
    await shared.save()
    first = shared.copies()
    assert list(first) == ["laptop.yaml"]
    session.place_cursor("scratch", (0, 2))
    await shared.save()
    assert shared.copies() == first
    session.edit("scratch", "two")
    await shared.save(0.6)  # the journal alone
    assert shared.copies() == first
    await shared.save()
    assert b"two" in shared.copies()["laptop.yaml"]
    await session.close()
    assert b"closed: true" in shared.copies()["laptop.yaml"]


async def test_who_only_looks_leaves_nothing(shared: Shared) -> None:
    await (await shared.open("laptop")).close()
    assert shared.copies() == {}


async def test_a_workspace_that_changes_its_mind_has_the_copies_taken_away(shared: Shared) -> None:
    session = await shared.open("laptop")
    session.edit("scratch", "one")
    await shared.save()
    assert list(shared.copies()) == ["laptop.yaml"]
    shared.file.write_text("stui: [", encoding="utf-8")
    await shared.until(events.Invalid)
    session.edit("scratch", "two")
    await shared.save()
    assert b"one" in shared.copies()["laptop.yaml"]  # a broken file says nothing
    shared.file.write_text(TEXT.replace("beside", "local"), encoding="utf-8")
    await shared.until(events.Reloaded)
    session.edit("scratch", "three")
    await shared.save()
    assert shared.copies() == {}
    await session.close()
    assert (await shared.open("laptop")).buffer("scratch").text == "three"


async def test_a_start_with_a_broken_file_takes_no_copy_away(shared: Shared) -> None:
    session = await shared.open("laptop")
    session.edit("scratch", "one")
    await session.close()
    shared.file.write_text("stui: [", encoding="utf-8")
    again = await shared.open("laptop")
    again.edit("scratch", "two")
    await again.close()
    assert b"one" in shared.copies()["laptop.yaml"]


async def test_a_folder_that_cannot_be_written_is_told_once_and_nothing_is_lost(
    shared: Shared,
) -> None:
    (shared.project / ".stui").write_text("a file is in the way", encoding="utf-8")
    session = await shared.open("laptop")
    heard: list[Event] = []
    session.subscribe(heard.append)
    for text in ("one", "two", "three"):
        session.edit("scratch", text)
        await shared.save()
    (notice,) = (event for event in heard if isinstance(event, events.Notice))
    assert notice.text.startswith("no copy for other machines: ")
    await session.close()
    assert (await shared.open("laptop")).buffer("scratch").text == "three"


async def test_two_sessions_of_one_machine_write_two_files(shared: Shared) -> None:
    one, two = await shared.open("laptop"), await shared.open("laptop")
    one.edit("scratch", "of the first")
    two.edit("scratch", "of the second")
    await two.close()
    await one.close()
    copies = shared.copies()
    assert list(copies) == ["laptop.main-2.yaml", "laptop.yaml"]
    assert b"of the first" in copies["laptop.yaml"]
    assert b"of the second" in copies["laptop.main-2.yaml"]


@pytest.mark.parametrize(
    "spec", ["{kind: python, env: {A: b}}", "{kind: socket, url: 'tcp://h:1'}"]
)
async def test_a_copy_gives_no_consent(shared: Shared, spec: str) -> None:
    """However much it says that a connection was up: what needs a yes here still needs it."""
    shared.file.write_text(TEXT.replace("{kind: python}", spec), encoding="utf-8")
    (shared.project / FOLDER).mkdir(parents=True)
    hostile = SessionState(
        SessionMeta("main", "main", "laptop", 1.0, 2.0, shared.clock() - 3600, closed=True),
        buffers={"scratch": BufferState("x")},
        connections={"py": ConnectionRecord(wanted=True, incarnation="trust me")},
        preferences={"evaluation_timeout": "x"},
    )
    (shared.project / FOLDER / "laptop.yaml").write_bytes(
        copy_bytes(hostile, "0000000a", Lineage())
    )
    session = await shared.open("desktop", "main@laptop", no_backend)
    while session.connection("py").state is not ConnectionState.NEEDS_YOU:
        await shared.until(events.ConnectionChanged)
    assert session.connection("py").state is ConnectionState.NEEDS_YOU
    assert session.unapproved("py") is not None
    assert session.preferences.evaluation_timeout == float("inf")


async def test_what_the_file_asks_for_is_not_done_before_somebody_agreed(shared: Shared) -> None:
    shared.is_agreed = False
    session = await shared.open("laptop")
    notice = await shared.until(events.Notice)
    assert isinstance(notice, events.Notice)
    assert "asks for copies of your sessions beside it" in notice.text
    session.edit("scratch", "mine")
    await shared.save()
    assert shared.copies() == {}
    shared.is_agreed = True
    await session.close()
    session = await shared.open("laptop")
    session.edit("scratch", "mine, too")
    await shared.save()
    assert list(shared.copies()) == ["laptop.yaml"]
    shared.is_agreed = False
    await session.close()


async def test_a_copy_that_is_there_is_left_alone_where_nobody_agrees_any_more(
    shared: Shared,
) -> None:
    session = await shared.open("laptop")
    session.edit("scratch", "mine")
    await session.close()
    before = shared.copies()
    grants = GrantStore(
        services_in(shared.homes / "home-laptop").locations.workspace(shared.project)
    )
    grants.revoke(shared.file)
    shared.is_agreed = False
    session = await shared.open("laptop")
    session.edit("scratch", "mine alone")
    await session.close()
    assert shared.copies() == before != {}
