"""A folder without a workspace file: one calm word, once, and a file by one key and one answer."""

from __future__ import annotations

import pytest

from doubles.fake_session import ROOT, FakeSession
from stui_workspace.storage.project import Project
from stui_workspace.tui.screens.beginning import Beginning
from stui_workspace.tui.welcoming import WelcomeBar
from support.workbench import SMALL, Bench, opened, workspace

SIZES = [pytest.param(SMALL, id="80x24"), pytest.param((120, 36), id="120x36")]


def session(*, is_new_here: bool = True) -> FakeSession:
    return FakeSession(workspace(), project=Project(ROOT, None), is_new_here=is_new_here)


def is_welcomed(bench: Bench) -> bool:
    return bench.screen.query_one(WelcomeBar).has_class("-shown")


@pytest.mark.parametrize("size", SIZES)
async def test_what_this_is_and_the_keys_that_matter(size: tuple[int, int]) -> None:
    async with opened(session(), size) as bench:
        first, second = bench.text.splitlines()[:2]
        assert "A workbench without a file" in first
        for word in ("F5 evaluates", "^P all commands", "^Q quits", "begins a file"):
            assert word in second


async def test_it_is_not_in_the_way_of_typing() -> None:
    async with opened(session()) as bench:
        await bench.press(*"abc")
        assert bench.editor.source.startswith("abc")
        assert is_welcomed(bench)


async def test_it_goes_with_the_first_evaluation() -> None:
    async with opened(session()) as bench:
        await bench.press("f5")
        assert not is_welcomed(bench)


async def test_nothing_is_said_to_those_who_know() -> None:
    async with opened(session(is_new_here=False)) as bench:
        assert not is_welcomed(bench)


async def test_a_file_is_begun_once_that_was_agreed_to() -> None:
    async with opened(session()) as bench:
        await bench.press("ctrl+f")
        assert isinstance(bench.app.screen, Beginning)
        await bench.press("enter")  # too soon to have been read
        assert ("begin_workspace",) not in bench.session.calls
        bench.app.screen._armed_at = 0.0
        await bench.press("enter")
        assert bench.session.calls[-1] == ("begin_workspace",)
        assert "wrote .stui-workspace.yaml" in bench.toasts
        assert "→ delete it to undo that" in bench.toasts
        assert not is_welcomed(bench)


async def test_no_is_no() -> None:
    async with opened(session()) as bench:
        await bench.press("ctrl+f", "escape")
        assert ("begin_workspace",) not in bench.session.calls
        assert is_welcomed(bench)


async def test_where_there_is_a_file_none_is_begun() -> None:
    async with opened() as bench:
        await bench.press("ctrl+f")
        assert "has .stui-workspace.yaml already" in bench.toasts
