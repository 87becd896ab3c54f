"""The trash of sessions: what is removed can be brought back, byte for byte, for a month."""

from __future__ import annotations

from pathlib import Path

import pytest

from doubles.flaky_disk import FlakyDisk
from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.model.session import BufferState, SessionMeta, SessionState
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.sessions.crashes import CrashCounter
from stui_workspace.storage.sessions.items import items_of
from stui_workspace.storage.sessions.journal import Journal
from stui_workspace.storage.sessions.lineage import Lineage, save_lineage
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.store import SnapshotStore
from stui_workspace.storage.trash.trash import KEPT_SECONDS, Trash

FOLDER = WorkspaceFolder(Path("/state"))
STATE = SessionState(
    SessionMeta("a", "work", "m", 1.0, 2.0, 3.0), buffers={"x": BufferState("text", ad_hoc=True)}
)


@pytest.fixture
def disk() -> FlakyDisk:
    """A disk with all that there can be of a session `a`, and a session `a.b` beside it."""
    disk = FlakyDisk()
    store = SessionStore(FOLDER, disk)
    store.save(STATE)
    store.save(SessionState(SessionMeta("a.b", "a.b", "m", 1.0, 2.0, 1.0)))
    for session in ("a", "a.b"):
        journal = Journal(FOLDER.journal_of(session), disk)
        for number in (1, 2):
            journal.append({"buffer/y": {"text": f"{number}"}}, 1.0)
            journal.set_aside()
        journal.append({"buffer/y": {"text": "3"}}, 1.0)
        SnapshotStore(FOLDER.snapshots_of(session), disk).put(items_of(STATE), 3.0)
        CrashCounter(FOLDER.crashes_of(session), disk).begin()
        save_lineage(FOLDER, session, Lineage(saved=1.0), disk)
    return disk


def test_nothing_of_it_stays_but_in_the_trash_and_others_are_not_touched(disk: FlakyDisk) -> None:
    Trash(FOLDER, disk).take_in("a", "work", 5.0)
    outside = [path for path in disk.files if FOLDER.trash not in path.parents]
    assert len(outside) == 7
    assert all(path.name.startswith("a.b.") or "a.b" in path.parts for path in outside)


def test_brought_back_it_is_what_it_was(disk: FlakyDisk) -> None:
    before = dict(disk.files)
    trash = Trash(FOLDER, disk)
    trash.give_back(trash.take_in("a", "work", 5.0), "a")
    assert disk.files == before
    assert trash.removals() == ()


def test_under_another_id_it_has_all_of_it_too(disk: FlakyDisk) -> None:
    before = dict(disk.files)
    trash = Trash(FOLDER, disk)
    trash.give_back(trash.take_in("a", "work", 5.0), "new")
    assert sorted(disk.files.values()) == sorted(before.values())
    assert SessionStore(FOLDER, disk).load("new").state.buffers == STATE.buffers
    assert Journal(FOLDER.journal_of("new"), disk).replay_all().records_count == 3


def test_what_was_removed_is_told_the_last_first(disk: FlakyDisk) -> None:
    trash = Trash(FOLDER, disk)
    trash.take_in("a", "work", 5.0)
    Trash(FOLDER, disk).take_in("a.b", "a.b", 4.0)
    found = trash.removals()
    assert [(one.session, one.name, one.at) for one in found] == [
        ("a.b", "a.b", 4.0),
        ("a", "work", 5.0),
    ]


def test_the_same_session_can_be_removed_again_and_again(disk: FlakyDisk) -> None:
    for at in (5.0, 6.0):
        SessionStore(FOLDER, disk).save(STATE)
        Trash(FOLDER, disk).take_in("a", "work", at)
    assert [one.at for one in Trash(FOLDER, disk).removals()] == [6.0, 5.0]


def test_it_is_not_put_over_a_session_of_that_id(disk: FlakyDisk) -> None:
    trash = Trash(FOLDER, disk)
    removal = trash.take_in("a", "work", 5.0)
    before = dict(disk.files)
    with pytest.raises(UsageError, match=r"there is a session `a\.b` already"):
        trash.give_back(removal, "a.b")
    assert disk.files == before


def test_a_session_that_lost_its_file_can_be_removed_and_brought_back(disk: FlakyDisk) -> None:
    del disk.files[FOLDER.sessions / "a.yaml"]
    before = dict(disk.files)
    trash = Trash(FOLDER, disk)
    removal = trash.take_in("a", "a", 5.0)
    assert [one.id for one in SessionStore(FOLDER, disk).list()] == ["a.b"]
    assert trash.removals() == (removal,)
    trash.give_back(removal, "a")
    assert disk.files == before


def test_one_that_there_is_not_cannot_be_removed(disk: FlakyDisk) -> None:
    with pytest.raises(NotFoundError):
        Trash(FOLDER, disk).take_in("nope", "nope", 5.0)


def test_after_a_month_it_is_gone_for_good_and_not_before(disk: FlakyDisk) -> None:
    trash = Trash(FOLDER, disk)
    trash.take_in("a", "work", 5.0)
    trash.take_in("a.b", "a.b", 6.0)
    assert trash.empty(5.0 + KEPT_SECONDS) == 0
    assert trash.empty(5.5 + KEPT_SECONDS) == 1
    assert [one.session for one in trash.removals()] == ["a.b"]
    assert trash.empty(7.0 + KEPT_SECONDS) == 1
    assert disk.files == {}


@pytest.mark.parametrize("record", [b"", b"[", b"[]", b'{"at": 1e999}', b'{"at": "x", "name": 1}'])
def test_a_damaged_record_costs_the_name_and_is_never_thrown_away(
    disk: FlakyDisk, record: bytes
) -> None:
    trash = Trash(FOLDER, disk)
    removal = trash.take_in("a", "work", 5.0)
    disk.files[FOLDER.trash / f"{removal.key}.json"] = record
    assert trash.empty(1e12) == 0
    (found,) = trash.removals()
    assert (found.session, found.at) == ("a", None)
    trash.give_back(found, "a")
    assert SessionStore(FOLDER, disk).load("a").state == STATE


def test_what_else_lies_in_the_trash_is_left_alone(disk: FlakyDisk) -> None:
    trash = Trash(FOLDER, disk)
    trash.take_in("a", "work", 5.0)
    strange = {FOLDER.trash / name: b"x" for name in ("notes", "1-a.json", "000001-../x.json")}
    disk.files.update(strange)
    trash.empty(1e12)
    assert {path: disk.files.get(path) for path in strange} == strange
