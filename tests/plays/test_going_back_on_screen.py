"""Going back on the screen of an open session: pads, results, outbox and layout follow at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from textual.pilot import Pilot

from doubles.outside import HandClock, services_in
from stui_workspace.connections.kinds import make_backend
from stui_workspace.model.session import TranscriptEntry, Waiting
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.session import Session
from stui_workspace.tui.app import WorkbenchApp
from stui_workspace.tui.panels.running import Results
from stui_workspace.tui.screens.chooser import Chooser
from stui_workspace.tui.timeline.screen import TimelineScreen
from stui_workspace.tui.workbench import Workbench

TEXT = """\
stui: 1
name: orders
connections:
  py: {kind: python, connect: lazy}
buffers:
  scratch: {connection: py, source: "1 + 1\\n"}
layout:
  default: work
  work: {row: [{panel: scratch, size: 2}, {panel: results}]}
"""
PATIENCE = 30.0


@dataclass
class Play:
    session: Session
    app: WorkbenchApp
    pilot: Pilot[int]

    @property
    def bench(self) -> Workbench:
        found = self.app.screen_stack[0]
        assert isinstance(found, Workbench)
        return found

    @property
    def results(self) -> str:
        (panel,) = self.bench.panels(Results)
        return panel.plain

    def text_of(self, name: str) -> str | None:
        """The text of a pad; None where there is none."""
        view = self.bench.view(name)
        return None if view is None else view.text

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        for _ in range(3):
            await self.pilot.pause()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Let the app go on until that is so."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await self.pilot.pause()

    async def timeline(self) -> TimelineScreen:
        await self.press("alt+h")
        await self.until(lambda: isinstance(self.app.screen, TimelineScreen))
        screen = self.app.screen
        assert isinstance(screen, TimelineScreen)
        await self.settled()
        return screen

    async def settled(self) -> None:
        """Wait until the timeline has read what there is now."""
        screen = self.app.screen
        assert isinstance(screen, TimelineScreen)
        await self.until(lambda: screen._moments is not None and not screen._is_stale)
        await self.pilot.pause()


@asynccontextmanager
async def playing(folder: Path) -> AsyncIterator[Play]:
    project = folder / "project"
    project.mkdir()
    (project / ".stui-workspace.yaml").write_text(TEXT, encoding="utf-8")
    clock = HandClock()
    session = Session.open(OpenRequest(project), services_in(folder / "home", clock, make_backend))
    app = WorkbenchApp(session)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await pilot.pause()
        yield Play(session, app, pilot)
        await session.close()
    if app.bug is not None:
        raise app.bug


def entry(number: int, code: str) -> TranscriptEntry:
    return TranscriptEntry(number, "py", code, "ok", result=f"result of {code}", request=code)


def moment(session: Session) -> None:
    assert session.save()
    clock = session._services.clock
    assert isinstance(clock, HandClock)
    clock.now += 60.0


def keep(session: Session, **changes: object) -> None:
    memory = session._memory
    memory.keep(replace(memory.state, **changes))  # type: ignore[arg-type]


async def test_what_is_in_view_follows_and_undo_brings_it_all_again(tmp_path: Path) -> None:
    async with playing(tmp_path) as play:
        session = play.session
        session.edit("scratch", "early\n")
        keep(session, transcript=(entry(1, "one"),))
        moment(session)
        await play.press(*"late")
        await play.until(lambda: "late" in session.buffer("scratch").text)
        session.prefer("theme", "stui-light")
        waiting = (Waiting("w", "py", "waits", 1.0),)
        keep(session, transcript=(entry(1, "one"), entry(2, "two")), outbox=waiting)
        moment(session)
        late = session.buffer("scratch").text
        await play.timeline()
        await play.press("end", "r")
        editor = play.bench.editor("scratch")
        assert editor is not None
        await play.until(lambda: editor.source == "early\n")
        await play.settled()
        assert ("result of one" in play.results, "two" in play.results) == (True, False)
        assert "waits" not in play.results
        assert play.app.theme == "stui-dark"
        await play.press("u")
        await play.until(lambda: editor.source == late)
        await play.until(lambda: "result of two" in play.results)
        assert "waits" in play.results
        await play.press("escape")
        await play.until(lambda: play.app.screen is play.bench)


async def test_typing_goes_on_in_what_came_back(tmp_path: Path) -> None:
    async with playing(tmp_path) as play:
        session = play.session
        session.edit("scratch", "early\n")
        moment(session)
        session.edit("scratch", "late\n")
        moment(session)
        await play.timeline()
        await play.press("end", "r")
        await play.until(lambda: session.buffer("scratch").text == "early\n")
        await play.press("escape")
        await play.until(lambda: play.app.screen is play.bench)
        await play.press("ctrl+home", "x")
        await play.until(lambda: session.buffer("scratch").text == "xearly\n")


async def test_a_pad_that_was_closed_is_put_up_again(tmp_path: Path) -> None:
    async with playing(tmp_path) as play:
        session = play.session
        await play.press("ctrl+n")
        await play.press(*"mine")
        await play.until(lambda: play.text_of("pad-1") == "mine")
        moment(session)
        await play.press("alt+w")
        await play.until(lambda: "pad-1" not in play.bench.board.shown())
        moment(session)
        await play.timeline()
        await play.press("end", "b")
        await play.until(lambda: isinstance(play.app.screen, Chooser))
        await play.press("enter")
        await play.until(lambda: play.text_of("pad-1") == "mine")
        await play.until(lambda: "pad-1" in play.bench.board.shown())
