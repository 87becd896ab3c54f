"""The screens over the workbench: handed values, they give one answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from textual import events
from textual.app import App
from textual.screen import Screen

from stui_workspace.model.printable import printable
from stui_workspace.runtime.request import Start
from stui_workspace.tui.keys import ACTIONS
from stui_workspace.tui.screens.chooser import Choice, Chooser, ranked
from stui_workspace.tui.screens.pages import help_rows
from stui_workspace.tui.screens.questions import AfterCrashes, Prompt
from stui_workspace.tui.themes import DARK, THEMES
from support.workbench import opened

HOSTILE = "[red]x[/] \x1b]0;title\x07\u202e"
SAFE = "[red]x[/] ␛]0;title␇<U+202E>"


class Host(App[None]):
    answer: object = "nothing yet"

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK
        self._first = screen

    def on_mount(self) -> None:
        self.push_screen(self._first, self._keep)

    def _keep(self, answer: object) -> None:
        self.answer = answer

    @property
    def text(self) -> str:
        strips = self.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def answered(screen: Screen[Any], *keys: str) -> object:
    app = Host(screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*keys)
        await pilot.pause()
        return app.answer


@dataclass(frozen=True)
class Crashes:
    crash_count: int = 2
    session: str = HOSTILE
    saved: float = 1_700_000_000.0


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("c", Start.CONTINUE),
        ("s", Start.SAFE),
        ("enter", Start.SAFE),
        ("f", Start.FRESH),
        ("escape", None),
    ],
)
async def test_after_crashes_one_key_settles_it(key: str, answer: Start | None) -> None:
    assert await answered(AfterCrashes(Crashes()), key) == answer


CHOICES = [Choice("a", "Alpha", "first"), Choice("b", "Beta"), Choice("g", "Gamma")]


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["enter"], "a"),
        (["down", "enter"], "b"),
        (["down", "down", "down", "down", "enter"], "g"),
        (["down", "up", "up", "enter"], "a"),
        ([*"gam", "enter"], "g"),
        ([*"zzz", "enter", "escape"], None),
        (["escape"], None),
    ],
    ids=str,
)
async def test_choosing(keys: list[str], answer: str | None) -> None:
    assert await answered(Chooser("Choose", CHOICES), *keys) == answer


def test_the_best_match_comes_first() -> None:
    found = ranked([Choice("1", "Make all panels the same size"), Choice("2", "Help")], "help")
    assert [choice.key for choice in found] == ["2"]


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        ([*"ab", "enter"], "ab"),
        (["end", "e", "r", "enter"], "older"),
        (["escape"], None),
        (["backspace", "enter"], None),
    ],
    ids=["typed over", "typed on", "put away", "emptied"],
)
async def test_a_name(keys: list[str], answer: str | None) -> None:
    assert await answered(Prompt("Rename", "old"), *keys) == answer


def test_the_help_has_every_action() -> None:
    text = "\n".join(row.text for row in help_rows())
    assert [one.title for one in ACTIONS if one.title not in text] == []


@pytest.mark.parametrize(
    "screen",
    [
        pytest.param(lambda: AfterCrashes(Crashes()), id="after crashes"),
        pytest.param(lambda: Chooser(HOSTILE, [Choice("a", HOSTILE, HOSTILE)]), id="chooser"),
    ],
)
async def test_hostile_text_is_shown_as_it_stands(screen: Any) -> None:
    app = Host(screen())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert "[red]x[/]" in app.text
        assert printable(app.text) == app.text


async def test_keys_that_come_before_the_card_has_come_up_are_kept() -> None:
    app = Host(Prompt("first", ""))
    answers: list[str | None] = []
    async with app.run_test() as pilot:
        app.push_screen(Chooser("Choose", CHOICES), answers.append)
        for key in ("b", "e", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        await pilot.pause()
        assert answers == ["b"]


@pytest.mark.parametrize("size", [(80, 24), (80, 32), (80, 12)], ids=str)
async def test_the_keys_of_the_palette_are_in_view(size: tuple[int, int]) -> None:
    async with opened(size=size) as bench:
        await bench.press("ctrl+p")
        assert "Enter take" in bench.text
