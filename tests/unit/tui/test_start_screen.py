"""The start screen: which session to go on in, asked only where there is a choice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest

from doubles.fake_session import FakeSession
from stui_workspace.model.receipt import Receipt
from stui_workspace.runtime.request import OpenRequest, Start
from stui_workspace.runtime.sessions.choice import start_choice
from stui_workspace.tui.app import WorkbenchApp
from stui_workspace.tui.sessions.start import StartScreen
from stui_workspace.tui.workbench import Workbench
from support.kept_sessions import DAY, Shelf, shelf_in
from support.workbench import SMALL, workspace


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = shelf_in(tmp_path)
    shelf.keep("main", unsaved=2)
    shelf.keep("main-2", ago=DAY, unsaved=1)
    return shelf


class Beginning:
    """A program that asks first, with what it was told to open."""

    def __init__(self, shelf: Shelf) -> None:
        self.opened: list[OpenRequest] = []
        request = OpenRequest(shelf.project.root, connect_to=("tcp://localhost:1",))
        choice = start_choice(request, shelf.services)
        assert choice is not None
        self.app = WorkbenchApp(None, open_session=self.open)
        self.app.start_screen = partial(StartScreen, choice, shelf.catalogue, request, self.open)

    def open(self, request: OpenRequest) -> FakeSession:
        self.opened.append(request)
        return FakeSession(workspace(), receipt=Receipt(request.session or "new"))


@asynccontextmanager
async def begun(shelf: Shelf, *keys: str) -> AsyncIterator[Beginning]:
    """The program after some keys."""
    beginning = Beginning(shelf)
    async with beginning.app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        screen = beginning.app.screen
        assert isinstance(screen, StartScreen)
        for _ in range(500):
            await pilot.pause(0.01)
            if screen.marked is not None and screen._reading:
                break
        await pilot.press(*keys)
        for _ in range(20):
            await pilot.pause()
        yield beginning
    if beginning.app.bug is not None:
        raise beginning.app.bug


async def test_enter_goes_on_in_the_last_one(shelf: Shelf) -> None:
    async with begun(shelf, "enter") as beginning:
        (request,) = beginning.opened
        assert (request.session, request.start) == ("main", Start.CONTINUE)
        assert request.asked
        assert request.connect_to == ("tcp://localhost:1",)
        assert isinstance(beginning.app.screen, Workbench)


async def test_another_one_is_a_key_away(shelf: Shelf) -> None:
    async with begun(shelf, "down", "enter") as beginning:
        assert [one.session for one in beginning.opened] == ["main-2"]


@pytest.mark.parametrize(("key", "start"), [("f", Start.FRESH), ("s", Start.SAFE)])
async def test_fresh_and_safe(shelf: Shelf, key: str, start: Start) -> None:
    async with begun(shelf, key) as beginning:
        (request,) = beginning.opened
        assert (request.start, request.session) == (start, None)
        assert request.connect == (start is not Start.SAFE)


async def test_why_it_is_asked_is_said(shelf: Shelf) -> None:
    async with begun(shelf) as beginning:
        screen = beginning.app.screen
        assert isinstance(screen, StartScreen)
        _, rows = screen.details("main")
        assert rows[0].text == "△ 2 sessions have unsaved work: which one?"


async def test_whoever_leaves_opens_nothing(shelf: Shelf) -> None:
    async with begun(shelf, "escape") as beginning:
        assert beginning.opened == []
    assert beginning.app.return_value == 0


async def test_another_time_is_the_timeline_of_that_session(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    performed: list[str] = []
    monkeypatch.setattr(Workbench, "perform", lambda _bench, name: performed.append(name))
    async with begun(shelf, "down", "t") as beginning:
        assert [one.session for one in beginning.opened] == ["main-2"]
    assert performed == ["timeline"]
