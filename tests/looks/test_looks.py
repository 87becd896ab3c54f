"""Each screen looks as it did when somebody last looked at it.

`pytest tests/looks --take` takes the pictures anew; then look at them, and at `git diff`.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import pytest

from looks.picture import picture_of, words_of
from looks.scenes import SCENES, SIZES, Scene
from stui_workspace.tui.themes import LIGHT

SCREENS: Final = Path(__file__).parent / "screens"
SHOTS: Final = [(scene, size) for scene in SCENES for size in scene.sizes]


@pytest.fixture(autouse=True)
def _one_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.mark.parametrize(("scene", "size"), SHOTS, ids=[f"{one.name}-{at}" for one, at in SHOTS])
async def test_it_looks_as_it_did(
    scene: Scene, size: str, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    async with scene.stage(tmp_path, SIZES[size]) as shown:
        await shown.play(scene.steps)
        picture = picture_of(shown.app)
        shown.app.theme = LIGHT
        await shown.settle()
        assert words_of(shown.app) == picture.partition("\n─")[0], "a theme changes colours only"
    path = SCREENS / f"{scene.name}.{size}.txt"
    if pytestconfig.getoption("--take"):
        path.write_text(picture, "utf-8")
    assert picture == path.read_text("utf-8"), "look at it, then `pytest tests/looks --take`"


def test_no_picture_is_of_a_screen_that_is_gone() -> None:
    names = {f"{scene.name}.{size}.txt" for scene, size in SHOTS}
    assert {path.name for path in SCREENS.iterdir()} == names
