"""What a scene is played on: a workbench on a fake session, or a program of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from doubles.fake_session import FakeSession
from stui_workspace.model.receipt import Receipt
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.sessions.choice import start_choice
from stui_workspace.tui.app import WorkbenchApp
from stui_workspace.tui.panels.listing import Listing
from stui_workspace.tui.sessions.start import StartScreen
from stui_workspace.tui.workbench import Workbench
from support import merging_screen
from support.kept_sessions import DAY, shelf_in
from support.workbench import workspace

Size = tuple[int, int]


@dataclass
class Shown:
    """A program on its stage, with a hand on its keyboard."""

    app: App[Any]
    pilot: Pilot[Any]

    @property
    def text(self) -> str:
        """What is on the screen, one line a row."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    async def play(self, steps: tuple[str, ...]) -> None:
        """Do what the steps of a scene say."""
        for step in steps:
            await self._do(step[:1], step[1:], step)
            await self.settle()
        for field in self.app.screen.query("*"):
            if isinstance(field, Input | TextArea):
                field.cursor_blink = False
        await self.settle()

    async def _do(self, kind: str, rest: str, step: str) -> None:
        if kind == "=" and rest:
            await self.pilot.press(*rest)
        elif kind == "!" and rest:
            bench = self.app.screen_stack[0]
            assert isinstance(bench, Workbench)
            bench.perform(rest)
        elif kind == "@" and rest:
            self.app.screen.query(Listing).first().mark(rest)
        elif kind == "~" and rest:
            await self._until(rest)
        else:
            await self.pilot.press(step)

    async def _until(self, words: str) -> None:
        async with asyncio.timeout(10):
            while words not in self.text:
                await self.pilot.pause(0.01)

    async def settle(self) -> None:
        """Wait until the program is idle."""
        for _ in range(3):
            await self.pilot.pause()


Stage = Callable[[Path, Size], AbstractAsyncContextManager[Shown]]


def on_bench(session_in: Callable[[Path], FakeSession] | None = None) -> Stage:
    """The workbench on a session, which may keep things in a folder of its own."""

    @asynccontextmanager
    async def stage(folder: Path, size: Size) -> AsyncIterator[Shown]:
        session = session_in(folder) if session_in else FakeSession(workspace())
        async with _running(WorkbenchApp(session), size) as shown:
            yield shown

    return stage


@asynccontextmanager
async def before_a_session(folder: Path, size: Size) -> AsyncIterator[Shown]:
    """The program that asks first which session to go on in."""
    shelf = shelf_in(folder)
    shelf.keep("main", unsaved=2)
    shelf.keep("main-2", ago=DAY, unsaved=1, name="big refactoring")
    shelf.keep("main-3", ago=40 * DAY)
    request = OpenRequest(shelf.project.root)
    choice = start_choice(request, shelf.services)
    assert choice is not None
    app = WorkbenchApp(None, open_session=_never)
    app.start_screen = partial(StartScreen, choice, shelf.catalogue, request, _never)
    async with _running(app, size) as shown:
        yield shown


@dataclass(frozen=True)
class _Crashes:
    crash_count: int = 2
    session: str = "main"
    saved: float = 1_700_000_000.0


@asynccontextmanager
async def after_crashes(folder: Path, size: Size) -> AsyncIterator[Shown]:
    """The program that was killed twice in a row."""
    del folder
    app = WorkbenchApp(None, _Crashes(), lambda _start: FakeSession(workspace()))
    async with _running(app, size) as shown:
        yield shown


@asynccontextmanager
async def at_a_merge(folder: Path, size: Size) -> AsyncIterator[Shown]:
    """The program that git starts where it cannot merge."""
    del folder
    async with merging_screen.opened(size=size) as desk:
        yield Shown(desk.app, desk.pilot)


def _never(request: OpenRequest) -> FakeSession:
    return FakeSession(workspace(), receipt=Receipt(request.session or "main"))


@asynccontextmanager
async def _running(app: WorkbenchApp, size: Size) -> AsyncIterator[Shown]:
    async with app.run_test(size=size, notifications=True) as pilot:
        shown = Shown(app, pilot)
        await shown.settle()
        yield shown
    if app.bug is not None:
        raise app.bug
