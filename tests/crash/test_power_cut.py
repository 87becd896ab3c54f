"""A power cut at every step of everything that is written.

Each story prepares a disk, does one thing to it, and says what must hold after
a cut anywhere in that thing. `steps` is the number of places to cut; a test
guards it, so that a step which is added is cut as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from doubles.flaky_disk import FlakyDisk, PowerCut
from stui_workspace.errors import DiskError
from stui_workspace.history import Entry, HistoryLog
from stui_workspace.model.revision import revision_of
from stui_workspace.model.session import BufferState, SessionMeta, SessionState
from stui_workspace.model.workspace import Keep
from stui_workspace.storage.atomic import is_temporary, save
from stui_workspace.storage.crashes import CrashCounter
from stui_workspace.storage.items import items_of, state_from
from stui_workspace.storage.journal import Journal, apply, replay
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.sessions import SessionStore
from stui_workspace.storage.snapshots import SnapshotStore

FILE = Path("/project/.stui-workspace.yaml")
OLD, NEW = b"name: old\n", b"name: new and longer\n"
RESCUE = Path("/state/rescued")

FOLDER = WorkspaceFolder(Path("/state/w"))
JOURNAL = FOLDER.journal_of("a")
BEFORE = SessionState(
    SessionMeta("a", "a", "m", 1.0, 2.0, 3.0),
    buffers={name: BufferState(f"text of {name}\n") for name in "xyz"},
)
AFTER = replace(BEFORE, buffers={**BEFORE.buffers, "x": BufferState("changed\n")})
LATER = replace(BEFORE, buffers={**BEFORE.buffers, "y": BufferState("later\n")})


@dataclass(frozen=True)
class Story:
    prepare: Callable[[FlakyDisk], object]
    act: Callable[[FlakyDisk], object]
    check: Callable[[FlakyDisk], object]
    """Called with the disk under power again, after a cut and also after no cut."""
    steps: int


def nothing(_disk: FlakyDisk) -> None:
    """Leave the disk as it is."""


def write_old(disk: FlakyDisk) -> None:
    disk.make_folder(FILE.parent)
    disk.files[FILE] = OLD


def save_new(disk: FlakyDisk) -> None:
    save(disk, FILE, NEW, expected=revision_of(OLD), rescue=RESCUE)


def old_or_new_and_no_litter(disk: FlakyDisk) -> None:
    content = disk.files[FILE]
    assert content in (OLD, NEW)
    assert all(path == FILE or is_temporary(path.name) for path in disk.files)
    save(disk, FILE, b"next", expected=revision_of(content))
    assert disk.files[FILE] == b"next"


def create_new(disk: FlakyDisk) -> None:
    save(disk, FILE, NEW, expected=None)


def none_or_new(disk: FlakyDisk) -> None:
    assert disk.files.get(FILE) in (None, NEW)


def write_old_with_another_name(disk: FlakyDisk) -> None:
    write_old(disk)
    disk.linked.add(FILE)


def whole_or_both_are_kept(disk: FlakyDisk) -> None:
    if disk.files[FILE] not in (OLD, NEW):
        assert OLD in [disk.files[path] for path in disk.files if path.parent == RESCUE]
        assert NEW in [disk.files[path] for path in disk.files if is_temporary(path.name)]


def append_one(disk: FlakyDisk) -> None:
    Journal(JOURNAL, disk).append({"a": 1}, 1.0)


def append_another(disk: FlakyDisk) -> None:
    Journal(JOURNAL, disk).append({"a": 2, "b": 2}, 2.0)


def none_or_all_of_the_record(disk: FlakyDisk) -> None:
    found = replay(disk.files.get(JOURNAL, b""))
    assert found.items in ({}, {"a": 1})
    assert found.damaged_count == 0
    append_another(disk)
    assert replay(disk.files[JOURNAL]).items == {"a": 2, "b": 2}


def the_first_and_none_or_all_of_the_second(disk: FlakyDisk) -> None:
    found = replay(disk.files[JOURNAL])
    assert found.items in ({"a": 1}, {"a": 2, "b": 2})
    assert found.damaged_count == 0
    Journal(JOURNAL, disk).append({"c": 3}, 3.0)
    assert replay(disk.files[JOURNAL]).items == {**found.items, "c": 3}


def leave_unsaved_changes(disk: FlakyDisk) -> None:
    """A session, a recovery that was cut short, and a journal after it."""
    SessionStore(FOLDER, disk).save(BEFORE)
    journal = Journal(JOURNAL, disk)
    journal.append({"buffer/x": {"text": "changed\n"}}, 1.0)
    journal.set_aside()
    journal.append({"buffer/y": {"text": "later\n"}, "buffer/z": None}, 2.0)


def recover(disk: FlakyDisk) -> None:
    """What opening a session does, by the public names."""
    journal, store = Journal(JOURNAL, disk), SessionStore(FOLDER, disk)
    journal.set_aside()
    changes = journal.replay_asides().items
    state, _ = state_from(apply(items_of(store.load("a").state), changes))
    store.save(state)
    journal.discard_asides()


def recovering_again_ends_the_same(disk: FlakyDisk) -> None:
    recover(disk)
    buffers = {"x": BufferState("changed\n"), "y": BufferState("later\n")}
    assert SessionStore(FOLDER, disk).load("a").state == replace(BEFORE, buffers=buffers)
    assert Journal(JOURNAL, disk).asides() == ()


def save_before(disk: FlakyDisk) -> None:
    SessionStore(FOLDER, disk).save(BEFORE)


def save_after(disk: FlakyDisk) -> None:
    SessionStore(FOLDER, disk).save(AFTER)


def one_of_the_states(disk: FlakyDisk) -> None:
    loaded = SessionStore(FOLDER, disk).load("a")
    assert loaded.state in (BEFORE, AFTER)
    assert loaded.problems == ()
    assert [one.id for one in SessionStore(FOLDER, disk).list()] == ["a"]


def snapshots(disk: FlakyDisk) -> SnapshotStore:
    return SnapshotStore(FOLDER.snapshots_of("a"), disk)


def put_before(disk: FlakyDisk) -> None:
    snapshots(disk).put(items_of(BEFORE), 1.0)


def put_after(disk: FlakyDisk) -> None:
    snapshots(disk).put(items_of(AFTER), 2.0)


def a_whole_snapshot_of_either(disk: FlakyDisk) -> None:
    latest = snapshots(disk).latest()
    assert latest is not None
    assert latest.problems == ()
    assert latest.items in (items_of(BEFORE), items_of(AFTER))
    snapshots(disk).put(items_of(LATER), 3.0)
    after = snapshots(disk).latest()
    assert after is not None
    assert (after.items, after.problems) == (items_of(LATER), ())


def put_many(disk: FlakyDisk) -> None:
    put_before(disk)
    put_after(disk)
    snapshots(disk).put(items_of(LATER), 3.0)


def prune(disk: FlakyDisk) -> None:
    snapshots(disk).prune(Keep(last=1, hourly=0, daily=0), now=4.0)


def the_newest_is_whole(disk: FlakyDisk) -> None:
    latest = snapshots(disk).latest()
    assert latest is not None
    assert (latest.items, latest.problems) == (items_of(LATER), ())


def put_a_loss(disk: FlakyDisk) -> None:
    put_before(disk)
    snapshots(disk).put({"meta": {}}, 2.0)


def confirm_the_loss(disk: FlakyDisk) -> None:
    snapshots(disk).confirm(snapshots(disk).log()[-1].id)


def either_counts(disk: FlakyDisk) -> None:
    latest = snapshots(disk).latest()
    assert latest is not None
    assert latest.items in (items_of(BEFORE), {"meta": {}})


def begin(disk: FlakyDisk) -> None:
    CrashCounter(FOLDER.crashes_of("a"), disk).begin()


def one_or_two_starts(disk: FlakyDisk) -> None:
    assert CrashCounter(FOLDER.crashes_of("a"), disk).count in (1, 2)


def log(disk: FlakyDisk) -> HistoryLog:
    return HistoryLog(Path("/data/history"), "m", disk)


def remember(disk: FlakyDisk) -> None:
    log(disk).append(Entry(1.0, "py", "first"))


def remember_more(disk: FlakyDisk) -> None:
    log(disk).append(Entry(2.0, "py", "second"))


def nothing_is_forgotten(disk: FlakyDisk) -> None:
    found = log(disk).recall("py", 9)
    assert found in (("first",), ("first", "second"))
    log(disk).append(Entry(3.0, "py", "third"))
    assert log(disk).recall("py", 9) == (*found, "third")


STORIES = {
    "save": Story(write_old, save_new, old_or_new_and_no_litter, 5),
    "create": Story(lambda disk: disk.make_folder(FILE.parent), create_new, none_or_new, 5),
    "save in place": Story(write_old_with_another_name, save_new, whole_or_both_are_kept, 17),
    "begin a journal": Story(nothing, append_one, none_or_all_of_the_record, 9),
    "go on with a journal": Story(
        append_one, append_another, the_first_and_none_or_all_of_the_second, 3
    ),
    "recover": Story(leave_unsaved_changes, recover, recovering_again_ends_the_same, 11),
    "save a session": Story(save_before, save_after, one_of_the_states, 5),
    "take a snapshot": Story(put_before, put_after, a_whole_snapshot_of_either, 3),
    "prune snapshots": Story(put_many, prune, the_newest_is_whole, 5),
    "confirm a loss": Story(put_a_loss, confirm_the_loss, either_counts, 3),
    "count a start": Story(begin, begin, one_or_two_starts, 5),
    "remember": Story(remember, remember_more, nothing_is_forgotten, 3),
}


def prepared(story: Story) -> FlakyDisk:
    disk = FlakyDisk()
    story.prepare(disk)
    return disk.reboot()


def cuts() -> Iterator[tuple[str, int]]:
    for name, story in STORIES.items():
        for step in range(1, story.steps + 1):
            yield name, step


@pytest.mark.parametrize(("name", "step"), list(cuts()))
def test_a_power_cut_costs_nothing_that_was_acknowledged(name: str, step: int) -> None:
    story = STORIES[name]
    disk = prepared(story)
    disk.dies_at = step
    with pytest.raises(PowerCut):
        story.act(disk)
    story.check(disk.reboot())


@pytest.mark.parametrize("name", STORIES)
def test_there_are_exactly_so_many_steps_to_cut(name: str) -> None:
    story = STORIES[name]
    disk = prepared(story)
    story.act(disk)
    assert disk.steps == story.steps
    story.check(disk.reboot())


def operations() -> Iterator[tuple[str, int]]:
    for name, story in STORIES.items():
        disk = prepared(story)
        story.act(disk)
        for operation in range(1, disk.operations + 1):
            yield name, operation


@pytest.mark.parametrize(("name", "operation"), list(operations()))
def test_a_disk_that_fails_once_costs_nothing_either(name: str, operation: int) -> None:
    story = STORIES[name]
    disk = prepared(story)
    disk.fails_at = operation
    with suppress(DiskError):
        story.act(disk)
    story.check(disk.reboot())
