"""Several sessions in the real program: asked where there is a choice, changed without leaving."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.quickstart import Quickstart


@pytest.fixture
def quickstart(tmp_path: Path) -> Quickstart:
    return Quickstart.copied_to(tmp_path)


def leave_one(quickstart: Quickstart, text: str, *arguments: str) -> None:
    """A session with an unsaved text, closed well."""
    with quickstart.open(*arguments) as screen:
        screen.wait_for("fresh start")
        screen.press("ctrl+end")
        screen.type(text)
        screen.wait_for(text)
        screen.press("ctrl+q")
        assert screen.wait_for_end() == 0


def test_two_sessions_with_work_are_a_choice_and_c_makes_none(quickstart: Quickstart) -> None:
    leave_one(quickstart, "work_of_the_first")
    with quickstart.open() as screen:  # one session and nothing odd: nobody is asked
        screen.wait_for("work_of_the_first")
        screen.press("ctrl+q")
        assert screen.wait_for_end() == 0
    leave_one(quickstart, "work_of_the_second", "--fresh")

    with quickstart.open(size=(80, 24)) as screen:
        screen.wait_for("Go on in")
        screen.wait_for("2 sessions have unsaved work")
        screen.press("down", "enter")
        screen.wait_for("work_of_the_first")
        screen.press("ctrl+q")
        assert screen.wait_for_end() == 0

    with quickstart.open("-c") as screen:
        screen.wait_for("work_of_the_first")
        screen.press("ctrl+q")
        assert screen.wait_for_end() == 0

    with quickstart.open() as screen:
        screen.wait_for("Go on in")
        screen.press("escape")
        assert screen.wait_for_end() == 0


def test_another_session_is_opened_in_the_same_program(quickstart: Quickstart) -> None:
    leave_one(quickstart, "work_of_the_first")
    leave_one(quickstart, "work_of_the_second", "--fresh")
    with quickstart.open("-c") as screen:
        screen.wait_for("work_of_the_second")
        screen.press("alt+m")
        screen.wait_for("Sessions")
        screen.wait_for("open here")
        screen.press("down", "enter")
        screen.wait_for("work_of_the_first")
        screen.wait_for(lambda text: "open here" not in text, what="the workbench")
        screen.type("more_")
        screen.wait_for("more_")
        closed = {one["id"]: one["closed"] for one in quickstart.asked("session", "ls")}
        assert closed["main-2"]
        screen.press("ctrl+q")
        assert screen.wait_for_end() == 0
    closed = {one["id"]: one["closed"] for one in quickstart.asked("session", "ls")}
    assert closed == {"main": True, "main-2": True}
    found = quickstart.asked("session", "ls", "--all")
    assert [(one["name"], one["sessions"]) for one in found] == [("quickstart", 2)]
