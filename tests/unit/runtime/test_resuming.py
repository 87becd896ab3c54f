"""Going on with another machine's session: which one here it becomes, and that nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from doubles.outside import HandClock, services_in
from stui_workspace.errors import DiskError, NotFoundError, UsageError
from stui_workspace.model.receipt import Outcome
from stui_workspace.model.session import BufferState, SessionState
from stui_workspace.runtime.autosave import Writer, stamped
from stui_workspace.runtime.opening import open_session
from stui_workspace.runtime.recovery import Opening
from stui_workspace.runtime.request import OpenRequest, Start
from stui_workspace.runtime.resuming import newer_elsewhere
from stui_workspace.storage.filesystem import RealFileSystem
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.machines import this_machine
from stui_workspace.storage.sessions.beside import FOLDER, left_beside
from stui_workspace.storage.sessions.own_copy import OwnCopy
from stui_workspace.storage.snapshots.store import SnapshotStore

FS = RealFileSystem()


class Machine:
    """One machine with a home of its own, at work in the shared project."""

    def __init__(self, name: str, tmp_path: Path, clock: HandClock) -> None:
        self.project = tmp_path / "project"
        self.clock = clock
        self.services = replace(services_in(tmp_path / f"home-{name}", clock), machine=name)
        self.folder: WorkspaceFolder = self.services.locations.workspace(self.project)
        self.open_now: list[Opening] = []

    def open(self, session: str | None = None, start: Start = Start.CONTINUE) -> Opening:
        request = OpenRequest(self.project, start, session=session)
        opening = open_session(request, self.services, self.folder)
        self.open_now.append(opening)
        return opening

    def leave(self, opening: Opening, closed: bool = True, **texts: str) -> None:  # noqa: FBT002
        """Type, save here and beside, and end."""
        buffers = {name: BufferState(text, ad_hoc=True) for name, text in texts.items()}
        state = replace(opening.state, buffers={**opening.state.buffers, **buffers})
        now = self.clock()
        state = stamped(state, now, since=now, closed=closed)
        Writer(opening.keeping).snapshot(state, now)
        self.copy_of(state).put(state)
        self.end(opening)
        self.clock.advance(600)

    def copy_of(self, state: SessionState) -> OwnCopy:
        state_folder = self.services.locations.state
        return OwnCopy(
            self.project,
            self.folder,
            state.meta.id,
            lambda: this_machine(self.services.machine, state_folder),
            FS,
        )

    def end(self, opening: Opening) -> None:
        assert opening.keeping.lock is not None
        opening.keeping.lock.release()

    def work(self, session: str | None = None, **texts: str) -> None:
        self.leave(self.open(session), True, **texts)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Callable[[str], Machine]]:
    (tmp_path / "project").mkdir()
    clock = HandClock()
    made: list[Machine] = []

    def make(name: str) -> Machine:
        made.append(Machine(name, tmp_path, clock))
        return made[-1]

    yield make
    for one in made:
        for opening in one.open_now:
            if opening.keeping.lock is not None:
                opening.keeping.lock.release()


@pytest.fixture
def laptop(machine: Callable[[str], Machine]) -> Machine:
    return machine("laptop")


@pytest.fixture
def desktop(machine: Callable[[str], Machine]) -> Machine:
    return machine("desktop")


def texts(opening: Opening) -> dict[str, str | None]:
    return {name: buffer.text for name, buffer in opening.state.buffers.items()}


def test_where_there_is_none_here_it_keeps_its_name(laptop: Machine, desktop: Machine) -> None:
    laptop.work(a="draft")
    opening = desktop.open("main@laptop")
    assert (opening.state.meta.id, opening.state.meta.machine) == ("main", "desktop")
    assert (texts(opening), opening.is_new) == ({"a": "draft"}, False)
    (news,) = opening.news
    assert (news.item, news.outcome) == ("session", Outcome.OK)
    assert "main@laptop, saved 10 min ago" in str(news.reason)


def test_it_is_kept_here_before_anything_is_shown(laptop: Machine, desktop: Machine) -> None:
    laptop.work(a="draft")
    desktop.end(desktop.open("main@laptop"))  # a crash at once
    for path in (laptop.project / FOLDER).glob("*.yaml"):
        path.unlink()
    assert texts(desktop.open()) == {"a": "draft"}


def test_the_other_machines_file_is_never_written(laptop: Machine, desktop: Machine) -> None:
    laptop.work(a="draft")
    path = laptop.project / FOLDER / "laptop.yaml"
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    desktop.work("main@laptop", a="more")
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_a_session_here_that_nobody_touched_takes_it_in(laptop: Machine, desktop: Machine) -> None:
    laptop.work(a="draft")
    desktop.work()
    assert desktop.open("main@laptop").state.meta.id == "main"


def test_one_that_has_work_in_it_stays_as_it_is(laptop: Machine, desktop: Machine) -> None:
    laptop.work(a="draft")
    desktop.work(b="mine")
    opening = desktop.open("main@laptop")
    assert (opening.state.meta.id, texts(opening)) == ("main-2", {"a": "draft"})
    assert texts(desktop.open("main")) == {"b": "mine"}


def test_one_that_only_has_a_journal_stays_as_it_is(laptop: Machine, desktop: Machine) -> None:
    laptop.work(a="draft")
    desktop.work()
    opening = desktop.open()
    state = replace(opening.state, buffers={"b": BufferState("typed", ad_hoc=True)})
    Writer(opening.keeping).journal(state, desktop.clock())
    desktop.end(opening)
    assert desktop.open("main@laptop").state.meta.id == "main-2"
    assert texts(desktop.open("main")) == {"b": "typed"}


def test_going_on_once_more_takes_what_is_new(laptop: Machine, desktop: Machine) -> None:
    laptop.work(a="draft")
    desktop.work(b="mine")
    desktop.work("main@laptop")
    laptop.work(a="draft, longer")
    opening = desktop.open("main@laptop")
    assert (opening.state.meta.id, texts(opening)) == ("main-2", {"a": "draft, longer"})
    assert sorted(path.stem for path in desktop.folder.sessions.glob("*.yaml")) == [
        "main", "main-2",
    ]  # fmt: skip


def test_where_there_is_nothing_new_it_opens_what_went_on(
    laptop: Machine, desktop: Machine
) -> None:
    laptop.work(a="draft")
    desktop.work("main@laptop", a="mine now")
    opening = desktop.open("main@laptop")
    assert (texts(opening), opening.news) == ({"a": "mine now"}, ())


def test_back_on_the_first_machine_there_is_one_text(laptop: Machine, desktop: Machine) -> None:
    laptop.work(a="draft")
    desktop.work("main@laptop", a="draft, edited there")
    opening = laptop.open("main@desktop")
    assert (opening.state.meta.id, texts(opening)) == ("main", {"a": "draft, edited there"})


def test_of_two_that_differ_both_are_kept_and_told(laptop: Machine, desktop: Machine) -> None:
    laptop.work(a="draft")
    desktop.work("main@laptop", a="edited there")
    laptop.work(a="edited here")
    opening = laptop.open("main@desktop")
    assert texts(opening) == {"a": "edited here", "a-from-desktop": "edited there"}
    assert [one.item for one in opening.news] == ["session", "buffer/a"]
    laptop.leave(opening)
    again = desktop.open("main@laptop")
    assert texts(again) == {"a": "edited here", "a-from-desktop": "edited there"}


def test_what_was_here_before_is_a_snapshot(laptop: Machine, desktop: Machine) -> None:
    laptop.work(a="draft")
    desktop.work("main@laptop", a="edited there")
    opening = laptop.open()
    typed = {**opening.state.buffers, "b": BufferState("only in the journal", ad_hoc=True)}
    Writer(opening.keeping).journal(replace(opening.state, buffers=typed), laptop.clock())
    laptop.end(opening)
    laptop.end(laptop.open("main@desktop"))
    snapshots = SnapshotStore(laptop.folder.snapshots_of("main"))
    items = snapshots.get(snapshots.log()[-1].id).items
    assert items["buffer/a"] == {"text": "draft", "ad_hoc": True}
    assert items["buffer/b"] == {"text": "only in the journal", "ad_hoc": True}


def test_one_that_went_on_and_is_open_is_refused(laptop: Machine, desktop: Machine) -> None:
    laptop.work(a="draft")
    desktop.work("main@laptop")
    laptop.work(a="more")
    desktop.open("main")
    with pytest.raises(UsageError, match="goes on with `main@laptop`, and is open"):
        desktop.open("main@laptop")


def test_one_that_looks_open_is_taken_by_name_and_says_so(
    laptop: Machine, desktop: Machine
) -> None:
    laptop.leave(laptop.open(), closed=False, a="draft")
    laptop.clock.advance(-570)
    (news,) = desktop.open("main@laptop").news
    assert news.outcome is Outcome.CHANGED
    assert "looks open there" in str(news.reason)
    assert "`stui --resume main@laptop`" in str(news.next_step)


def test_a_clock_that_is_ahead_is_told(laptop: Machine, desktop: Machine) -> None:
    laptop.work(a="draft")
    laptop.clock.advance(-7200)
    (news,) = desktop.open("main@laptop").news
    assert "just now (its clock is ahead)" in str(news.reason)


@pytest.mark.parametrize("name", ["main@tablet", "main-9@laptop", "@", "main@../..", "main@"])
def test_one_that_there_is_not_is_named(laptop: Machine, desktop: Machine, name: str) -> None:
    laptop.work(a="draft")
    with pytest.raises(NotFoundError):
        desktop.open(name)


def test_one_that_is_not_all_there_is_an_error_and_no_empty_session(
    laptop: Machine, desktop: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.work(a="draft")
    path = laptop.project / FOLDER / "laptop.yaml"
    seen = left_beside(laptop.project, FS)
    path.write_bytes(path.read_bytes()[:-40])
    monkeypatch.setattr("stui_workspace.runtime.resuming.left_beside", lambda *_: seen)
    with pytest.raises(DiskError, match="it is not all there"):
        desktop.open("main@laptop")
    assert not desktop.folder.sessions.exists()


def test_a_new_session_reads_nobody_elses(laptop: Machine, desktop: Machine) -> None:
    laptop.work(a="draft")
    assert texts(desktop.open("main@laptop", Start.FRESH)) == {}


def test_what_is_newer_elsewhere_is_told_until_somebody_here_has_it(
    laptop: Machine, desktop: Machine
) -> None:
    def told(since: float = 0.0) -> str | None:
        notice = newer_elsewhere(desktop.project, desktop.folder, desktop.services, since)
        return None if notice is None else notice.next_step

    assert told() is None
    laptop.work(a="draft")
    assert told() == "`stui --resume main@laptop` goes on with it"
    assert told(since=laptop.clock()) is None
    desktop.work("main@laptop")
    assert told() is None
    laptop.work(a="more")
    assert told() is not None
