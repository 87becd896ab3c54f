"""What a person does about a session that did not come back whole."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from doubles.outside import HandClock, services_in
from stui_workspace.connections.kinds import make_backend
from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.layout import Leaf, Variant
from stui_workspace.model.receipt import Outcome, Receipt, Remedy, Restored
from stui_workspace.runtime.events import Event, ItemsReplaced
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.session import Session
from stui_workspace.storage.sessions.receipts import load_receipt

FILE = ".stui-workspace.yaml"
TEXT = """\
stui: 1
name: orders
connections:
  py: {kind: python, setup: [imports]}
buffers:
  scratch: {connection: py, source: "1 + 1"}
  notes: {kind: markdown, file: notes.md}
snippets:
  imports: {source: "import math"}
layout:
  default: work
  work: {row: [{panel: scratch}, {panel: results}]}
"""
PATIENCE = 30.0
KEY = "ghp_" + "A1b2C3d4E5f6" * 3


class Home:
    """A project, and the sessions that are opened in it, one after another."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.project.mkdir()
        self.file = self.project / FILE
        self.file.write_text(TEXT, encoding="utf-8")
        self.notes = self.project / "notes.md"
        self.notes.write_text("# Notes\n", encoding="utf-8")
        self.clock = HandClock()
        self.services = services_in(folder / "home", self.clock, make_backend)
        self.folder = self.services.locations.workspace(self.project)
        self.open_now: list[Session] = []
        self.seen: list[Event] = []

    async def open(self, *, connect: bool = False) -> Session:
        session = Session.open(OpenRequest(self.project, connect=connect), self.services)
        self.open_now.append(session)
        session.subscribe(self.seen.append)
        claim = session.unapproved("py")
        if claim is not None:
            session.grant(claim)
        await session.start()
        return session

    async def begun(self, *, connect: bool = False) -> Session:
        """A session that has pads with something in them."""
        session = await self.open(connect=connect)
        session.edit("scratch", "mine")
        session.place_cursor("notes", (0, 3))
        session.add_buffer(title="own", text="own text")
        return session

    def kept(self) -> Receipt | None:
        return load_receipt(self.folder, "main", self.services.fs)

    async def until_kept(self, item: str, outcome: Outcome) -> None:
        """Until the receipt on the disk says so of an item."""
        async with asyncio.timeout(PATIENCE):
            while (found := self.kept()) is None or _outcome(found, item) is not outcome:  # noqa: ASYNC110
                await asyncio.sleep(0)


def _outcome(receipt: Receipt, item: str) -> Outcome | None:
    found = receipt.item(item)
    return found.outcome if found else None


def item_of(session: Session, name: str) -> Restored:
    found = session.receipt.item(name)
    assert found is not None
    return found


@pytest.fixture
async def home(tmp_path: Path) -> AsyncIterator[Home]:
    one = Home(tmp_path)
    yield one
    for session in one.open_now:
        await session.close()


async def test_the_receipt_is_kept_and_can_be_read_while_the_session_is_open(home: Home) -> None:
    await (await home.begun()).close()
    assert home.kept() is None, "nothing was restored yet"
    session = await home.open()
    await home.until_kept("buffer/scratch", Outcome.OK)
    assert home.kept() == session.receipt
    await session.close()
    assert home.kept() == session.receipt


async def test_a_session_in_which_nothing_was_done_leaves_no_receipt(home: Home) -> None:
    session = await home.open()
    await session.close()
    assert not home.folder.receipts.exists()


async def test_no_secret_of_a_reason_is_kept(home: Home) -> None:
    await (await home.begun()).close()
    session = await home.open()
    session._receiving.put(Restored("layout", Outcome.OK))  # not on it: nothing happens
    session._receiving.put(Restored("buffer/scratch", Outcome.FAILED, f"no {KEY}", f"use {KEY}"))
    await session.close()
    assert KEY not in home.folder.receipt_of("main").read_text(encoding="utf-8")
    assert home.kept() != session.receipt


async def test_a_pad_whose_file_came_back_is_read_again(home: Home) -> None:
    await (await home.begun()).close()
    home.notes.unlink()
    session = await home.open()
    assert item_of(session, "buffer/notes").remedy is Remedy.READ
    again = await session.restore_again("buffer/notes")
    assert again.outcome is Outcome.FAILED
    home.notes.write_text("# Back\n", encoding="utf-8")
    again = await session.restore_again("buffer/notes")
    assert (again.outcome, again.remedy) == (Outcome.OK, None)
    assert session.buffer("notes").text == "# Back\n"
    assert session.buffer("notes").state.cursor == (0, 3)
    await home.until_kept("buffer/notes", Outcome.OK)


async def test_a_pad_that_the_file_has_again_is_as_it_was_left(home: Home) -> None:
    await (await home.begun()).close()
    home.file.write_text(TEXT.replace("  notes: {kind: markdown, file: notes.md}\n", ""))
    session = await home.open()
    assert item_of(session, "buffer/notes").outcome is Outcome.MISSING
    home.file.write_text(TEXT, encoding="utf-8")
    await session.restore_again("buffer/notes")
    assert item_of(session, "buffer/notes").outcome is Outcome.OK
    assert session.buffer("notes").state.cursor == (0, 3)


async def test_the_arrangement_of_before_is_brought_back_over_the_files(home: Home) -> None:
    first = await home.begun()
    mine = Variant("work", Leaf("history"))
    first.arrange(mine)
    await first.close()
    home.file.write_text(TEXT.replace("{panel: results}", "{panel: inspector}"), encoding="utf-8")
    session = await home.open()
    assert item_of(session, "layout").remedy is Remedy.BRING_BACK
    assert session.arrangement(120).tree != mine.tree
    home.seen.clear()
    again = await session.restore_again("layout")
    assert again.outcome is Outcome.OK
    assert session.arrangement(120).tree == mine.tree
    assert ItemsReplaced(("layout",)) in home.seen
    await session.close()
    third = await home.open()
    assert third.arrangement(120).tree == mine.tree


async def test_a_damaged_pad_is_taken_from_the_newest_snapshot_that_has_it_whole(
    home: Home,
) -> None:
    first = await home.begun()
    first.save()
    await first.close()
    path = first._keeping.store.path_of("main")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    broken = [line.replace("text: mine", "text: [1]") for line in lines]
    assert broken != lines
    path.write_text("".join(one for one in broken if not one.startswith("# ")), encoding="utf-8")
    session = await home.open()
    assert item_of(session, "buffer/scratch").remedy is Remedy.SNAPSHOT
    assert session.buffer("scratch").text == "1 + 1"
    session.edit("scratch", "typed since")
    again = await session.restore_again("buffer/scratch")
    assert again.outcome is Outcome.OK
    assert session.buffer("scratch").text == "mine"
    session.undo_take_back()
    assert session.buffer("scratch").text == "typed since"


async def test_what_no_snapshot_has_is_said(home: Home) -> None:
    await (await home.begun()).close()
    session = await home.open()
    damaged = Restored("buffer/scratch", Outcome.CHANGED, "damaged", remedy=Remedy.SNAPSHOT)
    session._receiving.put(damaged)
    for entry in session._keeping.snapshots.log():
        assert "buffer/scratch" in entry.items
    session._keeping.snapshots.path.unlink()
    with pytest.raises(NotFoundError):
        await session.restore_again("buffer/scratch")
    assert item_of(session, "buffer/scratch") == damaged


async def test_what_is_well_or_unknown_is_not_tried(home: Home) -> None:
    await (await home.begun()).close()
    session = await home.open()
    with pytest.raises(UsageError):
        await session.restore_again("buffer/scratch")
    with pytest.raises(NotFoundError):
        await session.restore_again("buffer/nobody")


async def test_a_new_life_of_a_backend_says_what_is_gone_and_evaluates_nothing(
    home: Home,
) -> None:
    first = await home.begun(connect=True)
    for code in ("x = 20", "1 / 0", "y = x + 1"):
        home.clock.now += 1
        await first.evaluate("py", code)
    first.clear_transcript()
    home.clock.now += 1
    await first.evaluate("py", "y += 1")
    await first.close()
    home.clock.now += 1
    session = await home.open(connect=True)
    await home.until_kept("connection/py", Outcome.CHANGED)
    assert item_of(session, "connection/py").remedy is Remedy.REBUILD
    found = session.rebuild("py")
    assert found is not None
    assert [one.id for one in found.setup] == ["imports"]
    assert found.inputs == ("x = 20", "y = x + 1", "y += 1")
    assert found.code == "import math\nx = 20\ny = x + 1\ny += 1\n"
    entry = await session.evaluate("py", "'x' in globals(), 'math' in globals()")
    assert entry.result == "(False, False)"


async def test_a_connection_in_the_same_life_has_nothing_to_rebuild(home: Home) -> None:
    session = await home.open(connect=True)
    await session.connect("py")
    await session.evaluate("py", "x = 20")
    assert session.rebuild("py") is None


async def test_a_connection_that_is_made_by_hand_is_well_on_the_receipt_then(home: Home) -> None:
    first = await home.begun(connect=True)
    await first.connect("py")
    await first.close()
    session = await home.open(connect=False)
    assert item_of(session, "connection/py").remedy is Remedy.CONNECT
    await session.restore_again("connection/py")
    assert item_of(session, "connection/py").outcome is Outcome.CHANGED


async def test_lines_of_the_history_that_were_lost_are_counted(home: Home) -> None:
    first = await home.begun(connect=True)
    await first.connect("py")
    await first.evaluate("py", "1")
    await first.close()
    (segment,) = home.services.locations.history.glob("*/????-??.jsonl")
    segment.write_bytes(b"rubbish\n\x00\x00\n" + segment.read_bytes())
    item = item_of(await home.open(), "history")
    assert item.outcome is Outcome.CHANGED
    assert item.reason == "2 lines of this machine's history cannot be read"
    assert item.kept
