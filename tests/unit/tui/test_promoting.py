"""The promote screen: picking hunks, editing one, writing, taking the write back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from doubles.fake_session import ROOT, FakeSession
from stui_workspace.runtime.promoting import Hunk, hunks_of
from stui_workspace.tui.promoting import ask_freezing, show_promoting
from stui_workspace.tui.promoting.editing import Rewording
from stui_workspace.tui.promoting.screen import PromotingScreen
from stui_workspace.tui.promoting.words import REFUSED
from support.promoting import SECRET, manifold
from support.workbench import SMALL, Bench, opened, workspace

OFFERED = hunks_of(manifold())
PAST = ("buffers", "scratch", "source")


@asynccontextmanager
async def shown(size: tuple[int, int] = SMALL) -> AsyncIterator[Bench]:
    session = FakeSession(workspace(), offered=OFFERED)
    async with opened(session, size) as bench:
        show_promoting(bench.screen)
        await bench.settle()
        yield bench


def screen_of(bench: Bench) -> PromotingScreen:
    found = bench.app.screen
    assert isinstance(found, PromotingScreen)
    return found


@pytest.mark.parametrize("size", [SMALL, (120, 36)])
async def test_each_hunk_stands_with_its_difference(size: tuple[int, int]) -> None:
    async with shown(size) as bench:
        screen_of(bench).mark("buffers.scratch.source")
        await bench.settle()
        assert "□ buffers.scratch.source" in bench.text
        assert "-      1 + 1" in bench.text
        assert "+      1 + 2" in bench.text
        assert "0 of 7 picked" in bench.text


async def test_what_is_picked_is_written_and_nothing_else() -> None:
    async with shown() as bench:
        screen_of(bench).mark("buffers.scratch.source")
        await bench.press("space")
        assert "■ buffers.scratch.source" in bench.text
        await bench.press("w")
        assert bench.session.called("promote") == [((PAST,), {})]
        assert "stui sync restore" in bench.toasts
        assert "buffers.scratch.source" not in bench.text.splitlines()[1]


async def test_enter_writes_too_and_nothing_picked_writes_nothing() -> None:
    async with shown() as bench:
        await bench.press("enter")
        assert bench.session.called("promote") == []
        assert "Nothing is picked" in bench.toasts
        await bench.press("space", "enter")
        assert len(bench.session.called("promote")) == 1


async def test_all_are_those_that_can_be_taken_and_take_nothing_away() -> None:
    async with shown() as bench:
        await bench.press("a", "w")
        ((paths, _edited),) = bench.session.called("promote")
        assert ("buffers", "pad-2") not in paths  # type: ignore[operator]
        assert ("buffers", "notes") not in paths  # type: ignore[operator]
        assert len(paths) == 5  # type: ignore[arg-type]


async def test_all_again_is_none() -> None:
    async with shown() as bench:
        await bench.press("a")
        assert "5 of 7 picked" in bench.text
        await bench.press("a")
        assert "0 of 7 picked" in bench.text


async def test_a_secret_cannot_be_picked_and_it_is_said_what_to_do() -> None:
    async with shown((120, 36)) as bench:
        screen_of(bench).mark("buffers.pad-2")
        await bench.press("space")
        assert "cannot be taken" in bench.toasts
        assert "credential: keyring:NAME" in bench.toasts
        assert f"{REFUSED} buffers.pad-2" in bench.text
        assert SECRET not in bench.text


async def test_a_new_connection_says_that_people_are_asked() -> None:
    async with shown((120, 36)) as bench:
        screen_of(bench).mark("buffers.pad-1")
        await bench.settle()
        assert "with connections.build" in bench.text


async def test_the_text_can_be_changed_before_it_is_written() -> None:
    async with shown() as bench:
        screen_of(bench).mark("buffers.scratch.source")
        await bench.press("e")
        assert isinstance(bench.app.screen, Rewording)
        await bench.press("3", "ctrl+s")
        assert "edited" in bench.text
        await bench.press("w")
        assert bench.session.called("promote") == [((PAST,), {PAST: "1 + 2\n3"})]


async def test_a_change_that_is_no_yaml_is_not_taken() -> None:
    async with shown() as bench:
        screen_of(bench).mark("buffers.pad-1")
        await bench.press("e", "[", "ctrl+s")
        assert isinstance(bench.app.screen, Rewording)
        assert "cannot be read" in bench.text
        await bench.press("escape")
        assert "picked" in bench.text


async def test_a_secret_can_be_edited_out() -> None:
    async with shown() as bench:
        screen_of(bench).mark("buffers.pad-2")
        await bench.press("e", "ctrl+a", "delete", "ctrl+s")
        assert screen_of(bench)._picked == {"buffers.pad-2"}


async def test_the_last_write_can_be_taken_back() -> None:
    async with shown() as bench:
        await bench.press("a", "w", "u")
        assert bench.session.called("unpromote") == [()]
        assert "took back" in bench.toasts
        assert "0 of 7 picked" in bench.text


async def test_an_empty_screen_says_so() -> None:
    async with opened(FakeSession(workspace()), SMALL) as bench:
        show_promoting(bench.screen)
        await bench.settle()
        assert "says nothing that its files" in bench.text
        await bench.press("space", "e", "a", "escape")
        assert bench.app.screen is bench.screen


async def test_freezing_asks_for_a_file_and_says_what_is_left_out() -> None:
    async with opened(FakeSession(workspace()), SMALL) as bench:
        ask_freezing(bench.screen)
        await bench.settle()
        await bench.press("enter")
        target = ROOT / "frozen.stui-workspace.yaml"
        assert bench.session.called("freeze") == [(target, False)]
        assert "left out: vars" in bench.toasts


async def test_freezing_over_a_file_asks_first() -> None:
    session = FakeSession(workspace(), taken_names={Path(ROOT / "frozen.stui-workspace.yaml")})
    async with opened(session, SMALL) as bench:
        ask_freezing(bench.screen)
        await bench.settle()
        await bench.press("enter")
        assert "is there already" in bench.text
        await bench.press("down", "enter")
        assert [force for _path, force in session.called("freeze")] == [False, True]


async def test_while_it_looks_it_does_not_say_that_there_is_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked = asyncio.Event()

    async def look(_session: FakeSession) -> tuple[Hunk, ...]:
        await looked.wait()
        return ()

    monkeypatch.setattr(FakeSession, "look_for_hunks", look)
    async with shown() as bench:
        assert "says nothing that its files" not in " ".join(bench.text.split())
        looked.set()
        await bench.app.workers.wait_for_complete()
        await bench.settle()
        assert "says nothing that its files" in " ".join(bench.text.split())
