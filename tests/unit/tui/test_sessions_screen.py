"""The sessions screen: what is kept is seen, and done with, without leaving the workbench."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.pilot import Pilot

from doubles.fake_session import FakeSession
from stui_workspace.errors import DiskError
from stui_workspace.model.receipt import Receipt
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.storage.known_projects import KnownProject, note_project
from stui_workspace.tui.app import WorkbenchApp
from stui_workspace.tui.scrollback import Scrollback
from stui_workspace.tui.sessions import show_sessions
from stui_workspace.tui.sessions.screen import SessionsScreen
from stui_workspace.tui.workbench import Workbench
from support.kept_sessions import DAY, Shelf, shelf_in
from support.workbench import SMALL, workspace


@dataclass
class Scene:
    shelf: Shelf
    session: FakeSession
    app: WorkbenchApp
    pilot: Pilot[int]
    opened: list[OpenRequest]

    @property
    def screen(self) -> SessionsScreen:
        assert isinstance(self.app.screen, SessionsScreen)
        return self.app.screen

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until that is so; the pilot gives up by itself after a while."""
        for _ in range(500):
            await self.pilot.pause(0.01)
            if is_so():
                return
        raise AssertionError(f"never so; {self.toasts}")

    async def mark(self, handle: str) -> None:
        self.screen.mark(handle)
        await self.until(lambda: self.screen.marked == handle)

    @property
    def toasts(self) -> str:
        return "\n".join(one.message for one in self.app._notifications)

    @property
    def details(self) -> str:
        return self.screen.query_one("#details Scrollback", Scrollback).plain

    @property
    def list_text(self) -> str:
        return "\n".join(one.row.plain for one in self.screen._painted[1])


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = shelf_in(tmp_path)
    shelf.keep("main", unsaved=2, closed=False)
    shelf.keep("main-2", ago=DAY, unsaved=1, name="big refactoring")
    shelf.keep("main-3", ago=40 * DAY)
    return shelf


@asynccontextmanager
async def opened(shelf: Shelf, size: tuple[int, int] = (120, 36)) -> AsyncIterator[Scene]:
    asked: list[OpenRequest] = []

    def open_other(request: OpenRequest) -> FakeSession:
        asked.append(request)
        return FakeSession(workspace(), receipt=Receipt(request.session or "main"))

    session = FakeSession(workspace(), kept=shelf.catalogue)
    app = WorkbenchApp(session, open_session=open_other)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        bench = app.screen
        assert isinstance(bench, Workbench)
        show_sessions(bench)
        await pilot.pause()
        scene = Scene(shelf, session, app, pilot, asked)
        await scene.until(lambda: bool(scene.screen.sessions))
        yield scene
    if app.bug is not None:
        raise app.bug


@pytest.mark.parametrize("size", [SMALL, (120, 36)])
async def test_each_session_is_told_with_how_it_was_left(
    shelf: Shelf, size: tuple[int, int]
) -> None:
    shelf.store.path_of("bad").write_text("[")
    async with opened(shelf, size) as scene:
        text = scene.list_text
        assert "▶ main\n  open here · 2 unsaved" in text
        assert "● big refactoring" in text
        assert "  1 d ago · 1 unsaved" in text
        assert "○ main-3\n  40 d ago" in text
        assert "✗ bad" in text


async def test_the_details_have_a_picture_of_the_layout_and_what_is_kept(shelf: Shelf) -> None:
    async with opened(shelf) as scene:
        await scene.mark("main-2")
        await scene.until(lambda: "Pads" in scene.details)
        assert "┌" in scene.details
        assert "connections" in scene.details
        assert "● pad-0  unsaved, 2 lines" in scene.details
        assert "● py  was connected, 2 evaluations" in scene.details


async def test_what_cannot_be_read_says_why_and_what_to_do(shelf: Shelf) -> None:
    shelf.store.path_of("bad").write_text("[")
    async with opened(shelf) as scene:
        await scene.mark("bad")
        await scene.until(lambda: "→ open the session" in scene.details)
        assert "✗ the file is not YAML any more" in scene.details


async def test_enter_goes_on_in_another_one_and_the_one_before_is_closed_well(
    shelf: Shelf,
) -> None:
    async with opened(shelf) as scene:
        await scene.mark("main-2")
        await scene.pilot.press("enter")
        await scene.until(lambda: scene.app.session is not scene.session)
        await scene.until(lambda: len(scene.app.screen_stack) == 1)
        assert scene.opened[0].session == "main-2"
        assert ("close",) in scene.session.calls
        await scene.until(lambda: isinstance(scene.app.screen, Workbench))
        assert scene.app.screen.session is scene.app.session  # type: ignore[attr-defined]


async def test_one_that_cannot_be_opened_costs_nothing(shelf: Shelf) -> None:
    async with opened(shelf) as scene:

        def refuse(request: OpenRequest) -> FakeSession:
            raise DiskError(request.path, "the disk is gone", "look for it")

        scene.app.open_session = refuse
        await scene.mark("main-2")
        await scene.pilot.press("enter")
        await scene.until(lambda: "the disk is gone" in scene.toasts)
        assert scene.app.session is scene.session
        assert ("close",) not in scene.session.calls


async def test_enter_on_the_one_that_is_open_goes_back(shelf: Shelf) -> None:
    async with opened(shelf) as scene:
        await scene.mark("main")
        await scene.pilot.press("enter")
        await scene.until(lambda: isinstance(scene.app.screen, Workbench))
        assert scene.opened == []


async def test_removed_and_brought_back_with_one_key_each(shelf: Shelf) -> None:
    before = shelf.contents()
    async with opened(shelf) as scene:
        await scene.mark("main-3")
        await scene.pilot.press("d")
        await scene.until(lambda: len(scene.screen.sessions) == 2)
        assert "u brings it back" in scene.toasts
        await scene.pilot.press("u")
        await scene.until(lambda: len(scene.screen.sessions) == 3)
        assert scene.screen.marked == "main-3"
    assert shelf.contents() == before


async def test_the_one_that_is_open_is_not_removed(shelf: Shelf) -> None:
    async with opened(shelf) as scene:
        await scene.mark("main")
        await scene.pilot.press("delete")
        await scene.until(lambda: "this session is open here" in scene.toasts)
    assert "main" in shelf.ids


async def test_renamed_where_it_is_open_and_where_it_is_not(shelf: Shelf) -> None:
    async with opened(shelf) as scene:
        for handle in ("main", "main-3"):
            await scene.mark(handle)
            await scene.pilot.press("r")
            await scene.pilot.press("ctrl+a", "ctrl+k", *f"new-{handle}", "enter")
            await scene.until(lambda handle=handle: f"`{handle}` is called" in scene.toasts)  # type: ignore[misc]
        assert ("rename", "new-main") in scene.session.calls
    assert shelf.catalogue.named("new-main-3").id == "main-3"


async def test_cloned(shelf: Shelf) -> None:
    async with opened(shelf) as scene:
        await scene.mark("main-2")
        await scene.pilot.press("c", "enter")
        await scene.until(lambda: "main-2-copy" in scene.list_text)
    assert "main-2-copy" in shelf.ids


async def test_pruning_says_first_what_would_go(shelf: Shelf) -> None:
    async with opened(shelf) as scene:
        await scene.pilot.press("p", "enter")
        await scene.until(lambda: bool(scene.app.screen.query("#card Scrollback")))
        await scene.pilot.pause()
        card = scene.app.screen.query_one("#card Scrollback", Scrollback)
        assert "✗ main-3  saved 40 d ago" in card.plain
        assert len(shelf.ids) == 3
        clock = shelf.services.clock
        clock.advance(1.0)  # type: ignore[attr-defined]  # a yes counts once it can have been read
        await scene.pilot.press("y")
        await scene.until(lambda: len(shelf.ids) == 2)
        await scene.until(lambda: "u brings them back" in scene.toasts)


async def test_statistics_of_the_marked_one_and_of_all(shelf: Shelf) -> None:
    async with opened(shelf) as scene:
        await scene.mark("main-2")
        await scene.pilot.press("s")
        await scene.until(lambda: bool(scene.app.screen.query("#card Scrollback")))
        rows = scene.app.screen.query_one("#card Scrollback", Scrollback)
        await scene.until(lambda: "All 3 sessions" in rows.plain)
        assert "Session big refactoring" in rows.plain
        assert "By hour" in rows.plain


async def test_other_projects_stand_below_and_one_that_is_gone_says_so(
    shelf: Shelf, tmp_path: Path
) -> None:
    other = shelf_in(tmp_path / "x")
    other.keep("main")
    for root, name in ((other.project.root, "billing"), (tmp_path / "gone", "gone")):
        folder = shelf.services.locations.workspace(root)
        folder.sessions.mkdir(parents=True)
        (folder.sessions / "main.yaml").write_bytes(other.store.path_of("main").read_bytes())
        note_project(KnownProject(folder, root, name, 1.0), shelf.services.fs)
    async with opened(shelf) as scene:
        await scene.until(lambda: "billing" in scene.list_text)
        await scene.mark(f"/{tmp_path / 'gone'}")
        assert "✗ gone  missing" in scene.list_text
        await scene.pilot.press("enter")
        await scene.until(lambda: "is not there" in scene.toasts)
        assert scene.opened == []
        await scene.mark(f"/{other.project.root}")
        await scene.pilot.press("enter")
        await scene.until(lambda: bool(scene.opened))
        assert scene.opened[0].path == other.project.root


async def test_three_thousand_sessions_are_listed_and_narrowed(shelf: Shelf) -> None:
    content = shelf.store.path_of("main-3").read_bytes()
    for number in range(3000):
        (shelf.store.folder.sessions / f"s-{number}.yaml").write_bytes(content)
    async with opened(shelf) as scene:
        assert len(scene.screen.sessions) == 3003
        await scene.pilot.press("slash", *"s-2999")
        await scene.until(lambda: scene.screen.marked == "s-2999")
