"""When something is written, and that all of it is."""

from __future__ import annotations

import errno
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles.flaky_disk import FlakyDisk
from stui_workspace.errors import DiskError
from stui_workspace.model.session import BufferState, SessionMeta, SessionState
from stui_workspace.model.workspace import Autosave
from stui_workspace.runtime.autosave import QUIET_SECONDS, Due, Schedule, Writer, stamped
from stui_workspace.runtime.recovery import Keeping
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.sessions.crashes import CrashCounter
from stui_workspace.storage.sessions.items import items_of, state_from
from stui_workspace.storage.sessions.journal import Journal
from stui_workspace.storage.sessions.replay import apply
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.store import SnapshotStore

FOLDER = WorkspaceFolder(Path("/state/w"))
BLANK = SessionState(SessionMeta("main", "main", "m", 0.0, 0.0, 0.0))
NOTHING = Due()


def keeping(disk: FlakyDisk) -> Keeping:
    return Keeping(
        SessionStore(FOLDER, disk),
        Journal(FOLDER.journal_of("main"), disk),
        SnapshotStore(FOLDER.snapshots_of("main"), disk),
        CrashCounter(FOLDER.crashes_of("main"), disk),
        None,
    )


def with_text(text: str, name: str = "a") -> SessionState:
    return replace(BLANK, buffers={**BLANK.buffers, name: BufferState(text)})


def kept(disk: FlakyDisk) -> SessionState:
    """What a new start would find."""
    one = keeping(disk)
    items = items_of(one.store.load("main").state) if one.store.list() else {}
    replayed = Journal(one.journal.path, disk)
    replayed.set_aside()
    return state_from(apply(items, replayed.replay_asides().items))[0]


def test_nothing_changed_nothing_due() -> None:
    schedule = Schedule(Autosave())
    assert (schedule.due(1e9), schedule.seconds_left(1e9)) == (NOTHING, None)


def test_a_key_is_in_the_journal_within_its_second() -> None:
    schedule = Schedule(Autosave(journal=1.0))
    schedule.changed(100.0)
    wait = schedule.seconds_left(100.0)
    assert wait is not None
    assert 0 < wait < 1.0
    assert not schedule.due(100.0).journal
    assert schedule.due(100.0 + wait).journal


@pytest.mark.parametrize(
    ("keys", "now", "snapshot"),
    [
        pytest.param([0.0], QUIET_SECONDS - 0.1, False, id="not quiet yet"),
        pytest.param([0.0], QUIET_SECONDS, True, id="quiet"),
        pytest.param([0.0, 4.0], QUIET_SECONDS, False, id="a key came in between"),
        pytest.param([n * 1.0 for n in range(31)], 30.0, True, id="never quiet, and 30 seconds"),
    ],
)
def test_a_snapshot_when_it_is_quiet_or_after_half_a_minute(
    keys: list[float], now: float, snapshot: bool
) -> None:
    schedule = Schedule(Autosave(snapshot=30.0))
    for key in keys:
        schedule.changed(key)
        schedule.taken(whole=False)
    assert schedule.due(now).snapshot == snapshot


def test_a_clock_that_was_put_back_makes_it_due_at_once() -> None:
    schedule = Schedule(Autosave())
    schedule.changed(1000.0)
    assert schedule.due(10.0) == Due(journal=True, snapshot=True)


@given(st.floats(0, 1e6), st.lists(st.floats(0, 40), max_size=6))
def test_waiting_as_long_as_it_says_is_always_enough(start: float, gaps: list[float]) -> None:
    schedule = Schedule(Autosave())
    now = start
    schedule.changed(now)
    for gap in gaps:
        now += gap
        schedule.changed(now)
    wait = schedule.seconds_left(now)
    assert wait is not None
    assert schedule.due(now + wait + 1e-6) != NOTHING


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["x", "y", None])), max_size=8))
def test_what_was_written_is_what_comes_back(edits: list[tuple[str, str | None]]) -> None:
    disk = FlakyDisk()
    writer = Writer(keeping(disk))
    state = BLANK
    writer.snapshot(state, 0.0)
    for number, (name, text) in enumerate(edits):
        others = {key: one for key, one in state.buffers.items() if key != name}
        buffers = others if text is None else {**others, name: BufferState(text)}
        state = replace(state, buffers=buffers)
        if number % 3 == 2:
            writer.snapshot(state, float(number))
        else:
            writer.journal(state, float(number))
    assert kept(disk).buffers == state.buffers


def test_only_what_changed_is_appended() -> None:
    disk = FlakyDisk()
    writer = Writer(keeping(disk))
    writer.snapshot(with_text("x" * 5000), 0.0)
    state = replace(with_text("x" * 5000), preferences={"theme": "nord"})
    assert writer.journal(state, 1.0) == 1
    assert len(disk.files[FOLDER.journal_of("main")]) < 500


def test_time_passing_alone_is_not_written() -> None:
    disk = FlakyDisk()
    writer = Writer(keeping(disk))
    writer.snapshot(BLANK, 0.0)
    assert writer.journal(stamped(BLANK, 60.0, since=0.0), 60.0) == 0


def test_what_a_full_disk_refused_is_written_the_next_time() -> None:
    disk = FlakyDisk()
    writer = Writer(keeping(disk))
    writer.snapshot(BLANK, 0.0)
    disk.error, disk.fails_at = errno.ENOSPC, disk.operations + 1
    with pytest.raises(DiskError):
        writer.journal(with_text("typed"), 1.0)
    disk.fails_at = 0
    assert writer.journal(with_text("typed"), 2.0) == 1
    assert kept(disk).buffers == {"a": BufferState("typed")}


def test_the_time_open_is_counted_once() -> None:
    state = stamped(stamped(BLANK, 10.0, since=0.0), 15.0, since=10.0, closed=True)
    assert (state.meta.seconds, state.meta.saved, state.meta.closed) == (15.0, 15.0, True)
    assert stamped(BLANK, 5.0, since=9.0).meta.seconds == 0.0
