"""Whether there is a choice before a session is opened: only where a person alone can know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from stui_workspace.runtime.opening import crash_question, open_session
from stui_workspace.runtime.request import OpenRequest, Start
from stui_workspace.runtime.sessions.choice import StartChoice, start_choice
from stui_workspace.storage.sessions.store import ListedOnce, SessionStore, SessionSummary
from support.kept_sessions import DAY, Shelf, shelf_in


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return shelf_in(tmp_path)


def asked(shelf: Shelf) -> StartChoice | None:
    return start_choice(OpenRequest(shelf.project.root), shelf.services)


def nothing(shelf: Shelf) -> None:
    del shelf


def one(shelf: Shelf) -> None:
    shelf.keep("main", unsaved=3)


def one_that_crashed(shelf: Shelf) -> None:
    shelf.keep("main", unsaved=3, closed=False)
    shelf.journal("main", "typed")


def others_without_work(shelf: Shelf) -> None:
    shelf.keep("main", unsaved=1)
    shelf.keep("main-2", ago=60.0)


def others_of_long_ago(shelf: Shelf) -> None:
    shelf.keep("main", unsaved=1)
    shelf.keep("main-2", ago=8 * DAY, unsaved=1)


def an_old_one_that_cannot_be_read(shelf: Shelf) -> None:
    shelf.keep("main", unsaved=1)
    shelf.store.path_of("bad").write_text("[")


@pytest.mark.parametrize(
    "left", [nothing, one, one_that_crashed, others_without_work, others_of_long_ago]
)
def test_where_it_is_clear_nobody_is_asked(shelf: Shelf, left: Callable[[Shelf], None]) -> None:
    left(shelf)
    assert asked(shelf) is None


def test_two_sessions_with_work_of_this_week_are_a_choice(shelf: Shelf) -> None:
    shelf.keep("main", ago=DAY, unsaved=1)
    shelf.keep("main-2", ago=60.0, unsaved=1)
    found = asked(shelf)
    assert found is not None
    assert (found.reason, found.preferred) == ("2 sessions have unsaved work", "main-2")
    assert [each.handle for each in found.sessions] == ["main-2", "main"]


@pytest.mark.parametrize(
    "said",
    [
        {"asked": True},
        {"session": "main"},
        {"start": Start.FRESH},
        {"start": Start.SAFE},
    ],
)
def test_whoever_said_what_they_want_is_not_asked(shelf: Shelf, said: dict[str, object]) -> None:
    for name in ("main", "main-2"):
        shelf.keep(name, unsaved=1)
    request = replace(OpenRequest(shelf.project.root), **said)  # type: ignore[arg-type]
    assert start_choice(request, shelf.services) is None


def test_where_the_last_one_is_open_elsewhere_this_is_a_second_window(shelf: Shelf) -> None:
    shelf.keep("main", closed=False, unsaved=1)
    for name in ("main-2", "main-3"):
        shelf.keep(name, ago=60.0, unsaved=1)
    lock = shelf.store.acquire("main")
    assert lock is not None
    with lock:
        assert asked(shelf) is None


def test_where_the_last_state_lost_most_of_what_it_had(shelf: Shelf) -> None:
    state = shelf.keep("main", unsaved=6)
    shelf.snapshot(state)
    shelf.snapshot(replace(state, buffers={}, connections={}, transcript=()))
    found = asked(shelf)
    assert found is not None
    assert found.reason == "the last state of the session had lost most of what it had"


def test_a_folder_that_is_not_there_is_told_by_opening_it(shelf: Shelf, tmp_path: Path) -> None:
    assert start_choice(OpenRequest(tmp_path / "nope"), shelf.services) is None


def test_a_start_looks_at_the_sessions_once(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("main", "main-2"):
        shelf.keep(name)
    looks: list[SessionStore] = []
    look = SessionStore.list

    def counted(store: SessionStore) -> tuple[SessionSummary, ...]:
        looks.append(store)
        return look(store)

    monkeypatch.setattr(SessionStore, "list", counted)
    request, services = OpenRequest(shelf.project.root), shelf.services
    folder = services.locations.workspace(shelf.project.root)
    listed = ListedOnce(folder, services.fs)
    assert crash_question(request, services, listed) is None
    assert start_choice(request, services, listed) is None
    opening = open_session(request, services, folder, listed)
    assert opening.keeping.lock is not None
    opening.keeping.lock.release()
    assert looks == [listed]
    assert type(opening.keeping.store) is SessionStore
