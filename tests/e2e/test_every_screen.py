"""A walk by keyboard through every screen, in the real program, in small and in large terminals."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import pytest

from support.quickstart import Quickstart
from support.terminal import Terminal

SIZES: Final = {"80x24": (80, 24), "200x50": (200, 50)}

BY_KEY: Final = {
    "connections": ("alt+k", "Connections 1"),
    "new connection": ("alt+a", "type an address"),
    "sessions": ("alt+m", "Sessions "),
    "timeline": ("alt+h", "Timeline "),
    "receipt": ("f4", "Restored "),
    "conflicts": ("alt+x", "Merges "),
    "promote": ("alt+d", "Promote "),
    "history": ("ctrl+r", "History 1"),
    "notices": ("alt+v", "Notices "),
    "keys": ("f1", "━ Keys ━"),
    "rename": ("f2", "━ Rename"),
    "go to": ("alt+g", "━ Go to ━"),
    "layouts": ("alt+l", "━ Layout ━"),
}
"""What opens each screen from the workbench, and what is on it then."""

BY_NAME: Final = {
    "settings": ("settings", "Settings "),
    "doctor": ("doctor", "Doctor "),
    "themes": ("choose a theme", "━ Theme ━"),
    "freeze": ("freeze", "━ Write the session as"),
}
"""The same, for those that are called by a few letters of their name."""


@pytest.fixture(params=SIZES)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    """A workbench that came back, with something evaluated and something unsaved."""
    quickstart = Quickstart.copied_to(tmp_path)
    size = SIZES[request.param]
    with quickstart.open(size=size) as first:
        first.wait_for("orders = [120")
        first.press("f6")
        first.wait_for("→ 170.0")
        first.type("unsaved = 1 # ")
        first.wait_for("saved")
        first.press("ctrl+q")
        assert first.wait_for_end() == 0
    with quickstart.open(size=size) as again:
        again.wait_for("restored ")
        again.wait_for("py online")
        yield again
        again.press("ctrl+q")
        assert again.wait_for_end() == 0


def _says(typed: str, text: str) -> bool:
    return typed in text.lower()


def _shows(title: str, text: str) -> bool:
    return title in text and "━ Commands ━" not in text


def _is_bench_without(title: str, text: str) -> bool:
    return title not in text and "restored " in text.split("\n")[-2]


def test_by_keyboard_through_every_screen_and_back(bench: Terminal) -> None:
    for name, (key, shown) in BY_KEY.items():
        bench.press(key)
        text = bench.wait_for(shown)
        assert "Traceback" not in text, name
        bench.press("escape")
        bench.wait_for(partial(_is_bench_without, shown))
    for name, (typed, shown) in BY_NAME.items():
        bench.press("ctrl+p")
        bench.wait_for("━ Commands ━")
        bench.type(typed)
        bench.wait_for(partial(_says, typed))
        bench.press("enter")
        text = bench.wait_for(partial(_shows, shown))
        assert "Traceback" not in text, name
        bench.press("escape")
        bench.wait_for(partial(_is_bench_without, shown))


def test_the_part_that_has_the_keyboard_stands_out_without_any_colour(tmp_path: Path) -> None:
    quickstart = Quickstart.copied_to(tmp_path)
    with quickstart.open(size=(80, 24), NO_COLOR="1") as screen:
        screen.wait_for("orders = [120")
        for key, shown in (BY_KEY["sessions"], BY_KEY["timeline"], BY_KEY["receipt"]):
            screen.press(key)
            screen.wait_for(f"┏━ {shown}")  # a heavy frame has the keyboard, a light one does not
            screen.press("tab")
            screen.wait_for(f"╭─ {shown}")
            screen.press("escape")
            screen.wait_for("orders = [120")
        screen.press("ctrl+q")
        screen.wait_for_end()
