"""Forgetting takes lines out of one's own files, and hides those of others for ever."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from doubles.flaky_disk import FlakyDisk
from stui_workspace.errors import DiskError
from stui_workspace.history import Entry, HistoryLog
from stui_workspace.history.forgetting import Erased, bring_back, forget, matching
from stui_workspace.history.forgotten import FORGOTTEN
from stui_workspace.storage.lock import hold

FOLDER = Path("/data/history")
JUNE = 1_781_500_000.0
NOW = JUNE + 5_000_000


@pytest.fixture
def disk() -> FlakyDisk:
    return FlakyDisk()


def log(disk: FlakyDisk, machine: str = "laptop") -> HistoryLog:
    return HistoryLog(FOLDER, machine, disk)


def put(disk: FlakyDisk, code: str, at: float = 0.0, machine: str = "laptop") -> Entry:
    return log(disk, machine).append(Entry(JUNE + at, "py", code))


def codes(disk: FlakyDisk) -> list[str]:
    return [one.code for one in log(disk).entries()]


def everything(disk: FlakyDisk) -> bytes:
    return b"".join(disk.files.values())


def test_what_is_forgotten_is_in_no_file_of_this_machine_and_the_rest_is_as_it_was(
    disk: FlakyDisk,
) -> None:
    put(disk, "keep")
    secret = put(disk, "gone forever", 1.0)
    put(disk, "stays", 2.0)
    path = FOLDER / "laptop" / "2026-06.jsonl"
    before = disk.files[path]
    assert forget(log(disk), {secret.id}, NOW) == Erased(1, 1, 0)
    assert codes(disk) == ["stays", "keep"]
    assert b"gone forever" not in everything(disk)
    assert disk.files[path] == b"\n".join(x for x in before.split(b"\n") if b"gone" not in x)


def test_files_of_other_machines_are_never_written_to(disk: FlakyDisk) -> None:
    other = put(disk, "there", machine="desktop")
    path = FOLDER / "desktop" / "2026-06.jsonl"
    before = disk.files[path]
    assert forget(log(disk), {other.id}, NOW) == Erased(1, 0, 1)
    assert disk.files[path] == before
    assert codes(disk) == []
    assert log(disk, "desktop").recall(None, 9) == ()


def test_that_machine_takes_the_lines_out_when_it_forgets_something_itself(disk: FlakyDisk) -> None:
    other = put(disk, "there", machine="desktop")
    put(disk, "more", 1.0, machine="desktop")
    forget(log(disk), {other.id}, NOW)
    assert forget(log(disk, "desktop"), set(), NOW).line_count == 1
    assert b"there" not in everything(disk)
    assert codes(disk) == ["more"]


def test_a_copy_that_a_sync_tool_brings_back_stays_unseen_and_is_not_folded_in(
    disk: FlakyDisk,
) -> None:
    gone = put(disk, "gone")
    put(disk, "stays", 1.0)
    old = disk.files[FOLDER / "laptop" / "2026-06.jsonl"]
    forget(log(disk), {gone.id}, NOW)
    disk.files[FOLDER / "laptop" / "2026-06 (1).jsonl"] = old
    assert codes(disk) == ["stays"]
    assert log(disk).fold() == 1
    assert codes(disk) == ["stays"]
    assert b'"gone"' not in everything(disk)


def test_the_same_code_evaluated_again_is_another_entry(disk: FlakyDisk) -> None:
    gone = put(disk, "again")
    forget(log(disk), {gone.id}, NOW)
    put(disk, "again", 9.0)
    assert codes(disk) == ["again"]


def test_a_month_of_which_nothing_is_left_has_no_file(disk: FlakyDisk) -> None:
    gone = put(disk, "gone")
    forget(log(disk), {gone.id}, NOW)
    assert disk.names(FOLDER / "laptop") == (FORGOTTEN,)


def test_lines_that_cannot_be_read_stay(disk: FlakyDisk) -> None:
    gone = put(disk, "gone")
    path = FOLDER / "laptop" / "2026-06.jsonl"
    disk.files[path] += b'{"torn\n\xff\xfe\n'
    forget(log(disk), {gone.id}, NOW)
    assert disk.files[path] == b'{"torn\n\xff\xfe\n'


def test_what_is_brought_back_is_seen_again_even_by_a_clock_that_is_behind(disk: FlakyDisk) -> None:
    gone, other = put(disk, "gone"), put(disk, "there", machine="desktop")
    forget(log(disk), {gone.id, other.id}, NOW)
    assert codes(disk) == []
    assert bring_back(log(disk), [gone, other], NOW - 99.0) == 1
    assert sorted(codes(disk)) == ["gone", "there"]
    assert {one.machine for one in log(disk).entries()} == {"laptop", "desktop"}
    forget(log(disk), {gone.id}, NOW - 999.0)
    assert codes(disk) == ["there"]


def test_bringing_back_what_is_there_changes_nothing(disk: FlakyDisk) -> None:
    entry = put(disk, "here")
    before = dict(disk.files)
    assert bring_back(log(disk), [entry], NOW) == 0
    assert disk.files == before


def test_entries_are_taken_in_as_they_are_and_once(disk: FlakyDisk) -> None:
    mine = Entry(JUNE, "bash", "ls", machine="elsewhere", id="abc")
    assert log(disk).take_in([mine, mine]) == 1
    assert log(disk).take_in([mine]) == 0
    assert list(log(disk).entries()) == [mine]
    forget(log(disk), {"abc"}, NOW)
    assert log(disk).take_in([mine]) == 0
    assert codes(disk) == []


def test_many_entries_are_taken_in_without_a_write_for_each(disk: FlakyDisk) -> None:
    many = [Entry(JUNE + at, "bash", str(at), id=f"{at:x}") for at in range(2500)]
    before = disk.operations
    assert log(disk).take_in(many) == 2500
    assert disk.operations - before < 10
    assert len(codes(disk)) == 2500


def test_what_is_to_be_forgotten_is_read_from_the_log(disk: FlakyDisk) -> None:
    put(disk, "a")
    put(disk, "b", 1.0)
    told: list[int] = []
    found = matching(log(disk), lambda one: one.code == "a", told.append)
    assert [one.code for one in found] == ["a"]
    assert told == [0]


def test_two_programs_take_turns(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    disk = FlakyDisk()
    first = HistoryLog(FOLDER, "laptop", disk, lock=lock)
    entry = first.append(Entry(JUNE, "py", "a"))
    with first.held(), first.held():
        first.append(Entry(JUNE, "py", "b"))  # whose turn it is may go on
    with hold(lock, 0.0):
        pass  # and it is given back
    forget(first, {entry.id}, NOW)
    assert codes(disk) == ["b"]


def test_a_program_that_never_ends_its_turn_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stui_workspace.history.turn._SECONDS", 0.0)
    waiting = HistoryLog(FOLDER, "laptop", FlakyDisk(), lock=tmp_path / "lock")
    with hold(tmp_path / "lock", 0.0), pytest.raises(DiskError, match="another stui"):
        waiting.append(Entry(JUNE, "py", "a"))
    assert waiting.append(Entry(JUNE, "py", "a")).code == "a"


def test_where_no_lock_can_be_made_one_writes_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    free = HistoryLog(FOLDER, "laptop", FlakyDisk(), lock=tmp_path / "file" / "lock")
    assert free.append(Entry(JUNE, "py", "a")).code == "a"


def test_a_line_of_the_log_is_what_an_export_has(disk: FlakyDisk) -> None:
    entry = put(disk, "a")
    line = disk.files[FOLDER / "laptop" / "2026-06.jsonl"]
    assert json.loads(line) == asdict(entry)
