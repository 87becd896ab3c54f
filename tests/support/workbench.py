"""A workbench on a fake session, in a terminal of a given size, with a hand on its keyboard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from textual.pilot import Pilot

from doubles.fake_session import FakeSession
from stui_workspace.model.workspace import BufferSpec, ConnectionSpec, SnippetSpec, Workspace
from stui_workspace.tui.app import WorkbenchApp
from stui_workspace.tui.editor import Editor
from stui_workspace.tui.workbench import Workbench

SMALL: Final = (80, 24)
LARGE: Final = (200, 50)

LAYOUT: Final[Mapping[str, Any]] = {
    "default": "work",
    "work": {
        "row": [
            {"panel": "connections", "size": 1},
            {
                "size": 3,
                "column": [
                    {"tabs": ["scratch", "notes"], "size": 3},
                    {"tabs": ["results", "inspector"], "size": 2},
                ],
            },
        ],
        "narrow": {
            "below": 100,
            "column": [{"tabs": ["scratch", "notes"]}, {"tabs": ["results", "connections"]}],
        },
    },
    "side": {"row": [{"panel": "scratch"}, {"panel": "results"}]},
}


def workspace(**changes: Any) -> Workspace:
    """A small workspace: two pads, two connections of which one has a power, a snippet."""
    given: dict[str, Any] = {
        "name": "orders",
        "connections": {
            "py": ConnectionSpec("py", "python"),
            "stage": ConnectionSpec("stage", "python", python="/usr/bin/python3"),
        },
        "buffers": {
            "scratch": BufferSpec(
                "scratch", "Scratch", connection="py", language="python", source="one\ntwo\nthree\n"
            ),
            "notes": BufferSpec("notes", "Notes", kind="markdown", source="# Notes\n"),
        },
        "snippets": {"hello": SnippetSpec("hello", "print('hello')", "Say hello")},
        "layout": LAYOUT,
    }
    return Workspace(**(given | changes))


@dataclass
class Bench:
    """A running workbench."""

    session: FakeSession
    app: WorkbenchApp
    pilot: Pilot[int]

    @property
    def screen(self) -> Workbench:
        """The workbench itself, whatever is up over it."""
        found = self.app.screen_stack[0]
        assert isinstance(found, Workbench)
        return found

    @property
    def editor(self) -> Editor:
        """The editor of the pad in use."""
        found = self.screen.editor()
        assert found is not None
        return found

    @property
    def toasts(self) -> str:
        """The messages that are up."""
        return "\n".join(one.message for one in self.app._notifications)

    @property
    def text(self) -> str:
        """What is on the screen, one line a row."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    async def press(self, *keys: str) -> None:
        """Press keys, and wait until all that they ask for is done or waits for an answer."""
        await self.pilot.press(*keys)
        await self.settle()

    async def settle(self) -> None:
        """Wait until the app is idle."""
        if len(self.app.screen_stack) == 1 and self.session.gate is None:
            await self.app.workers.wait_for_complete()
        await self.pilot.pause()
        await self.pilot.pause()


@asynccontextmanager
async def opened(
    session: FakeSession | None = None, size: tuple[int, int] = (120, 30)
) -> AsyncIterator[Bench]:
    """A running workbench; a bug in it is raised when it ends."""
    session = session or FakeSession(workspace())
    app = WorkbenchApp(session)
    async with app.run_test(size=size, notifications=True) as pilot:
        bench = Bench(session, app, pilot)
        await bench.settle()
        yield bench
    if app.bug is not None:
        raise app.bug
