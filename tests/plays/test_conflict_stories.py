"""Conflicts of the workspace file while a session is open: they appear, are settled, and undone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doubles.outside import HandClock, services_in
from stui_workspace.document import read
from stui_workspace.errors import NotFoundError, StuiError
from stui_workspace.merge import Choice, Take, Written
from stui_workspace.runtime import events
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.session import Session
from stui_workspace.runtime.settling import conflicts_in, keep_merge, settle
from stui_workspace.runtime.settling.markers import has_markers
from stui_workspace.storage.conflicts.records import Sides

FILE = ".stui-workspace.yaml"
COPY = ".stui-workspace.sync-conflict-20261128-101500-HATNS7N.yaml"
BASE = """\
stui: 1
name: orders
buffers:
  # to try things
  scratch: {title: Scratch, source: "1 + 1"}
"""
OURS = BASE.replace("orders", "mine").replace("to try", "ours to try")
THEIRS = BASE.replace("orders", "yours").replace("to try", "theirs to try")
RUN = BASE.replace("1 + 1", "2 + 2")
TITLED = BASE.replace("title: Scratch", "title: Pad")
SIDES = Sides(BASE.encode(), OURS.encode(), THEIRS.encode())
NAME, REMARK = "/name", "/buffers/scratch#comment"
MARKED = """\
stui: 1
<<<<<<< HEAD
name: mine
||||||| base
name: orders
=======
name: yours
>>>>>>> feature
buffers:
  scratch: {title: Scratch, source: "1 + 1"}
"""
PATIENCE = 30.0


class Home:
    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.project.mkdir()
        self.file = self.project / FILE
        self.file.write_text(BASE, encoding="utf-8")
        self.clock = HandClock()
        self.services = services_in(folder / "home", self.clock)
        self.open_now: list[Session] = []
        self.seen: list[events.Event] = []
        self._news = asyncio.Event()

    async def open(self) -> Session:
        session = Session.open(OpenRequest(self.project), self.services)
        self.open_now.append(session)
        session.subscribe(self._note)
        await session.start()
        return session

    def _note(self, event: events.Event) -> None:
        self.seen.append(event)
        self._news.set()

    async def until(self, kind: type[events.Event]) -> events.Event:
        async with asyncio.timeout(PATIENCE):
            while not (found := [one for one in self.seen if isinstance(one, kind)]):
                self._news.clear()
                await self._news.wait()
        return found[-1]

    def merge(self) -> None:
        """What another program leaves: ours in the file, and a record of what is in conflict."""
        keep_merge(self.file, self.project, SIDES, self.services)

    @property
    def text(self) -> str:
        return self.file.read_text(encoding="utf-8")


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    one = Home(tmp_path)
    yield one
    for session in one.open_now:
        await session.close()


async def test_conflicts_that_were_there_are_told_when_the_session_opens(home: Home) -> None:
    home.merge()
    await home.open()
    notice = await home.until(events.Notice)
    assert isinstance(notice, events.Notice)
    assert notice.action == "conflicts"


async def test_conflicts_that_appear_meanwhile_are_told_once(home: Home) -> None:
    session = await home.open()
    home.merge()
    notice = await home.until(events.Notice)
    assert isinstance(notice, events.Notice)
    assert (notice.action, notice.text.split()[0]) == ("conflicts", "2")
    home.seen.clear()
    session.settle(NAME, Take.THEIRS)
    await home.until(events.Reloaded)
    assert [one for one in home.seen if isinstance(one, events.Notice)] == []


async def test_each_is_settled_in_the_file_and_taken_back(home: Home) -> None:
    home.merge()
    session = await home.open()
    assert [one.paths for one in session.conflicts().merges] == [(NAME, REMARK)]
    session.settle(NAME, Take.THEIRS)
    assert "name: yours" in home.text
    session.settle(REMARK, Written("both of us"))
    assert "# both of us" in home.text
    assert session.conflicts().left_count == 0
    assert session.unsettle().paths == (REMARK,)
    assert "# ours to try" in home.text
    assert [one.paths for one in session.conflicts().merges] == [(REMARK,)]


async def test_markers_are_settled_too(home: Home) -> None:
    session = await home.open()
    home.file.write_text(MARKED, encoding="utf-8")
    await home.until(events.Invalid)
    assert session.conflicts().has_markers
    session.settle(NAME, Take.THEIRS)
    assert home.text == BASE.replace("orders", "yours").replace("  # to try things\n", "")
    home.seen.clear()
    session.unsettle()
    assert has_markers(home.file.read_bytes())


async def test_what_nobody_asked_is_not_settled(home: Home) -> None:
    session = await home.open()
    with pytest.raises(NotFoundError):
        session.settle(NAME, Take.OURS)
    with pytest.raises(NotFoundError):
        session.unsettle()
    with pytest.raises(NotFoundError):
        session.undo_merge()
    assert session.merges() == ()
    assert home.text == BASE


async def test_a_copy_that_is_merged_by_itself_is_listed_with_what_it_did_and_taken_back(
    home: Home,
) -> None:
    session = await home.open()
    home.file.write_text(RUN, encoding="utf-8")
    await home.until(events.Reloaded)
    await session.close()
    home.clock.now += 60
    (home.project / COPY).write_text(TITLED, encoding="utf-8")
    again = await home.open()
    found = await home.until(events.CopyFound)
    assert isinstance(found, events.CopyFound)
    assert found.action == "merged", found.reason
    (merge,) = again.merges()
    assert (merge.copy, merge.is_next, merge.is_taken_back) == (COPY, True, False)
    effect = again.effect_of_merge(merge)
    assert [str(one.path) for one in effect.brought or ()] == ["/buffers/scratch/title"]
    assert [str(one.path) for one in effect.stayed or ()] == ["/buffers/scratch/source"]
    done = again.undo_merge()
    assert (done.copy, home.text) == (COPY, RUN)
    (merge,) = again.merges()
    assert (merge.is_next, merge.is_taken_back) == (False, True)
    with pytest.raises(NotFoundError):
        again.undo_merge()


async def test_a_copy_goes_by_itself_once_all_of_it_is_settled(home: Home) -> None:
    session = await home.open()
    home.file.write_text(BASE.replace("1 + 1", "2 + 2"), encoding="utf-8")
    await home.until(events.Reloaded)
    await session.close()
    home.clock.now += 60
    (home.project / COPY).write_text(BASE.replace("1 + 1", "3 + 3"), encoding="utf-8")
    again = await home.open()
    found = await home.until(events.CopyFound)
    assert isinstance(found, events.CopyFound)
    assert (found.action, found.conflicts) == ("asked", ("/buffers/scratch/source",))
    assert [one for one in home.seen if isinstance(one, events.Notice)] == [], "told once"
    home.seen.clear()
    again.settle("/buffers/scratch/source", Take.THEIRS)
    found = await home.until(events.CopyFound)
    assert isinstance(found, events.CopyFound)
    assert (found.action, (home.project / COPY).exists()) == ("contained", False)
    assert "3 + 3" in home.text


choices: st.SearchStrategy[Choice] = st.sampled_from(
    [Take.OURS, Take.THEIRS, Take.BASE, Take.BOTH, Written("other"), Written("[1, 2]"), Written("")]
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), choices), min_size=2, max_size=8), st.booleans())
def test_settling_all_in_any_way_leaves_a_file_that_parses_and_has_no_markers(
    tmp_path_factory: pytest.TempPathFactory,
    wishes: list[tuple[bool, Choice]],
    is_marked: bool,
) -> None:
    home = Home(tmp_path_factory.mktemp("any"))
    if is_marked:
        home.file.write_text(MARKED, encoding="utf-8")
    else:
        home.merge()

    def left() -> list[str]:
        standing = conflicts_in(home.file, home.project, home.services)
        return [path for merge in standing.merges for path in merge.paths]

    for is_last, choice in (*wishes, (False, Take.OURS), (False, Take.THEIRS)):
        paths = left()
        if paths:
            path = paths[-1 if is_last else 0]
            try:
                settle(home.file, home.project, path, choice, home.services)
            except StuiError:
                assert left() == paths, "what was refused changed nothing"
    assert left() == []
    assert not has_markers(home.file.read_bytes())
    assert read(home.file.read_bytes()).document is not None
