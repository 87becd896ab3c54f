"""A project with a session to come back to: fifteen items, as a week's work leaves them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from stui_workspace.layout import Direction, resize
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session

MARK = "painted = True"
"""In every pad, as the file has it and as it was left: what the first paint shows."""
PADS = 10
ITEMS = 15
"""The layout, preferences, ten pads, a connection, the transcript and the history."""

_HEAD = """\
stui: 1
name: bench
connections:
  py: {kind: python, connect: manual}
buffers:
"""


def workspace_of(pads: int) -> str:
    """A workspace file with so many pads."""
    body = "".join(f"  pad{n}: {{connection: py, source: '{MARK}'}}\n" for n in range(pads))
    return _HEAD + body


WORKSPACE = workspace_of(PADS)


def make_project(folder: Path, pads: int = PADS) -> Path:
    """A project in a new folder, and the path of its workspace file."""
    folder.mkdir()
    file = folder / ".stui-workspace.yaml"
    file.write_text(workspace_of(pads), encoding="utf-8")
    return file


def leave_session(project: Path, home: Path, items: int = ITEMS) -> None:
    """Open the project, work in everything that can be restored, and close it.

    Raises:
        AssertionError: The session would not restore as many items as the benchmark says.
    """
    services = Services.real({"STUI_HOME": str(home)})
    asyncio.run(_work(Session.open(OpenRequest(project), services)))
    asyncio.run(_count(Session.open(OpenRequest(project, connect=False), services), items))


async def _work(session: Session) -> None:
    await session.start()
    for view in session.buffers():
        lines = "".join(f"total_{n} = sum(range({n}))\n" for n in range(100))
        session.edit(view.id, f"{MARK}\n{lines}")
        session.place_cursor(view.id, (50, 4))
    shown = session.arrangement(200)
    session.arrange(replace(shown, wide=resize(shown.wide, "results", Direction.UP)))
    session.prefer("line_numbers", value=False)
    for n in range(50):
        await session.evaluate("py", f"{n} * {n}")
    await session.close()


async def _count(session: Session, items: int) -> None:
    await session.start()
    found = len(session.receipt.items)
    await session.close()
    if found != items:
        raise AssertionError(f"{found} items, not {items}: {session.receipt.items}")
