"""The task that writes a session down: what is typed is on the disk within a second, always."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from doubles.outside import HandClock, services_in
from stui_workspace.model.session import BufferState, SessionMeta, SessionState
from stui_workspace.model.workspace import Autosave
from stui_workspace.runtime.autosave import Schedule
from stui_workspace.runtime.keeper import Keeper
from stui_workspace.runtime.memory import Memory

JOURNAL_SECONDS = 1.0


class Paper:
    """Takes what is written, and says when there is something new."""

    holds = False

    def __init__(self) -> None:
        self.texts: list[str | None] = []

    def journal(self, state: SessionState, _now: float) -> int:
        buffer = state.buffers.get("pad")
        self.texts.append(buffer.text if buffer else None)
        return 1

    def snapshot(self, state: SessionState, now: float, **_: object) -> int:
        return self.journal(state, now)


class Clock(HandClock):
    """Counts how often somebody began to wait for a time to come."""

    rests = 0

    async def sleep(self, seconds: float) -> None:
        self.rests += 1
        await super().sleep(seconds)


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():  # noqa: ASYNC110 (writing happens in a thread, which sets no event)
            await asyncio.sleep(0)


@pytest.mark.parametrize("pause", [0.0, 0.3, 0.9, 2.0, 3.9])
async def test_each_change_is_written_within_the_second(pause: float, tmp_path: Path) -> None:
    """However soon after the last one it comes: also while a later snapshot is waited for."""
    clock = Clock()
    state = SessionState(SessionMeta("main", "main", "testbed", clock(), clock(), clock()))
    memory = Memory(state, Schedule(Autosave(journal=JOURNAL_SECONDS)), clock)
    paper = Paper()
    keeper = Keeper(memory, cast("Any", paper), services_in(tmp_path, clock))
    running = asyncio.create_task(keeper.run())
    await _until(lambda: keeper.saved_at is not None)
    for text in ("one", "two", "three", "four"):
        rests = clock.rests
        memory.keep_buffer("pad", BufferState(text=text))
        await _until(lambda rests=rests: clock.rests > rests)  # type: ignore[misc]
        clock.advance(JOURNAL_SECONDS)
        await _until(lambda text=text: text in paper.texts)  # type: ignore[misc]
        await _until(lambda rests=rests: clock.rests > rests + 1)  # type: ignore[misc]
        clock.advance(pause)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
