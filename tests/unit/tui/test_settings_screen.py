"""The settings screen: what it shows, where it changes a setting, and how that is undone."""

from __future__ import annotations

import pytest

from doubles.fake_session import FakeSession
from stui_workspace.runtime.events import Reloaded
from stui_workspace.runtime.settings.values import Where
from stui_workspace.tui.keys import SETTINGS
from stui_workspace.tui.settings.asking import ValuePrompt
from stui_workspace.tui.settings.screen import SettingsScreen
from support.workbench import SMALL, Bench, opened, workspace

SIZES = [pytest.param(SMALL, id="80x24"), pytest.param((120, 36), id="120x36")]
TAB = "preferences.tab_width"


def session() -> FakeSession:
    return FakeSession(
        workspace(),
        texts={
            Where.WORKSPACE: "stui: 1\nname: a\npreferences:\n  theme: nord\n  tab_width: 2\n",
            Where.OVERLAY: "preferences:\n  tab_width: 8\n",
        },
    )


async def shown(bench: Bench) -> SettingsScreen:
    bench.screen.perform("settings")
    await bench.settle()
    found = bench.app.screen
    assert isinstance(found, SettingsScreen)
    return found


async def marked(bench: Bench, key: str) -> SettingsScreen:
    screen = await shown(bench)
    screen.mark(key)
    await bench.settle()
    return screen


@pytest.mark.parametrize("size", SIZES)
async def test_each_setting_with_its_value_and_origin(size: tuple[int, int]) -> None:
    async with opened(session(), size) as bench:
        await marked(bench, TAB)
        rows = {row.split()[1]: row for row in bench.text.splitlines() if row.startswith("┃ ")}
        assert rows[TAB].split()[2:4] == ["8", "overlay"]
        assert rows["history.save"].split()[2:4] == ["true", "default"]
        for word in ("How many columns", "Default  4", "1 to 16", "● overlay", "○ workspace file"):
            assert word in bench.text


async def test_a_choice_for_this_session_takes_effect_at_once_and_is_undone() -> None:
    async with opened(session()) as bench:
        await marked(bench, "preferences.wrap")
        await bench.press("s", "down", "enter")
        assert bench.session.preferences.wrap is False
        assert bench.editor.soft_wrap is False
        assert "preferences.wrap is false for this session\n→ u takes it back" in bench.toasts
        await bench.press("u")
        assert "wrap" not in bench.session.own
        assert bench.editor.soft_wrap is True


async def test_what_cannot_be_is_said_in_place_and_asked_again() -> None:
    async with opened(session()) as bench:
        await marked(bench, TAB)
        await bench.press("o", "backspace", "9", "9", "enter")
        assert isinstance(bench.app.screen, ValuePrompt)
        assert "must be between 1 and 16" in bench.text
        assert bench.session.texts[Where.OVERLAY] == "preferences:\n  tab_width: 8\n"
        await bench.press("backspace", "enter")
        assert bench.session.texts[Where.OVERLAY] == "preferences:\n  tab_width: 9\n"
        assert ".stui-workspace.local.yaml:2; it was 8\n→ u takes it back" in bench.toasts


async def test_where_to_change_it_is_asked() -> None:
    async with opened(session()) as bench:
        await marked(bench, "history.per")
        await bench.press("enter")
        assert "For everybody: the workspace file" in bench.text
        assert "This session" not in bench.text
        await bench.press(*"everybody", "enter")
        await bench.press("down", "enter")
        assert "history:\n  per: workspace\n" in bench.session.texts[Where.WORKSPACE]


async def test_back_to_what_is_said_below() -> None:
    async with opened(session()) as bench:
        await marked(bench, TAB)
        await bench.press("d")
        assert "tab_width" not in bench.session.texts[Where.OVERLAY]
        assert bench.session.texts[Where.WORKSPACE].endswith("tab_width: 2\n")
        await bench.press("d")
        await bench.press("d")
        assert "nothing to take back" in bench.toasts


async def test_escape_changes_nothing() -> None:
    async with opened(session()) as bench:
        await marked(bench, TAB)
        before = dict(bench.session.texts)
        await bench.press("o", "1", "escape", "enter", "escape")
        assert (bench.session.texts, bench.session.own) == (before, {})
        await bench.press("u")
        assert "nothing was changed here yet" in bench.toasts


async def test_where_it_cannot_be_said_is_said() -> None:
    async with opened(session()) as bench:
        await marked(bench, "history.keep")
        await bench.press("s")
        assert "holds for more than a session\n→ o changes it" in bench.toasts
        await marked(bench, "secrets.store")
        await bench.press("w")
        assert "can only be said in your own configuration" in bench.toasts


async def test_what_changes_outside_is_shown() -> None:
    async with opened(session()) as bench:
        await marked(bench, TAB)
        bench.session.texts[Where.OVERLAY] = "preferences: {tab_width: 16}\n"
        bench.session.tell(Reloaded(()))
        await bench.settle()
        assert "Value    16" in bench.text


async def test_the_filter_finds_values_and_origins() -> None:
    async with opened(session()) as bench:
        await shown(bench)
        await bench.press("slash", *"overlay", "enter")
        rows = [row for row in bench.text.splitlines() if "preferences." in row[:30]]
        assert len(rows) == 1


def test_every_action_has_something_to_do() -> None:
    screen = SettingsScreen.__new__(SettingsScreen)
    names = {one.name for one in SETTINGS}
    assert set(screen.FOOTER) <= names


async def test_a_filter_that_nothing_fits_says_how_to_see_more() -> None:
    async with opened(session()) as bench:
        await shown(bench)
        await bench.press("slash", *"zzz")
        assert "Nothing fits. Fewer letters, or Esc, show more." in bench.text
        await bench.press("escape")
        assert "Nothing fits" not in bench.text
