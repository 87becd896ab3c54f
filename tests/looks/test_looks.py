"""Each screen looks as it did when somebody last looked at it.

`pytest tests/looks --take` takes the pictures anew; then look at them, and at `git diff`.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
from textual.widgets import Input, TextArea

from looks.picture import picture_of, words_of
from looks.scenes import SCENES, Scene
from stui_workspace.tui.themes import LIGHT
from support.workbench import SMALL, Bench, opened

SCREENS: Final = Path(__file__).parent / "screens"
SIZES: Final = {"80x24": SMALL, "120x36": (120, 36)}


@pytest.fixture(autouse=True)
def _one_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@asynccontextmanager
async def _shown(scene: Scene, size: tuple[int, int]) -> AsyncIterator[Bench]:
    async with opened(scene.session(), size) as bench:
        for key in scene.keys:
            await bench.press(*(key[1:] if key.startswith("=") else (key,)))
        for field in bench.app.screen.query("*"):
            if isinstance(field, Input | TextArea):
                field.cursor_blink = False
        await bench.settle()
        yield bench


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_it_looks_as_it_did(scene: Scene, size: str, pytestconfig: pytest.Config) -> None:
    async with _shown(scene, SIZES[size]) as bench:
        picture = picture_of(bench.app)
        bench.app.theme = LIGHT
        await bench.settle()
        assert words_of(bench.app) == picture.partition("\n─")[0], "a theme changes colours only"
    path = SCREENS / f"{scene.name}.{size}.txt"
    if pytestconfig.getoption("--take"):
        path.write_text(picture, "utf-8")
    assert picture == path.read_text("utf-8"), "look at it, then `pytest tests/looks --take`"


def test_no_picture_is_of_a_screen_that_is_gone() -> None:
    names = {f"{scene.name}.{size}.txt" for scene in SCENES for size in SIZES}
    assert {path.name for path in SCREENS.iterdir()} == names
