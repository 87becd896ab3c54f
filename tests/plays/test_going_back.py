"""Going back in a session that is open: what a person sees, what is on the disk, and undoing it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from doubles.outside import HandClock, services_in
from stui_workspace.connections.kinds import make_backend
from stui_workspace.errors import DiskError, NotFoundError, UsageError
from stui_workspace.model.session import Items, Waiting
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.events import ConnectionState, Event, ItemsReplaced, OutputArrived
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session
from stui_workspace.runtime.taking_back import Past
from stui_workspace.runtime.transcript import put
from stui_workspace.storage.filesystem import RealFileSystem, Write
from stui_workspace.storage.sessions.items import items_of
from stui_workspace.storage.snapshots.index import SnapshotId

TEXT = """\
stui: 1
name: orders
connections:
  py: {kind: python, connect: lazy}
  away: {kind: socket, url: 'tcp://127.0.0.1:9', connect: manual, offline: keep}
buffers:
  scratch: {connection: py, source: "1 + 1\\n"}
  notes: {kind: markdown, source: "# Notes\\n"}
layout:
  default: work
  work: {row: [{tabs: [scratch, notes], size: 2}, {panel: results}]}
"""
ENDLESS = "print('here', flush=True)\nwhile True: pass"
TOKEN = "ghp_" + "a1B2" * 9


@dataclass(slots=True)
class Trouble:
    """From which write on a disk fails, counted from 1; 0 for never."""

    fails_at: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True)
class FailingDisk(RealFileSystem):
    trouble: Trouble = field(default_factory=Trouble)

    def write(self, path: Path, content: bytes, how: Write, *, like: Path | None = None) -> None:
        self.trouble.count += 1
        if 0 < self.trouble.fails_at <= self.trouble.count:
            raise OSError(28, "no space", str(path))
        RealFileSystem.write(self, path, content, how, like=like)


class Story:
    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.project.mkdir()
        self.file = self.project / ".stui-workspace.yaml"
        self.file.write_text(TEXT, encoding="utf-8")
        self.home = folder / "home"
        self.clock = HandClock()
        self.disk = Trouble()
        self.sessions: list[Session] = []
        self.told: list[Event] = []

    def services(self) -> Services:
        return services_in(self.home, self.clock, make_backend, FailingDisk(trouble=self.disk))

    async def open(self) -> Session:
        session = Session.open(OpenRequest(self.project), self.services())
        session.subscribe(self.told.append)
        self.sessions.append(session)
        await session.start()
        return session

    async def crash(self, session: Session) -> None:
        """What kill -9 leaves."""
        for task in tuple(session._tasks):
            task.cancel()
        await asyncio.gather(*session._tasks, return_exceptions=True)
        await session._switchboard.close()
        assert session._keeping.lock is not None
        session._keeping.lock.release()
        session._is_closed = True

    def past(self) -> Past:
        return Past(self.services().locations.workspace(self.project), "main", self.services())

    def moment(self, session: Session) -> SnapshotId:
        """Save, and the snapshot of that; a minute passes."""
        assert session.save()
        self.clock.now += 60.0
        return session.snapshots()[0].entry.id


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Story]:
    one = Story(tmp_path)
    yield one
    one.disk.fails_at = 0
    for session in one.sessions:
        await session.close()


def items(session: Session) -> Items:
    found = items_of(session._memory.state)
    return {name: value for name, value in found.items() if name != "meta"}


async def two_moments(story: Story) -> tuple[Session, SnapshotId]:
    """A session that was changed in all its items since a snapshot."""
    session = await story.open()
    session.edit("scratch", "one\ntwo\n")
    own = session.add_buffer(title="Own", text="mine")
    session.prefer("wrap", value=True)
    first = story.moment(session)
    session.edit("scratch", "one\n2\nthree\n")
    session.close_buffer(own)
    session.edit("notes", "# Other\n")
    session.prefer("wrap", value=False)
    session.choose_layout("work")
    waiting = Waiting("w1", "away", "1 + 1", 5.0, "life")
    session._memory.keep(replace(session._memory.state, outbox=(waiting,)))
    return session, first


async def test_everything_is_as_it_was_and_everybody_is_told(story: Story) -> None:
    session, first = await two_moments(story)
    done = session.take_back(first)
    assert session.buffer("scratch").text == "one\ntwo\n"
    assert session.buffer("own").text == "mine"
    assert session.buffer("notes").text == "# Notes\n"
    assert session.preferences.wrap
    assert session.outbox() == ()
    assert session.compare(first).differences == ()
    told = [one for one in story.told if isinstance(one, ItemsReplaced)]
    assert [set(one.items) for one in told] == [set(done.changes.names)]
    assert done.changes.added == ("buffer/own",)


async def test_undo_and_redo_and_undo_again(story: Story) -> None:
    session, first = await two_moments(story)
    late, _ = items(session), session.take_back(first)
    early = items(session)
    for expected in (late, early, late, early):
        session.undo_take_back()
        assert items(session) == expected


async def test_what_was_typed_since_elsewhere_stays_when_it_is_undone(story: Story) -> None:
    session, first = await two_moments(story)
    session.take_back(first, ["buffer/scratch"])
    session.edit("notes", "typed since")
    session.undo_take_back()
    assert session.buffer("scratch").text == "one\n2\nthree\n"
    assert session.buffer("notes").text == "typed since"


async def test_the_state_before_is_a_snapshot_with_its_unsaved_text(story: Story) -> None:
    session, first = await two_moments(story)
    done = session.take_back(first)
    assert done.back is not None
    found = story.past().compare(done.back, first)
    scratch = next(one for one in found.differences if one.item == "buffer/scratch")
    signs = [line.sign + line.text for line in scratch.lines]
    assert signs == ["@line 1", " one", "-2", "-three", "+two"]


async def test_a_crash_right_after_it_leaves_what_came_back(story: Story) -> None:
    session, first = await two_moments(story)
    session.take_back(first)
    expected = items(session)
    await story.crash(session)
    assert items(await story.open()) == expected


async def test_what_is_done_after_it_is_kept_as_ever(story: Story) -> None:
    session, first = await two_moments(story)
    session.take_back(first)
    session.edit("scratch", "after")
    await session.close()
    again = await story.open()
    assert again.buffer("scratch").text == "after"
    assert again.buffer("own").text == "mine"


async def test_the_command_undoes_it_once_the_session_is_closed(story: Story) -> None:
    session, first = await two_moments(story)
    late = items(session)
    done = session.take_back(first)
    await session.close()
    assert done.back is not None
    story.past().take_back(done.back)
    assert items(await story.open()) == late


@pytest.mark.parametrize("at", range(1, 12))
async def test_a_disk_that_fails_in_the_middle_leaves_one_state_or_the_other(
    story: Story, at: int
) -> None:
    session, first = await two_moments(story)
    assert session.save()
    before = items(session)
    story.disk.count, story.disk.fails_at = 0, at
    try:
        session.take_back(first)
    except DiskError:
        assert items(session) == before, "it was not done, so nothing is other"
    await story.crash(session)
    story.disk.fails_at = 0
    again = await story.open()
    assert items(again) == before or not again.compare(first).differences


async def test_one_item_alone_leaves_the_others_differing(story: Story) -> None:
    session, first = await two_moments(story)
    differing = session.compare(first).items
    assert {"buffer/scratch", "buffer/own", "preferences", "outbox"} < set(differing)
    for at, name in enumerate(differing):
        session.take_back(first, [name])
        assert session.compare(first).items == differing[at + 1 :]


async def test_nothing_is_done_where_nothing_differs(story: Story) -> None:
    session, _ = await two_moments(story)
    now = story.moment(session)
    count = len(session.snapshots())
    done = session.take_back(now)
    assert (done.back, done.changes.count) == (None, 0)
    assert len(session.snapshots()) == count
    with pytest.raises(UsageError, match="nothing was taken back"):
        session.undo_take_back()


async def test_a_live_connection_is_not_torn_down(story: Story) -> None:
    session = await story.open()
    session.edit("scratch", "early")
    first = story.moment(session)
    await session.evaluate("py", "a = 41")
    done = session.take_back(first)
    assert session.connection("py").state is ConnectionState.ONLINE
    assert [(one.item, one.reason) for one in done.problems] == [
        ("connection/py", "it is connected, and stays so")
    ]
    assert session.transcript == ()
    assert (await session.evaluate("py", "a + 1")).result == "42"


async def test_a_running_evaluation_keeps_the_transcript(story: Story) -> None:
    session = await story.open()
    session.edit("scratch", "early")
    first = story.moment(session)
    session.edit("scratch", "late")
    speaks = asyncio.Event()
    session.subscribe(lambda event: speaks.set() if isinstance(event, OutputArrived) else None)
    running = asyncio.create_task(session.evaluate("py", ENDLESS))
    await asyncio.wait_for(speaks.wait(), 30.0)
    done = session.take_back(first)
    assert session.buffer("scratch").text == "early"
    assert "transcript" in {one.item for one in done.problems}
    assert session.transcript[-1].outcome == "running"
    await session.interrupt("py")
    assert (await running).outcome == "interrupted"


async def test_what_comes_to_wait_again_is_never_sent_by_itself(story: Story) -> None:
    session = await story.open()
    waiting = Waiting("w1", "away", "launch()", 5.0, "life")
    session._memory.keep(replace(session._memory.state, outbox=(waiting,)))
    first = story.moment(session)
    session.discard_waiting("w1")
    session.take_back(first)
    assert session.outbox() == (replace(waiting, incarnation=None),)
    assert session.compare(first).differences == ()


async def test_a_connection_of_the_session_alone_comes_and_goes(story: Story) -> None:
    session = await story.open()
    session.edit("scratch", "early")
    before = story.moment(session)
    name = session.add_connection(ConnectionSpec("far", "socket", url="tcp://10.0.0.1:5"))
    after = story.moment(session)
    session.take_back(before)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert name not in [one.name for one in session.connections()]
    session.take_back(after)
    assert session.connection(name).spec.url == "tcp://10.0.0.1:5"
    assert session.connection(name).state is ConnectionState.IDLE


async def test_a_connection_that_is_down_takes_what_was_known_of_it(story: Story) -> None:
    session = await story.open()
    session.edit("scratch", "early")
    session.favour("away", is_favourite=True)
    first = story.moment(session)
    session.favour("away", is_favourite=False)
    session.take_back(first)
    assert session.connection("away").is_favourite
    assert session.connection("away").state is ConnectionState.IDLE
    await session.connect("away")
    assert session.connection("away").is_favourite, "the link itself knows it, too"
    await session.disconnect("away")
    session.undo_take_back()
    assert not session.connection("away").is_favourite


async def test_a_secret_that_is_only_on_the_screen_is_not_lost(story: Story) -> None:
    session = await story.open()
    session.edit("scratch", f"x = '{TOKEN}'")
    session.edit("notes", "early")
    first = story.moment(session)
    session.edit("notes", "late")
    assert session.compare(first).items == ("buffer/notes",)
    session.take_back(first)
    assert TOKEN in session.buffer("scratch").text
    session.edit("scratch", f"y = '{TOKEN}'")
    session.take_back(first)
    assert TOKEN not in session.buffer("scratch").text
    session.undo_take_back()
    assert session.buffer("scratch").text == f"y = '{TOKEN}'"


async def test_a_pad_that_the_file_has_no_more_comes_back_as_one_of_the_session(
    story: Story,
) -> None:
    session = await story.open()
    session.edit("notes", "early")
    first = story.moment(session)
    session.edit("notes", "late")
    await session.close()
    story.file.write_text(TEXT.replace("  notes:", "  other:"), encoding="utf-8")
    again = await story.open()
    again.take_back(first)
    assert again.buffer("notes").text == "early"
    assert again.buffer("notes").state.ad_hoc


async def test_a_damaged_value_is_named_and_the_rest_comes_back(story: Story) -> None:
    session, first = await two_moments(story)
    path = session._keeping.snapshots.path
    entry = session._keeping.snapshots.get(first).entry
    digest = entry.items["buffer/scratch"].encode()
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join(one for one in lines if digest not in one or b"snapshot" in one))
    session.save()
    done = session.take_back(first)
    assert [(one.item, one.reason) for one in done.problems] == [
        ("buffer/scratch", "its stored value is missing")
    ]
    assert session.buffer("scratch").text == "one\n2\nthree\n"
    assert session.buffer("own").text == "mine"


async def test_names_that_nothing_has(story: Story) -> None:
    session, first = await two_moments(story)
    with pytest.raises(NotFoundError, match="snapshot"):
        session.take_back(SnapshotId("ffff"))
    with pytest.raises(NotFoundError, match="item"):
        session.take_back(first, ["buffer/nobody"])


async def test_an_entry_that_was_running_then_is_lost_now(story: Story) -> None:
    session = await story.open()
    await session.evaluate("py", "1")
    entry = replace(session.transcript[0], outcome="running")
    state = session._memory.state
    session._memory.keep(replace(state, transcript=put(state.transcript, entry)))
    first = story.moment(session)
    session.clear_transcript()
    session.take_back(first)
    assert [one.outcome for one in session.transcript] == ["lost"]
