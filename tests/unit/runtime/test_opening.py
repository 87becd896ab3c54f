"""Which session a start opens, and that nothing of it is lost on the way."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from doubles.outside import HandClock, services_in
from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.model.session import BufferState, SessionState, TranscriptEntry
from stui_workspace.runtime.autosave import Writer, stamped
from stui_workspace.runtime.opening import crash_question, open_session
from stui_workspace.runtime.recovery import Opening
from stui_workspace.runtime.request import OpenRequest, Start
from stui_workspace.runtime.services import Services
from stui_workspace.storage.filesystem import RealFileSystem, Write


class Desk:
    """One project, in which sessions are opened, written and left."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.project.mkdir()
        self.clock = HandClock()
        self.services: Services = services_in(folder / "home", self.clock)
        self.open_now: list[Opening] = []

    def open(self, start: Start = Start.CONTINUE, session: str | None = None) -> Opening:
        folder = self.services.locations.workspace(self.project)
        request = OpenRequest(self.project, start, session=session)
        opening = open_session(request, self.services, folder)
        self.open_now.append(opening)
        return opening

    def crash(self, opening: Opening) -> None:
        """What the end of a process leaves: nothing but the lock is let go."""
        assert opening.keeping.lock is not None
        opening.keeping.lock.release()

    def close(self, opening: Opening, state: SessionState | None = None) -> None:
        now = self.clock()
        closed = stamped(state or opening.state, now, since=now, closed=True)
        Writer(opening.keeping).snapshot(closed, now)
        opening.keeping.crashes.settled()
        self.crash(opening)

    def question(self) -> int | None:
        found = crash_question(OpenRequest(self.project), self.services)
        return None if found is None else found.crash_count


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    one = Desk(tmp_path)
    yield one
    for opening in one.open_now:
        if opening.keeping.lock is not None:
            opening.keeping.lock.release()


def typed(opening: Opening, text: str) -> SessionState:
    return replace(opening.state, buffers={"a": BufferState(text, ad_hoc=True)})


def test_the_first_start_is_new(desk: Desk) -> None:
    opening = desk.open()
    assert (opening.state.meta.id, opening.is_new, opening.after_crash) == ("main", True, False)


def test_the_next_start_continues(desk: Desk) -> None:
    first = desk.open()
    desk.close(first, typed(first, "one"))
    second = desk.open()
    assert (second.is_new, second.after_crash) == (False, False)
    assert second.state.buffers["a"].text == "one"
    assert second.state.meta.opens == 2


def test_what_only_the_journal_has_comes_back_after_a_crash(desk: Desk) -> None:
    first = desk.open()
    writer = Writer(first.keeping)
    writer.snapshot(first.state, 1.0)
    writer.journal(typed(first, "unsaved"), 2.0)
    desk.crash(first)
    second = desk.open()
    assert second.after_crash
    assert second.state.buffers["a"].text == "unsaved"


def test_a_crash_while_recovering_loses_nothing(desk: Desk) -> None:
    first = desk.open()
    Writer(first.keeping).journal(typed(first, "unsaved"), 2.0)
    desk.crash(first)
    for _ in range(3):
        opening = desk.open()
        assert opening.state.buffers["a"].text == "unsaved"
        desk.crash(opening)


def test_a_journal_whose_session_was_never_saved_is_a_session(desk: Desk) -> None:
    first = desk.open()
    Writer(first.keeping).journal(typed(first, "early"), 2.0)
    desk.crash(first)
    second = desk.open()
    assert (second.state.meta.id, second.is_new, second.after_crash) == ("main", False, True)


def test_a_second_instance_gets_a_session_of_its_own(desk: Desk) -> None:
    first = desk.open()
    Writer(first.keeping).snapshot(typed(first, "mine"), 1.0)
    second = desk.open()
    assert (second.state.meta.id, second.is_new) == ("main-2", True)
    assert second.state.buffers == {}


@pytest.mark.parametrize("start", [Start.FRESH, Start.SAFE])
def test_a_new_session_leaves_alone_what_only_a_journal_has(desk: Desk, start: Start) -> None:
    first = desk.open()
    Writer(first.keeping).journal(typed(first, "early"), 2.0)
    desk.crash(first)
    fresh = desk.open(start)
    assert (fresh.state.meta.id, fresh.is_new, fresh.state.buffers) == ("main-2", True, {})
    desk.close(fresh)
    assert desk.open(session="main").state.buffers["a"].text == "early"


@pytest.mark.parametrize("start", [Start.FRESH, Start.SAFE])
def test_a_new_session_leaves_the_old_one_alone(desk: Desk, start: Start) -> None:
    first = desk.open()
    desk.close(first, typed(first, "old"))
    fresh = desk.open(start)
    assert (fresh.state.meta.id, fresh.state.buffers) == ("main-2", {})
    desk.close(fresh)
    assert desk.open(session="main").state.buffers["a"].text == "old"


def test_the_session_saved_last_is_continued(desk: Desk) -> None:
    first, second = desk.open(), desk.open()
    desk.close(second)
    desk.clock.advance(60)
    desk.close(first)
    assert desk.open().state.meta.id == "main"
    assert desk.open().state.meta.id == "main-2"


def test_a_session_that_does_not_exist_is_named(desk: Desk) -> None:
    with pytest.raises(NotFoundError) as caught:
        desk.open(session="other")
    assert caught.value.name == "other"


def test_a_session_that_is_open_elsewhere_is_refused(desk: Desk) -> None:
    first = desk.open()
    Writer(first.keeping).snapshot(first.state, 1.0)
    with pytest.raises(UsageError, match="open in another stui"):
        desk.open(session="main")


def test_what_ran_when_it_crashed_is_lost_and_says_so(desk: Desk) -> None:
    first = desk.open()
    entry = TranscriptEntry(1, "py", "loop()", "running")
    Writer(first.keeping).journal(replace(first.state, transcript=(entry,)), 1.0)
    desk.crash(first)
    assert [one.outcome for one in desk.open().state.transcript] == ["lost"]


def test_two_crashes_in_a_row_end_in_a_question(desk: Desk) -> None:
    first = desk.open()
    Writer(first.keeping).snapshot(first.state, 1.0)
    desk.crash(first)
    assert desk.question() is None
    desk.crash(desk.open())
    assert desk.question() == 2


def test_two_crashes_before_the_first_save_end_in_a_question_too(desk: Desk) -> None:
    for _ in range(2):
        opening = desk.open()
        Writer(opening.keeping).journal(typed(opening, "x"), 1.0)
        desk.crash(opening)
    assert not desk.services.locations.workspace(desk.project).sessions.exists()
    assert desk.question() == 2


def test_a_session_that_settled_has_not_crashed(desk: Desk) -> None:
    for _ in range(4):
        opening = desk.open()
        Writer(opening.keeping).snapshot(opening.state, 1.0)
        opening.keeping.crashes.settled()
        desk.crash(opening)
    assert desk.question() is None


def test_a_session_that_is_running_is_no_crash(desk: Desk) -> None:
    for _ in range(2):
        opening = desk.open()
        Writer(opening.keeping).snapshot(opening.state, 1.0)
        desk.crash(opening)
    desk.open()
    assert desk.question() is None


@pytest.mark.parametrize(
    "request_", [OpenRequest(Path(), asked=True), OpenRequest(Path(), Start.FRESH)]
)
def test_a_person_who_chose_is_not_asked(desk: Desk, request_: OpenRequest) -> None:
    for _ in range(3):
        opening = desk.open()
        Writer(opening.keeping).snapshot(opening.state, 1.0)
        desk.crash(opening)
    request = replace(request_, path=desk.project)
    assert crash_question(request, desk.services) is None


class ReadOnlyDisk(RealFileSystem):
    """Reads, and refuses every write."""

    def write(self, path: Path, content: bytes, how: Write, *, like: Path | None = None) -> None:
        raise OSError(errno.EROFS, "read-only", str(path))


def test_where_nothing_can_be_kept_it_opens_all_the_same(desk: Desk, tmp_path: Path) -> None:
    services = services_in(tmp_path / "home", desk.clock, fs=ReadOnlyDisk())
    folder = services.locations.workspace(desk.project)
    opening = open_session(OpenRequest(desk.project), services, folder)
    assert opening.storage_problem is not None
    assert opening.keeping.lock is None
