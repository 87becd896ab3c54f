"""The log: append-only, read from its newest end, several machines in one folder."""

from __future__ import annotations

import errno
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles.flaky_disk import FlakyDisk
from stui_workspace.errors import DiskError
from stui_workspace.history import Entry, HistoryLog
from stui_workspace.history.log import folder_name

FOLDER = Path("/data/history")
MONTH = 31 * 86400.0
JUNE = datetime(2026, 6, 15, tzinfo=UTC).timestamp()


@pytest.fixture
def disk() -> FlakyDisk:
    return FlakyDisk()


@pytest.fixture
def log(disk: FlakyDisk) -> HistoryLog:
    return HistoryLog(FOLDER, "laptop", disk)


def entry(code: str, at: float = JUNE, connection: str = "py", workspace: str = "w") -> Entry:
    return Entry(at, connection, code, workspace)


def test_an_empty_history(log: HistoryLog) -> None:
    assert log.recall("py", 10) == ()
    assert log.prune(10) == 0


def test_the_newest_is_last(log: HistoryLog) -> None:
    for number in range(5):
        log.append(entry(str(number), JUNE + number))
    assert log.recall("py", 3) == ("2", "3", "4")
    assert log.recall("py", 0) == ()
    assert log.recall("py", 99) == ("0", "1", "2", "3", "4")


def test_recall_by_connection_and_workspace(log: HistoryLog) -> None:
    log.append(entry("a", JUNE, "py", "w"))
    log.append(entry("b", JUNE + 1, "st", "w"))
    log.append(entry("c", JUNE + 2, "py", "v"))
    assert log.recall("py", 9) == ("a", "c")
    assert log.recall(None, 9) == ("a", "b", "c")
    assert log.recall(None, 9, workspace="w") == ("a", "b")
    assert log.recall("py", 9, workspace="v") == ("c",)


def test_of_equal_codes_the_newest_counts_where_that_is_wanted(log: HistoryLog) -> None:
    for number, code in enumerate("abac"):
        log.append(entry(code, JUNE + number))
    assert log.recall("py", 9) == ("a", "b", "a", "c")
    assert log.recall("py", 9, unique=True) == ("b", "a", "c")
    assert log.recall("py", 2, unique=True) == ("a", "c")


def test_a_month_a_file(disk: FlakyDisk, log: HistoryLog) -> None:
    for number in range(3):
        log.append(entry(str(number), JUNE + number * MONTH))
    assert disk.names(FOLDER / "laptop") == ("2026-06.jsonl", "2026-07.jsonl", "2026-08.jsonl")
    assert log.recall("py", 2) == ("1", "2")


def test_recall_reads_no_more_months_than_it_must(disk: FlakyDisk, log: HistoryLog) -> None:
    read: list[str] = []

    class Watched(FlakyDisk):
        def read(self, path: Path, limit: int | None = None) -> bytes | None:
            read.append(path.name)
            return super().read(path, limit)

    for number in range(3):
        log.append(entry(str(number), JUNE + number * MONTH))
    watched = Watched(disk.files, disk.folders)
    assert HistoryLog(FOLDER, "laptop", watched).recall("py", 1) == ("2",)
    assert read == ["2026-08.jsonl"]


def test_several_machines_in_one_folder(disk: FlakyDisk, log: HistoryLog) -> None:
    other = HistoryLog(FOLDER, "Desktop", disk)
    log.append(entry("a", JUNE))
    other.append(entry("b", JUNE + 1))
    log.append(entry("c", JUNE + 2))
    assert log.recall("py", 9) == other.recall("py", 9) == ("a", "b", "c")
    assert disk.names(FOLDER) == ("desktop", "laptop")
    assert [one.machine for one in log.entries()] == ["laptop", "Desktop", "laptop"]


def test_a_copied_line_is_the_same_entry(disk: FlakyDisk, log: HistoryLog) -> None:
    stored = log.append(entry("a"))
    assert stored.id
    assert stored.machine == "laptop"
    path = FOLDER / "laptop" / "2026-06.jsonl"
    disk.files[path] *= 2
    disk.folders.add(FOLDER / "restored")
    disk.files[FOLDER / "restored" / path.name] = disk.files[path]
    assert log.recall("py", 9) == ("a",)
    assert log.append(entry("a", JUNE + 1)).id != stored.id


@pytest.mark.parametrize(
    "line",
    [
        b'{"id": "x", "at": 1',
        b"\xff\xfe",
        b"[]",
        b'{"id": 1, "at": 1, "connection": "py", "code": "x"}',
        b'{"id": "x", "at": "1", "connection": "py", "code": "x"}',
        b"[" * 100_000,
    ],
)
def test_a_damaged_line_costs_that_line(disk: FlakyDisk, line: bytes) -> None:
    HistoryLog(FOLDER, "laptop", disk).append(entry("a"))
    path = FOLDER / "laptop" / "2026-06.jsonl"
    disk.files[path] += line  # torn: without its line end
    HistoryLog(FOLDER, "laptop", disk).append(entry("b", JUNE + 1))
    assert HistoryLog(FOLDER, "laptop", disk).recall("py", 9) == ("a", "b")


@given(st.lists(st.tuples(st.text(st.characters(), max_size=30), st.floats(0, 4e9)), max_size=8))
def test_any_code_comes_back_in_its_month_and_as_it_was_appended(
    codes: list[tuple[str, float]],
) -> None:
    disk = FlakyDisk()
    for code, at in codes:
        HistoryLog(FOLDER, "m", disk).append(entry(code, at))
    distinct = list(dict.fromkeys(reversed(codes)))
    distinct.reverse()
    by_month = sorted(distinct, key=lambda one: month(one[1]))
    assert HistoryLog(FOLDER, "m", disk).recall("py", 99) == tuple(code for code, _ in by_month)


def month(at: float) -> tuple[int, int]:
    date = datetime.fromtimestamp(at, UTC)
    return date.year, date.month


@pytest.mark.parametrize("at", [-1e30, 1e30, float("nan"), float("inf")])
def test_a_clock_gone_mad_loses_nothing(log: HistoryLog, at: float) -> None:
    log.append(entry("a", at))
    assert log.recall("py", 9) == ("a",)


def test_pruning_takes_whole_old_months_of_this_machine(disk: FlakyDisk, log: HistoryLog) -> None:
    for number in range(30):
        log.append(entry(str(number), JUNE + number // 10 * MONTH + number))
    HistoryLog(FOLDER, "other", disk).append(entry("theirs", 0.0))
    assert log.prune(15) == 10
    assert len(log.recall("py", 99)) == 21
    assert log.prune(15) == 0
    assert log.prune(10) == 10
    assert log.recall("py", 99)[0] == "theirs"
    assert log.prune(0) == 10


def test_other_things_in_the_folder_are_left_alone(disk: FlakyDisk, log: HistoryLog) -> None:
    log.append(entry("a"))
    disk.files[FOLDER / "README"] = b"mine"
    disk.files[FOLDER / "laptop" / "2026-06 (conflicted copy).jsonl"] = b"x"
    before = dict(disk.files)
    assert log.recall("py", 9) == ("a",)
    log.prune(1)
    assert disk.files == before


def test_a_failed_append_is_told_and_the_next_one_works(disk: FlakyDisk, log: HistoryLog) -> None:
    log.append(entry("a"))
    disk.fails_at, disk.error = disk.operations + 1, errno.ENOSPC
    with pytest.raises(DiskError, match="full"):
        log.append(entry("b", JUNE + 1))
    log.append(entry("c", JUNE + 2))
    assert log.recall("py", 9) == ("a", "c")


def test_a_folder_that_was_taken_away_is_made_again(disk: FlakyDisk, log: HistoryLog) -> None:
    log.append(entry("a"))
    disk.files.clear()
    disk.folders = {Path("/")}
    log.append(entry("b"))
    assert log.recall("py", 9) == ("b",)


def test_the_lines_are_json_for_other_programs(disk: FlakyDisk, log: HistoryLog) -> None:
    stored = log.append(Entry(JUNE, "py", "é", "w", ok=False))
    line = disk.files[FOLDER / "laptop" / "2026-06.jsonl"]
    assert json.loads(line) == {
        "at": JUNE,
        "code": "é",
        "connection": "py",
        "id": stored.id,
        "machine": "laptop",
        "ok": False,
        "workspace": "w",
    }
    assert next(log.entries()) == stored


@pytest.mark.parametrize("name", ["..", "a/b", "", "büro", "x" * 100, "a b", "con."])
def test_a_machines_name_is_no_path(name: str) -> None:
    folder = folder_name(name)
    assert folder.startswith("m-")
    assert folder[2:].isalnum()
    assert folder != folder_name(name + "x")
