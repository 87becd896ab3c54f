"""A session as a person lives with it: open, type, evaluate, an edit outside, a crash, back again.

The disk, the watcher and the backend are real; only time is a test's own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from doubles.outside import HandClock, services_in
from stui_workspace.layout import focus_order
from stui_workspace.model.receipt import Outcome
from stui_workspace.runtime import events
from stui_workspace.runtime.events import ConnectionState, Event
from stui_workspace.runtime.request import OpenRequest, Start
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session

FILE = ".stui-workspace.yaml"
TEXT = """\
stui: 1
name: orders  # the one that pays
connections:
  py: {kind: python}
buffers:
  scratch:
    connection: py
    source: |
      1 + 1
  notes: {kind: markdown, file: notes.md}
layout:
  default: work
  work:
    row:
      - {tabs: [scratch, notes], size: 2}
      - {panel: results}
"""
PATIENCE = 30.0

T = TypeVar("T", bound=Event)


class Story:
    """One project and the sessions that are opened in it, one after another."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.project.mkdir()
        self.file = self.project / FILE
        self.write(TEXT)
        (self.project / "notes.md").write_text("# Notes\n", encoding="utf-8")
        self.home = folder / "home"
        self.clock = HandClock()
        self.seen: list[Event] = []
        self._news = asyncio.Event()
        self.open_now: list[Session] = []

    def write(self, text: str) -> None:
        """Save the workspace file as most editors do."""
        temporary = self.project / "edited.tmp"
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(self.file)

    def services(self) -> Services:
        from stui_workspace.connections.kinds import make_backend

        return services_in(self.home, self.clock, make_backend)

    async def open(self, start: Start = Start.CONTINUE, *, connect: bool = True) -> Session:
        request = OpenRequest(self.project, start, connect=connect)
        session = Session.open(request, self.services())
        self.open_now.append(session)
        session.subscribe(self._note)
        await session.start()
        await self.until(events.Opened)
        return session

    async def crash(self, session: Session) -> None:
        """What kill -9 leaves: no goodbye, no last save; the lock ends with the holder."""
        for task in tuple(session._tasks):
            task.cancel()
        await asyncio.gather(*session._tasks, return_exceptions=True)
        await session._switchboard.close()
        assert session._keeping.lock is not None
        session._keeping.lock.release()
        session._is_closed = True

    def _note(self, event: Event) -> None:
        self.seen.append(event)
        self._news.set()

    async def until(self, kind: type[T], holds: Callable[[T], bool] = lambda _event: True) -> T:
        """The next event of that kind for which `holds`; those before it are forgotten."""
        async with asyncio.timeout(PATIENCE):
            while True:
                while self.seen:
                    event = self.seen.pop(0)
                    if isinstance(event, kind) and holds(event):
                        return event
                self._news.clear()
                await self._news.wait()

    async def until_state(self, name: str, state: events.ConnectionState) -> None:
        """Until a connection of the session that was opened last is in that state."""
        session = self.open_now[-1]
        while session.connection(name).state is not state:
            await self.until(events.ConnectionChanged)

    async def until_saved(self, seconds: float) -> None:
        """Let so much time pass, until everything is written down."""
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        self.clock.advance(seconds)
        await self.until(events.Saved)


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    one = Story(tmp_path)
    yield one
    for session in one.open_now:
        await session.close()


def outcomes(session: Session) -> dict[str, Outcome]:
    return {item.item: item.outcome for item in session.receipt.items}


async def test_a_fresh_start_shows_what_the_file_says(story: Story) -> None:
    session = await story.open()
    assert session.receipt.headline == "fresh start"
    assert [view.id for view in session.buffers()] == ["scratch", "notes"]
    assert session.buffer("scratch").text == "1 + 1\n"
    assert session.buffer("notes").text == "# Notes\n"
    assert focus_order(session.arrangement(120).tree) == ("scratch", "notes", "results")
    assert session.connection("py").state is ConnectionState.IDLE


async def test_everything_comes_back_after_a_crash(story: Story) -> None:
    session = await story.open()
    entry = await session.evaluate("py", "6 * 7")
    session.edit("scratch", "typed, not saved")
    session.place_cursor("scratch", (0, 5), scroll=0)
    pad = session.add_buffer(title="My pad", text="own", connection="py")
    session.prefer("theme", "nord")
    session.focus_on("scratch", active={"scratch|notes": "notes"})
    assert (entry.outcome, entry.result) == ("ok", "42")
    await story.until_saved(1.0)
    await story.crash(session)

    again = await story.open()
    async with asyncio.timeout(PATIENCE):
        while Outcome.WAITING in outcomes(again).values():
            await story.until(events.ConnectionChanged)
    assert again.receipt.after_crash
    assert again.buffer("scratch").text == "typed, not saved"
    assert again.buffer("scratch").state.cursor == (0, 5)
    assert again.buffer(pad).text == "own"
    assert again.preferences.theme == "nord"
    assert (again.focus, again.active) == ("scratch", {"scratch|notes": "notes"})
    assert [one.result for one in again.transcript] == ["42"]
    assert again.recall("py") == ("6 * 7",)
    assert again.connection("py").state is ConnectionState.ONLINE
    assert outcomes(again) == {
        "layout": Outcome.OK,
        "preferences": Outcome.OK,
        "buffer/scratch": Outcome.OK,
        f"buffer/{pad}": Outcome.OK,
        "connection/py": Outcome.CHANGED,
        "transcript": Outcome.OK,
        "history": Outcome.OK,
    }


async def test_an_edit_outside_is_shown_and_unsaved_text_stays(story: Story) -> None:
    session = await story.open()
    session.edit("scratch", "mine")
    story.write(TEXT.replace("1 + 1", "2 + 2").replace("{panel: results}", "{panel: history}"))
    reloaded = await story.until(events.Reloaded)
    assert {change.path for change in reloaded.changes} == {
        ("buffers", "scratch", "source"), ("layout", "work", "row"),
    }  # fmt: skip
    view = session.buffer("scratch")
    assert (view.text, view.modified, view.outdated) == ("mine", True, True)
    assert "history" in focus_order(session.arrangement(120).tree)


async def test_a_text_that_nobody_touched_follows_the_file(story: Story) -> None:
    session = await story.open()
    story.write(TEXT.replace("1 + 1", "2 + 2"))
    await story.until(events.Reloaded)
    assert session.buffer("scratch").text == "2 + 2\n"
    (story.project / "notes.md").write_text("# More\n", encoding="utf-8")
    await story.until(events.Reloaded)
    assert session.buffer("notes").text == "# More\n"


@pytest.mark.parametrize(
    "content", ["", "stui: [1\n", "stui: 99\n", "\x00"], ids=["empty", "broken", "newer", "binary"]
)
async def test_a_bad_file_takes_nothing_with_it(story: Story, content: str) -> None:
    session = await story.open()
    session.edit("scratch", "mine")
    story.write(content)
    invalid = await story.until(events.Invalid)
    assert invalid.problems[0].diagnostics
    assert session.problems == invalid.problems
    assert session.buffer("scratch").text == "mine"
    assert story.file.read_text(encoding="utf-8") == content
    story.write(TEXT)
    assert (await story.until(events.Reloaded)).changes == ()
    assert session.problems == ()


async def test_a_file_that_is_gone_leaves_the_session_and_may_come_back(story: Story) -> None:
    session = await story.open()
    session.edit("scratch", "mine")
    story.file.unlink()
    await story.until(events.Gone)
    assert session.file_gone
    assert session.buffer("scratch").text == "mine"
    assert session.buffer("notes").text == "# Notes\n"
    story.write(TEXT)
    await story.until(events.Reloaded)
    assert not session.file_gone


async def test_only_a_connection_that_changed_is_made_anew(story: Story) -> None:
    story.write(TEXT.replace("  py: {kind: python}", "  py: {kind: python}\n  two: {kind: python}"))
    session = await story.open()
    await session.connect("py")
    await session.connect("two")
    before = {view.name: view.incarnation for view in session.connections()}
    (story.project / "sub").mkdir()
    story.write(
        TEXT.replace(
            "  py: {kind: python}",
            "  py: {kind: python, title: A new title}\n  two: {kind: python, cwd: sub}",
        )
    )
    await story.until(events.Reloaded)
    await story.until_state("two", events.ConnectionState.ONLINE)
    after = {view.name: view.incarnation for view in session.connections()}
    assert after["py"] == before["py"]
    assert after["two"] not in (before["two"], None)
    assert session.connection("py").spec.title == "A new title"


async def test_a_connection_that_asks_for_more_waits_and_the_running_one_stays(
    story: Story,
) -> None:
    session = await story.open()
    await session.connect("py")
    before = session.connection("py").incarnation
    story.write(TEXT.replace("{kind: python}", "{kind: python, env: {A: b}}"))
    told = await story.until(events.ReviewNeeded)
    assert told.changed == "env.A added (value not shown)"
    assert session.connection("py").incarnation == before
    claim = session.unapproved("py")
    assert claim is not None
    session.grant(claim)
    assert session.unapproved("py") is None
    await story.until_state("py", events.ConnectionState.ONLINE)
    assert (await session.evaluate("py", "1")).outcome == "ok"


async def test_saving_a_pad_writes_its_span_and_nothing_else(story: Story) -> None:
    session = await story.open()
    session.edit("scratch", "3 + 3\n")
    session.edit("notes", "# Saved\n")
    session.save_buffer("scratch")
    session.save_buffer("notes")
    assert story.file.read_text(encoding="utf-8") == TEXT.replace("1 + 1", "3 + 3")
    assert (story.project / "notes.md").read_text(encoding="utf-8") == "# Saved\n"
    assert not session.buffer("scratch").modified
    assert not session.buffer("notes").modified


async def test_a_safe_start_restores_and_connects_nothing(story: Story) -> None:
    first = await story.open()
    first.edit("scratch", "mine")
    await first.connect("py")
    await first.close()
    safe = await story.open(Start.SAFE)
    assert safe.buffer("scratch").text == "1 + 1\n"
    assert safe.connection("py").state is ConnectionState.IDLE
    await safe.close()
    assert (await story.open(connect=False)).buffer("scratch").text == "mine"


async def test_a_session_with_work_in_it_is_on_the_list_within_its_second(story: Story) -> None:
    session = await story.open()
    session.edit("scratch", "mine")
    await story.until_saved(1.0)
    assert [one.id for one in session._keeping.store.list()] == ["main"]


async def test_looking_around_leaves_no_session(story: Story) -> None:
    session = await story.open()
    session.place_cursor("scratch", (0, 3))
    session.focus_on("scratch")
    await session.close()
    folder = story.services().locations.workspace(story.project)
    assert not folder.sessions.exists()
    assert not list(folder.crashes.iterdir())


async def test_a_lost_backend_is_named_and_a_new_one_is_there_by_itself(story: Story) -> None:
    session = await story.open()
    lost = await session.evaluate("py", "import os; os._exit(7)")
    assert lost.outcome == "lost"
    assert "7" in lost.output
    returned = await story.until(events.Returned)
    assert (returned.name, returned.same, returned.waiting_count) == ("py", False, 0)
    assert "7" in (session.connection("py").last_error or "")
    assert (await session.evaluate("py", "1 + 2")).result == "3"


async def test_what_is_ignored_is_not_in_the_history(story: Story) -> None:
    story.write(TEXT + "history: {ignore: ['^\\s', 'password']}\n")
    session = await story.open()
    for code in ("a = 1", " a = 2", "password = 3", "a = 1", "a"):
        await session.evaluate("py", code)
    assert session.recall("py") == ("a = 1", "a")


async def test_saving_what_was_restored_changes_nothing_but_the_times(story: Story) -> None:
    session = await story.open()
    session.edit("scratch", "mine")
    await session.evaluate("py", "1")
    await session.close()
    file = session._keeping.store.path_of("main")

    def kept() -> list[str]:
        lines = file.read_text(encoding="utf-8").splitlines()
        times = ("opened:", "saved:", "opens:", "seconds:", "last_online:")
        moving = (*times, "incarnation:", "# whole:")
        return [line for line in lines if not line.strip().startswith(moving)]

    before = kept()
    again = await story.open()
    async with asyncio.timeout(PATIENCE):
        while Outcome.WAITING in outcomes(again).values():
            await story.until(events.ConnectionChanged)
    await again.close()
    assert kept() == before
