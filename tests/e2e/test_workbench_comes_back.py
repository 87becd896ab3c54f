"""The main job on the real program: work, `kill -9`, open again, and all of it is there."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest

from support.quickstart import Quickstart


@pytest.fixture
def quickstart(tmp_path: Path) -> Quickstart:
    return Quickstart.copied_to(tmp_path)


def corners(text: str) -> list[int]:
    """The columns at which panels begin and end in the first line of the screen."""
    return [column for column, char in enumerate(text.partition("\n")[0]) if char in "╭╮┏┓"]


def test_after_kill_9_everything_is_back(quickstart: Quickstart) -> None:
    with quickstart.open() as screen:
        screen.wait_for("fresh start")
        screen.wait_for("sorted(text.split()")
        screen.press("f6")
        screen.wait_for("→ 170.0")
        screen.press("ctrl+o", "f6")
        screen.wait_for("→ ['to', 'back'")
        screen.press("ctrl+end")
        screen.type("unsaved = 42")
        screen.wait_for("unsaved = 42")
        screen.press("left", "left")
        screen.wait_for("Ln 3, Col 11")

        quickstart.edit("{panel: connections, size: 1}", "{panel: snippets, size: 1}")
        screen.wait_for("─ Snippets ─")
        screen.wait_for("A table of squares")
        screen.wait_for("unsaved = 42")
        before = corners(screen.text)
        screen.press("alt+shift+right")
        screen.wait_for(lambda text: corners(text) != before, what="the border move")

        quickstart.wait_kept(screen, "unsaved = 42", '"snippets"', '"cursor":[2,10]')
        as_left = screen.text
        screen.kill()

    with quickstart.open() as screen:
        screen.wait_for("restored 5 of 5 after a crash")
        screen.wait_for("py online")
        screen.wait_for(lambda text: corners(text) == corners(as_left), what="the same borders")
        screen.wait_for("─ Snippets ─")
        screen.wait_for("unsaved = 42")
        screen.wait_for("→ 170.0")
        screen.wait_for("→ ['to', 'back'")
        screen.wait_for("Ln 3, Col 11")

        screen.press("ctrl+up")
        screen.wait_for("unsaved = text =", what="the input evaluated last, recalled at the cursor")
        screen.press("f4")
        screen.wait_for("Restored 5 of 5")
        for line in (
            r"✓ layout",
            r"✓ pad words",
            r"△ connection py",
            r"changed · a new start",
            r"✓ transcript",
            r"✓ history",
        ):
            screen.wait_for(partial(re.search, line), what=line)
        screen.press("escape")
        screen.wait_for(lambda text: "Restored 5 of 5" not in text)
        screen.press("ctrl+q")
        assert screen.wait_for_end() == 0


def test_a_clean_end_is_no_crash_and_comes_back_too(quickstart: Quickstart) -> None:
    with quickstart.open() as screen:
        screen.wait_for("orders = [120")
        screen.press("ctrl+home")
        screen.type("# typed and quit at once\n")
        screen.press("ctrl+q")
        assert screen.wait_for_end() == 0
    before = quickstart.file.read_bytes()
    with quickstart.open() as screen:
        screen.wait_for("# typed and quit at once")
        text = screen.wait_for("restored")
        assert "crash" not in text
        screen.press("ctrl+q")
        assert screen.wait_for_end() == 0
    assert quickstart.file.read_bytes() == before


def test_what_the_processes_leave_is_theirs_alone(quickstart: Quickstart) -> None:
    before = {path: path.stat().st_mtime_ns for path in quickstart.project.rglob("*")}
    with quickstart.open() as screen:
        screen.wait_for("orders = [120")
        screen.press("f6")
        screen.wait_for("→ 170.0")
        quickstart.wait_kept(screen, "170.0")
        screen.kill()
    kept = [path for path in quickstart.home.rglob("*") if path.exists()]
    assert kept
    assert {oct(path.stat().st_mode & 0o077) for path in kept} == {"0o0"}
    after = {path: path.stat().st_mtime_ns for path in quickstart.project.rglob("*")}
    assert after == before


def test_two_crashes_in_a_row_end_in_a_choice(quickstart: Quickstart) -> None:
    for _ in range(2):
        with quickstart.open() as screen:
            screen.wait_for("sorted(text.split()")
            screen.press("ctrl+end")
            screen.type("kept = 1")
            quickstart.wait_kept(screen, "kept = 1")
            screen.kill()
    with quickstart.open() as screen:
        question = screen.wait_for("Safe")
        assert "Continue" in question
        assert "Fresh" in question
        assert "kept = 1" not in question
        screen.press("s")
        text = screen.wait_for("sorted(text.split()")
        assert "kept = 1" not in text
        screen.press("ctrl+q")
        assert screen.wait_for_end() == 0
    assert "kept = 1" in quickstart.kept()
    with quickstart.open("--resume", "main") as screen:
        screen.wait_for("kept = 1")
        screen.press("ctrl+q")
        assert screen.wait_for_end() == 0


def test_a_second_instance_has_a_session_of_its_own(quickstart: Quickstart) -> None:
    with quickstart.open() as first:
        first.wait_for("orders = [120")
        first.press("ctrl+home")
        first.type("one = 1 # ")
        quickstart.wait_kept(first, "one = 1")
        with quickstart.open() as second:
            second.wait_for("fresh start")
            text = second.wait_for("orders = [120")
            assert "one = 1" not in text
            second.press("ctrl+home")
            second.type("two = 2 # ")
            quickstart.wait_kept(second, "two = 2")
            names = {session["id"] for session in quickstart.asked("session", "ls")}
            assert names == {"main", "main-2"}
            second.press("ctrl+q")
            assert second.wait_for_end() == 0
        assert "two = 2" not in first.text
        first.press("ctrl+q")
        assert first.wait_for_end() == 0
    with quickstart.open("--resume", "main") as screen:
        text = screen.wait_for("one = 1")
        assert "two = 2" not in text
    with quickstart.open("--resume", "main-2") as screen:
        screen.wait_for("two = 2")
