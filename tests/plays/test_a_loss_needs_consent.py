"""A session that lost most of what it had, and who may make that the state to come back to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from doubles.outside import HandClock, services_in
from stui_workspace.model.receipt import Outcome, Remedy
from stui_workspace.runtime.events import Event, Notice
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.session import Session
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.store import SnapshotStore

FILE = ".stui-workspace.yaml"
HEAD = "stui: 1\nname: orders\nconnections:\n  py: {kind: python, connect: manual}\nbuffers:\n"
FULL = HEAD + "".join(f"  pad{n}: {{source: 'pad {n}'}}\n" for n in range(6))
OTHER_BRANCH = HEAD + "  else: {source: 'another branch'}\n"
NO_PADS = FULL + "restore: {include: [layout, connections]}\n"


class Desk:
    """One project, opened again and again."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.root.mkdir()
        self.clock = HandClock()
        self.services = replace(services_in(folder / "home", self.clock), watch="poll")
        self.folder = self.services.locations.workspace(self.root)
        self.store = SessionStore(self.folder)
        self.snapshots = SnapshotStore(self.folder.snapshots_of("main"))
        self.notices: list[str] = []
        self.session: Session | None = None

    def has(self, text: str) -> None:
        """Check out another version of the workspace file."""
        (self.root / FILE).write_text(text, encoding="utf-8")

    async def open(self) -> Session:
        self.clock.advance(60)
        self.notices.clear()
        self.session = Session.open(OpenRequest(self.root, connect=False), self.services)
        self.session.subscribe(self._hear)
        await self.session.start()
        return self.session

    def _hear(self, event: Event) -> None:
        if isinstance(event, Notice):
            self.notices.append(event.text)

    @property
    def on_disk(self) -> set[str]:
        """The pads in the session file."""
        return set(self.store.load("main").state.buffers)

    @property
    def is_told(self) -> bool:
        return any("has lost most of what it had: 1 of 7" in text for text in self.notices)


PADS = {f"pad{n}" for n in range(6)}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A session that knows where the cursor stands in six pads of the file."""
    one = Desk(tmp_path)
    one.has(FULL)
    session = await one.open()
    for number in range(6):
        session.place_cursor(f"pad{number}", (0, number))
    session.prefer("line_numbers", value=False)
    session.save()
    await session.close()
    yield one
    if one.session is not None:
        await one.session.close()


async def test_a_restore_that_loses_most_leaves_the_session_file_alone(desk: Desk) -> None:
    desk.has(OTHER_BRANCH)
    session = await desk.open()
    session.add_buffer(title="New", text="typed on the other branch")
    session.save()
    assert desk.on_disk == PADS
    assert desk.is_told
    await session.close()
    assert desk.on_disk == PADS


async def test_back_on_the_first_branch_all_of_it_is_there_with_what_was_done_meanwhile(
    desk: Desk,
) -> None:
    desk.has(OTHER_BRANCH)
    session = await desk.open()
    session.add_buffer(title="New", text="typed on the other branch")
    await session.close()
    desk.has(FULL)
    session = await desk.open()
    assert [session.buffer(f"pad{n}").state.cursor for n in range(6)] == [(0, n) for n in range(6)]
    assert session.buffer("new").state.text == "typed on the other branch"
    assert not session.receipt.after_crash
    assert desk.notices == []
    session.save()
    assert desk.on_disk == PADS | {"new"}


async def test_as_long_as_nobody_agrees_it_is_told_each_time(desk: Desk) -> None:
    desk.has(OTHER_BRANCH)
    for _ in range(3):
        session = await desk.open()
        session.save()
        assert desk.is_told
        await session.close()
    assert desk.on_disk == PADS


async def test_a_person_may_agree(desk: Desk) -> None:
    desk.has(OTHER_BRANCH)
    session = await desk.open()
    session.save()
    assert desk.on_disk == PADS
    assert session.save_as_it_is()
    assert desk.on_disk == set()
    await session.close()
    await (await desk.open()).close()
    assert desk.notices == []
    assert not desk.snapshots.log()[-1].shrunk


async def test_the_receipt_says_so_and_takes_the_same_word(desk: Desk) -> None:
    desk.has(OTHER_BRANCH)
    session = await desk.open()
    held = session.receipt.item("session")
    assert held is not None
    assert (held.outcome, held.remedy) == (Outcome.CHANGED, Remedy.SAVE)
    assert "1 of 7 items are back" in (held.reason or "")
    assert desk.on_disk == PADS
    assert (await session.restore_again("session")).outcome is Outcome.OK
    assert desk.on_disk == set()
    await session.close()
    desk.has(FULL)
    assert (await desk.open()).receipt.item("session") is None


async def test_to_let_the_snapshot_count_is_to_agree(desk: Desk) -> None:
    desk.has(OTHER_BRANCH)
    session = await desk.open()
    session.save()
    session.confirm_snapshot(desk.snapshots.log()[-1].id)
    session.save()
    assert desk.on_disk == set()


async def test_closing_pads_one_by_one_is_a_persons_deed(desk: Desk) -> None:
    session = await desk.open()
    for number in range(6):
        session.close_buffer(f"pad{number}")
    session.save()
    assert desk.on_disk == set()
    assert desk.notices == []
    assert not any(entry.shrunk for entry in desk.snapshots.log())


async def test_the_held_state_is_a_snapshot_that_is_not_trusted(desk: Desk) -> None:
    desk.has(OTHER_BRANCH)
    session = await desk.open()
    session.save()
    assert desk.snapshots.log()[-1].shrunk
    latest = desk.snapshots.latest()
    assert latest is not None
    assert len(latest.items) > 6


async def test_what_grows_back_is_saved_without_a_question(desk: Desk) -> None:
    desk.has(OTHER_BRANCH)
    session = await desk.open()
    session.save()
    desk.has(FULL)
    await session.close()
    session = await desk.open()
    session.place_cursor("pad0", (0, 1))
    session.save()
    assert desk.on_disk == PADS
    assert session._keeping.journal.asides() == ()


async def test_what_the_workspace_leaves_out_is_not_lost_suddenly(desk: Desk) -> None:
    desk.has(NO_PADS)
    session = await desk.open()
    session.save()
    assert desk.notices == []
    assert desk.snapshots.log()[-1].shrunk  # and all the same no state to go back to by itself


async def test_a_crash_changes_nothing_of_it(desk: Desk) -> None:
    desk.has(OTHER_BRANCH)
    session = await desk.open()
    session.add_buffer(title="New", text="typed")
    session.save()
    for task in tuple(session._tasks):
        task.cancel()
    await asyncio.gather(*session._tasks, return_exceptions=True)
    assert session._keeping.lock is not None
    session._keeping.lock.release()
    session._is_closed = True
    desk.has(FULL)
    session = await desk.open()
    assert PADS | {"new"} == set(session._memory.state.buffers)
