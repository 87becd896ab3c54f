"""The log: append-only, read from its newest end, several machines in one folder."""

from __future__ import annotations

import errno
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles.flaky_disk import FlakyDisk, PowerCut
from stui_workspace.errors import DiskError
from stui_workspace.history import Entry, HistoryLog, segments
from stui_workspace.storage.filesystem import Write
from stui_workspace.storage.machines import MARKER, Machine

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


COPIES = [
    "2026-06.sync-conflict-20261128-101010-ABCDEFG.jsonl",
    "2026-06 (1).jsonl",
    "2026-06 (ada's conflicted copy 2026-11-28).jsonl",
    "2026-06.jsonl.conflict1",
    "2026-06-DESKTOP-AB12CD3.jsonl",
]
OWN = FOLDER / "laptop"
SEGMENT = OWN / "2026-06.jsonl"


def identified(disk: FlakyDisk, number: int = 1, name: str = "laptop") -> HistoryLog:
    return HistoryLog(FOLDER, name, disk, identify=lambda: Machine(name, f"{number:08x}"))


def lines_of(disk: FlakyDisk, *entries: Entry, machine: str = "laptop") -> bytes:
    """The lines of entries, as a log of their own writes them."""
    elsewhere = FlakyDisk()
    for one in entries:
        HistoryLog(FOLDER, machine, elsewhere).append(one)
    return b"".join(elsewhere.files.values())


@pytest.mark.parametrize("name", COPIES)
def test_a_conflict_copy_is_read_and_what_is_in_both_counts_once(
    disk: FlakyDisk, log: HistoryLog, name: str
) -> None:
    log.append(entry("a"))
    copied = disk.files[SEGMENT]
    log.append(entry("c", JUNE + 2))
    disk.files[OWN / name] = copied + lines_of(disk, entry("b", JUNE + 1))
    assert HistoryLog(FOLDER, "desktop", disk).recall("py", 9) == ("a", "b", "c")
    assert HistoryLog(FOLDER, "desktop", disk).recall("py", 2) == ("b", "c")


@pytest.mark.parametrize("name", COPIES)
def test_its_own_copies_a_machine_takes_in(disk: FlakyDisk, name: str) -> None:
    identified(disk).append(entry("a"))
    disk.files[OWN / name] = disk.files[SEGMENT] + lines_of(disk, entry("b", JUNE + 1))
    identified(disk).append(entry("c", JUNE + 2))
    assert disk.names(OWN) == ("2026-06.jsonl", MARKER)
    assert identified(disk).recall("py", 9) == ("a", "c", "b")


def test_the_copies_of_another_machine_are_left_alone(disk: FlakyDisk) -> None:
    identified(disk).append(entry("a"))
    disk.files[OWN / COPIES[0]] = lines_of(disk, entry("b", JUNE + 1))
    before = dict(disk.files)
    other = identified(disk, 2)
    other.append(entry("c", JUNE + 2))
    assert other.fold() == 0
    assert before.items() <= disk.files.items()
    assert other.recall("py", 9) == ("a", "b", "c")


def test_a_copy_with_a_line_that_cannot_be_read_is_taken_in_and_stays(disk: FlakyDisk) -> None:
    log = identified(disk)
    log.append(entry("a"))
    disk.files[OWN / COPIES[0]] = lines_of(disk, entry("b", JUNE + 1)) + b'{"id": "torn'
    assert log.fold() == 0
    assert log.fold() == 0
    assert disk.files[SEGMENT].count(b"\n") == 2
    assert OWN / COPIES[0] in disk.files
    assert log.recall("py", 9) == ("a", "b")


def test_a_copy_that_was_only_cut_short_goes(disk: FlakyDisk) -> None:
    log = identified(disk)
    log.append(entry("a"))
    log.append(entry("b", JUNE + 1))
    disk.files[OWN / COPIES[0]] = disk.files[SEGMENT][:-20]
    assert log.fold() == 1
    assert disk.names(OWN) == ("2026-06.jsonl", MARKER)
    assert log.recall("py", 9) == ("a", "b")


def test_a_copy_goes_only_after_its_entries_are_safe(disk: FlakyDisk) -> None:
    identified(disk).append(entry("a"))
    disk.files[OWN / COPIES[0]] = lines_of(disk, entry("b", JUNE + 1))
    whole = disk.reboot()
    identified(whole).fold()
    steps = whole.steps
    assert steps
    for number in range(1, steps + 1):
        cut = disk.reboot()
        cut.dies_at = number
        with pytest.raises(PowerCut):
            identified(cut).fold()
        rebooted = cut.reboot()
        assert set(identified(rebooted).recall("py", 9)) == {"a", "b"}
        identified(rebooted).fold()
        assert identified(rebooted).recall("py", 9) == ("a", "b")


def test_a_copy_that_a_sync_tool_changes_meanwhile_stays(disk: FlakyDisk) -> None:
    identified(disk).append(entry("a"))
    copy = OWN / COPIES[0]
    late = [lines_of(disk, entry(f"late-{number}", JUNE + number)) for number in range(9)]

    class Busy(FlakyDisk):
        def write(self, path: Path, content: bytes, how: Write, **rest: Path | None) -> None:
            super().write(path, content, how)
            self.files[copy] += late.pop()

    busy = Busy(disk.files, disk.folders)
    busy.files[copy] = lines_of(disk, entry("b", JUNE + 1))
    assert identified(busy).fold() == 0
    assert copy in busy.files
    assert {"a", "b", "late-8"} <= set(identified(busy).recall("py", 99))


def test_two_machines_of_one_name_write_to_folders_of_their_own(disk: FlakyDisk) -> None:
    one, two = identified(disk, 1), identified(disk, 2)
    one.append(entry("a"))
    two.append(entry("b", JUNE + 1))
    one.append(entry("c", JUNE + 2))
    assert disk.names(FOLDER) == ("laptop", "laptop-00000002")
    assert one.recall("py", 9) == two.recall("py", 9) == ("a", "b", "c")


def test_when_both_began_apart_and_the_sync_decides_the_other_moves(disk: FlakyDisk) -> None:
    one = identified(disk, 1)
    one.append(entry("a"))
    disk.files[OWN / MARKER] = b"00000002\n"  # the other one's, which came first
    one.append(entry("b", JUNE + 1))
    assert FOLDER / "laptop-00000001" / "2026-06.jsonl" in disk.files
    assert one.recall("py", 9) == ("a", "b")


def test_a_segment_that_a_sync_tool_tore_costs_the_line_that_it_tore(disk: FlakyDisk) -> None:
    log = identified(disk)
    log.append(entry("a"))
    log.append(entry("b", JUNE + 1))
    disk.files[SEGMENT] = disk.files[SEGMENT][:-20]
    log.append(entry("c", JUNE + 2))
    assert log.recall("py", 9) == ("a", "c")


@pytest.mark.parametrize("at", [b"1" + b"0" * 400, b"NaN", b"-Infinity", b"true", b'"1"'])
def test_a_time_of_no_clock_breaks_nothing(disk: FlakyDisk, log: HistoryLog, at: bytes) -> None:
    log.append(entry("a"))
    disk.make_folder(FOLDER / "other")
    line = b'{"id": "x", "at": ' + at + b', "connection": "py", "code": "b"}\n'
    disk.files[FOLDER / "other" / SEGMENT.name] = line
    assert log.recall("py", 9)[-1] == "a"


def test_what_cannot_be_read_of_another_machine_keeps_nobody_from_their_own(
    disk: FlakyDisk, log: HistoryLog
) -> None:
    log.append(entry("a"))
    disk.make_folder(FOLDER / "other" / SEGMENT.name)  # a folder of that name
    assert log.recall("py", 9) == ("a",)
    disk.make_folder(OWN / "2026-07.jsonl")
    with pytest.raises(DiskError):
        log.recall("py", 9)


def test_clocks_that_differ_by_hours_lose_and_double_nothing(disk: FlakyDisk) -> None:
    for number in range(4):
        identified(disk, 1, "laptop").append(entry(f"l{number}", JUNE + number))
        identified(disk, 2, "desktop").append(entry(f"d{number}", JUNE + 9 * 3600 + number))
    found = identified(disk, 1).recall("py", 99)
    assert len(found) == len(set(found)) == 8
    assert [code for code in found if code[0] == "l"] == ["l0", "l1", "l2", "l3"]
    assert [code for code in found if code[0] == "d"] == ["d0", "d1", "d2", "d3"]


def test_entries_of_another_month_in_a_file_are_read_with_it(disk: FlakyDisk) -> None:
    log = identified(disk)
    log.append(entry("june"))
    disk.files[OWN / "2026-08.jsonl"] = lines_of(disk, entry("may", JUNE - MONTH), entry("june"))
    assert sorted(log.recall("py", 9)) == ["june", "may"]


def test_a_segment_too_large_to_be_ours_is_skipped_and_set_apart(
    disk: FlakyDisk, log: HistoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "MOST_BYTES", 1 << 20)
    log.append(entry("may", JUNE - MONTH))
    log.append(entry("june"))
    june = FOLDER / "laptop" / "2026-06.jsonl"
    disk.files[june] = bytes((1 << 20) + 1)
    assert log.recall("py", 9) == ("may",)
    assert log.prune(0) == 1
    disk.files[june] = bytes((1 << 20) + 1)
    log.append(entry("again"))
    assert log.recall("py", 9) == ("again",)
    assert june.with_name("2026-06.jsonl.damaged-1") in disk.files


def test_what_is_passed_over_in_own_segments_is_counted_once(disk: FlakyDisk) -> None:
    for machine in ("laptop", "desktop"):
        path = FOLDER / machine / "2026-06.jsonl"
        disk.make_folder(path.parent)
        whole = segments.line_of(Entry(JUNE, "py", machine, "w", machine=machine, id=machine))
        disk.write(path, b'rubbish\n{"of": "a newer stui"}\n\n' + whole + b'{"torn', Write.APPEND)
    log = HistoryLog(FOLDER, "laptop", disk)
    assert log.unread_count == 0
    for _ in range(2):
        assert sorted(log.recall("py", 9)) == ["desktop", "laptop"]
    assert log.unread_count == 2
