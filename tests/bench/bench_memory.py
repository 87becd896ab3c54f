"""Measure the memory that a session adds to a program that has Textual already.

    python tests/bench/bench_memory.py

Two processes show the same empty Textual app without a terminal; one of them also opens a
session of fifteen items, restores and autosaves it, and follows one outside edit of its file.
What counts is memory that no other process shares (USS), as the operating system reports it.
"""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from stui_workspace.runtime.events import Event

ROUNDS = 5
MIB = 1024 * 1024


def main() -> None:
    """Print one record; with arguments, be one of the two programs and print its memory."""
    if sys.argv[1:]:
        print(asyncio.run(_host(*map(Path, sys.argv[2:]))))
        return
    from measure import record
    from prepared import ITEMS, leave_session, make_project

    with tempfile.TemporaryDirectory() as name:
        file, home = make_project(Path(name) / "project"), Path(name) / "home"
        leave_session(file.parent, home)
        bare = min(_measured("bare") for _ in range(ROUNDS))
        with_session = min(_measured("session", file, home) for _ in range(ROUNDS))
    record(
        "memory added to a bare Textual host",
        items=ITEMS,
        added_mib=(with_session - bare) / MIB,
        bare_mib=bare / MIB,
        rounds=ROUNDS,
        budget_mib=5,
    )


def _measured(*arguments: str | Path) -> int:
    command = [sys.executable, __file__, *map(str, arguments)]
    found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return int(found.stdout)


async def _host(file: Path | None = None, home: Path | None = None) -> int:
    """The memory of a process with an app in it. Imports are here: they are what is measured."""
    from textual.app import App

    app: App[None] = App()
    session = _session(file, home) if file is not None and home is not None else nullcontext()
    async with app.run_test() as pilot, session:
        await pilot.pause()
        gc.collect()
        uss: int = psutil.Process().memory_full_info().uss
    return uss


@asynccontextmanager
async def _session(file: Path, home: Path) -> AsyncIterator[None]:
    """A session that was restored, has saved itself and has followed an edit of its file."""
    from stui_workspace.runtime.events import Reloaded, Saved
    from stui_workspace.runtime.request import OpenRequest
    from stui_workspace.runtime.services import Services
    from stui_workspace.runtime.session import Session

    session = Session.open(OpenRequest(file.parent), Services.real({"STUI_HOME": str(home)}))
    happened: asyncio.Queue[Event] = asyncio.Queue()
    session.subscribe(happened.put_nowait)
    await session.start()
    session.edit("pad0", "edited = True")
    await _until(Saved, happened)
    await _until(Saved, happened)
    text = _text(file)
    _replace(file, text.replace("painted", "edited"))
    await _until(Reloaded, happened)
    try:
        yield
    finally:
        _replace(file, text)  # as it was, for the next round
        await _until(Reloaded, happened)
        await session.close()


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def _replace(file: Path, text: str) -> None:
    fresh = file.with_name("edited")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(file)


async def _until(kind: type[Event], happened: asyncio.Queue[Event]) -> None:
    async with asyncio.timeout(30):
        while not isinstance(await happened.get(), kind):
            pass


if __name__ == "__main__":
    main()
