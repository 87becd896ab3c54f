"""The workbench in small and in plain terminals, and with a file that breaks under it."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.quickstart import Quickstart
from support.terminal import Terminal

BROKEN = "stui: 1\nname: [quickstart\n"
PLACE = ".stui-workspace.yaml:3:1"
"""Where it is broken: what a person sees first."""


@pytest.fixture
def quickstart(tmp_path: Path) -> Quickstart:
    return Quickstart.copied_to(tmp_path)


def colours(screen: Terminal) -> set[str]:
    cells = (cell for row in screen.screen.buffer.values() for cell in row.values())
    return {colour for cell in cells for colour in (cell.fg, cell.bg)}


def is_grey(colour: str) -> bool:
    return colour in ("default", "black", "white") or (
        len(colour) == 6 and colour[:2] == colour[2:4] == colour[4:]
    )


def test_it_fits_80_by_24(quickstart: Quickstart) -> None:
    with quickstart.open(size=(80, 24)) as screen:
        screen.wait_for("orders = [120")
        screen.wait_for("Numbers │ Words │ Notes")
        screen.press("f6")
        screen.wait_for("→ 170.0")
        text = screen.wait_for("py online")
        lines = text.split("\n")
        assert all(len(line) <= 80 for line in lines)
        assert "quickstart" in lines[-2]
        assert "quit" in lines[-1].lower()
        screen.press("ctrl+t")
        screen.wait_for("sorted(text.split()")
        screen.press("ctrl+q")
        assert screen.wait_for_end() == 0


def test_without_colour_everything_is_said_in_words(quickstart: Quickstart) -> None:
    with quickstart.open(NO_COLOR="1") as screen:
        screen.wait_for("orders = [120")
        screen.press("f6")
        screen.wait_for("✓ 1 py")
        screen.wait_for("py online")
        assert {colour for colour in colours(screen) if not is_grey(colour)} == set()
        quickstart.write(BROKEN)
        screen.wait_for(PLACE)
        assert {colour for colour in colours(screen) if not is_grey(colour)} == set()


def test_with_colour_there_is_some(quickstart: Quickstart) -> None:
    """Guards the test above: its way of looking at colours finds them."""
    with quickstart.open() as screen:
        screen.wait_for("orders = [120")
        assert not all(is_grey(colour) for colour in colours(screen))


def test_a_file_that_breaks_is_shown_and_the_session_stays(quickstart: Quickstart) -> None:
    with quickstart.open() as screen:
        screen.wait_for("orders = [120")
        screen.press("ctrl+home")
        screen.type("typed = 1 # ")
        good = quickstart.file.read_text(encoding="utf-8")

        quickstart.write(BROKEN)
        screen.wait_for(PLACE)
        screen.wait_for("typed = 1 # orders")
        screen.wait_for("─ Words ─")
        assert quickstart.file.read_text(encoding="utf-8") == BROKEN
        screen.press("ctrl+j")
        screen.wait_for("✓ 1 py")
        screen.press("alt+e")
        screen.wait_for("Y103")
        screen.press("escape")
        screen.wait_for(lambda text: "Y103" not in text)

        quickstart.file.unlink()
        screen.wait_for("the file is gone")
        screen.wait_for("typed = 1 # orders")

        quickstart.write(good.replace("title: Words", "title: Phrases"))
        screen.wait_for("─ Phrases ─")
        screen.wait_for(lambda text: "the file is gone" not in text)
        screen.wait_for("typed = 1 # orders")
        screen.press("ctrl+q")
        assert screen.wait_for_end() == 0


def test_a_file_that_is_broken_from_the_start(quickstart: Quickstart) -> None:
    good = quickstart.file.read_text(encoding="utf-8")
    quickstart.write(BROKEN)
    with quickstart.open() as screen:
        screen.wait_for(PLACE)
        quickstart.write(good)
        screen.wait_for("orders = [120")
        screen.wait_for(lambda text: PLACE not in text)


def test_a_folder_without_a_file_opens(quickstart: Quickstart) -> None:
    quickstart.file.unlink()
    with quickstart.open() as screen:
        screen.wait_for("fresh start")
        screen.press("ctrl+n")
        screen.type("6 * 7")
        screen.press("f5")
        screen.wait_for("→ 42")
        quickstart.write("stui: 1\nname: it has a name now\n")
        screen.wait_for("it has a name now")
        screen.wait_for("6 * 7")
