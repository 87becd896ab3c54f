"""The screen that `git mergetool` opens, in a real terminal, started by real git."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.repository import BASE, NAME, STUI, Clone
from support.terminal import Terminal

PY = "  py: {kind: python}\n"
REST = PY + "  extra: {kind: python}\n"


@pytest.fixture
def stopped(clone: Clone) -> Clone:
    """A merge with two conflicts left, and with changes of both sides that are none."""
    clone.branch("feature")
    clone.write(clone.text.replace("name: orders", "name: theirs").replace("Scratch", "Pad"))
    clone.edit(PY, REST, "their change")
    clone.go("main")
    clone.write(clone.text.replace("name: orders", "name: ours").replace("Scratch", "Sheet"))
    clone.edit("# who we are", "# who we really are", "our change")
    clone.git("merge", "feature", status=1)
    assert clone.unmerged
    return clone


@contextmanager
def mergetool(clone: Clone, size: tuple[int, int] = (80, 24)) -> Iterator[Terminal]:
    command = ["git", "mergetool", "--no-prompt", "--tool=stui"]
    with Terminal(command, cwd=clone.root, environ=clone.environ, size=size) as screen:
        screen.wait_for("conflict 1 of 2")
        yield screen


def test_git_takes_what_is_settled_with_keys(stopped: Clone) -> None:
    with mergetool(stopped) as screen:
        screen.wait_for("/name")
        screen.press("t")
        text = screen.wait_for("conflict 2 of 2")
        assert "/buffers/scratch/title" in text
        screen.press("e")
        screen.wait_for("as YAML")
        screen.press("end")
        screen.type(" of both")
        screen.press("ctrl+s")
        screen.wait_for("✓ nothing open")
        screen.press("w")
        assert screen.wait_for_end() == 0
    assert not stopped.unmerged
    assert stopped.text == (
        BASE.replace("# who we are", "# who we really are")
        .replace("name: orders", "name: theirs")
        .replace(PY, REST)
        .replace("Scratch", "Sheet of both")
    )
    stopped.git("commit", "--no-edit", "--quiet")


def test_what_is_left_stays_between_markers(stopped: Clone) -> None:
    """Git moves its copy back when a tool fails; what was settled has to be in that, too."""
    with mergetool(stopped) as screen:
        screen.press("t")
        screen.wait_for("conflict 2 of 2")
        screen.press("w")
        screen.wait_for("1 conflict is still open")
        screen.press("y")
        assert screen.wait_for_end() == 1
        screen.wait_for("`stui conflicts` shows them")
    assert stopped.unmerged
    assert "name: theirs  # the team's\n" in stopped.text
    assert stopped.text.count("<<<<<<<") == 1
    assert "title: Sheet" in stopped.text
    assert "title: Pad" in stopped.text
    assert stopped.left_over == []
    told = stopped.run("stui", "conflicts", status=1)
    assert "/buffers/scratch/title" in told.stdout
    assert "/name" not in told.stdout


@pytest.mark.parametrize("keys", ["q", "ty"], ids=["at once", "after a choice"])
def test_leaving_leaves_the_file_as_git_made_it(stopped: Clone, keys: str) -> None:
    before = stopped.text
    with mergetool(stopped) as screen:
        if keys != "q":
            screen.press("t")
            screen.wait_for("1 open")
            screen.press("q")
            screen.wait_for("Your 1 choice is lost")
            screen.press("y")
        else:
            screen.press("q")
        assert screen.wait_for_end() == 1
    assert stopped.text == before
    assert stopped.unmerged
    assert stopped.left_over == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["term", "hup"])
def test_when_it_is_told_to_end_it_writes_nothing(
    stopped: Clone, tmp_path: Path, number: int
) -> None:
    sides = []
    for stage in (1, 2, 3):
        sides.append(tmp_path / f"{stage}.yaml")
        sides[-1].write_text(stopped.git("show", f":{stage}:{NAME}"), encoding="utf-8")
    command = [str(STUI), "git", "mergetool", *map(str, sides), NAME]
    before = stopped.text
    with Terminal(command, cwd=stopped.root, environ=stopped.environ) as screen:
        screen.wait_for("conflict 1 of 2")
        screen.press("t")
        screen.wait_for("1 open")
        screen.process.send_signal(number)
        assert screen.wait_for_end() == 1
    assert stopped.text == before


def test_everything_is_said_without_colour(stopped: Clone) -> None:
    with mergetool(stopped) as screen:  # NO_COLOR is set here
        screen.press("t")
        screen.wait_for("✓ theirs")
        text = screen.wait_for("? open")
        assert all(len(line) <= 80 for line in text.split("\n"))
        cells = (cell for row in screen.screen.buffer.values() for cell in row.values())
        colours = {cell.fg for cell in cells if len(cell.fg) == 6}
        assert {one for one in colours if not one[:2] == one[2:4] == one[4:]} == set()
        screen.press("ctrl+q", "y")
        assert screen.wait_for_end() == 1
