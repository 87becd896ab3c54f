"""The log of connections: what it keeps, in what order it tells it, and what it survives."""

from __future__ import annotations

import errno
import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from doubles.flaky_disk import FlakyDisk, PowerCut
from stui_workspace.errors import DiskError
from stui_workspace.history import ConnectionLog, Damage, Entry, Episode, HistoryLog
from stui_workspace.history.connections import MOST_PARTS, PART_BYTES
from stui_workspace.storage.machines import MARKER, Machine

FOLDER = Path("/history")
OWN = FOLDER / "laptop"
SEGMENT = OWN / "connections-2026-06.jsonl"
MONTH = 31 * 86_400.0
JUNE = datetime(2026, 6, 15, tzinfo=UTC).timestamp()


@pytest.fixture
def disk() -> FlakyDisk:
    return FlakyDisk()


@pytest.fixture
def log(disk: FlakyDisk) -> ConnectionLog:
    return ConnectionLog(FOLDER, "laptop", disk)


def episode(connection: str = "image", began: float = JUNE, workspace: str = "w") -> Episode:
    return Episode(connection, workspace, "", began, None, "stui", "tcp://h:1", "open")


def lost(one: Episode, after: float = 60.0) -> Episode:
    return replace(one, ended=one.began + after, outcome="lost", reason="connection reset")


def test_an_empty_log(log: ConnectionLog) -> None:
    assert log.read(None, 10) == ()


def test_the_newest_comes_first(log: ConnectionLog) -> None:
    kept = [log.append(episode(began=JUNE + at)) for at in (0, 2 * MONTH, MONTH, 1)]
    assert log.read(None, 10) == (kept[1], kept[2], kept[3], kept[0])
    assert log.read(None, 2) == (kept[1], kept[2])
    assert log.read(None, 0) == log.read(None, -1) == ()


def test_the_end_takes_the_place_of_the_beginning(log: ConnectionLog) -> None:
    begun = log.append(episode())
    ended = log.append(lost(begun))
    assert ended.id == begun.id
    assert log.read(None, 10) == (ended,)
    assert ended.seconds == 60.0
    assert begun.seconds is None


def test_what_was_said_late_of_a_beginning_changes_nothing(
    disk: FlakyDisk, log: ConnectionLog
) -> None:
    begun = log.append(episode())
    first = disk.files[SEGMENT]
    ended = log.append(lost(begun))
    disk.files[SEGMENT] += first
    assert log.read(None, 10) == (ended,)


def test_the_later_end_counts(log: ConnectionLog) -> None:
    begun = log.append(episode())
    late = log.append(lost(begun, 90.0))
    log.append(lost(begun, 30.0))
    assert log.read(None, 10) == (late,)


def test_an_end_in_another_month_is_found_with_its_beginning(log: ConnectionLog) -> None:
    begun = log.append(episode())
    log.append(episode(began=JUNE + MONTH))
    ended = log.append(lost(begun, 2 * MONTH))
    assert log.read(None, 10)[-1] == ended
    assert len(log.read(None, 10)) == 2


def test_episodes_alike_in_everything_are_two(log: ConnectionLog) -> None:
    assert log.append(episode()).id != log.append(episode()).id
    assert len(log.read(None, 10)) == 2


def test_by_connection_and_workspace(log: ConnectionLog) -> None:
    one = log.append(episode("image", JUNE, "w"))
    two = log.append(episode("image", JUNE + 1, "v"))
    three = log.append(episode("db", JUNE + 2, "w"))
    assert log.read("image", 9) == (two, one)
    assert log.read(None, 9, workspace="w") == (three, one)
    assert log.read("image", 9, workspace="v") == (two,)
    assert log.read("nope", 9) == ()


def test_no_more_months_are_read_than_are_asked_for(disk: FlakyDisk, log: ConnectionLog) -> None:
    read: list[str] = []

    class Watched(FlakyDisk):
        def read(self, path: Path, limit: int | None = None) -> bytes | None:
            read.append(path.name)
            return super().read(path, limit)

    for number in range(3):
        log.append(episode(began=JUNE + number * MONTH))
    watched = Watched(disk.files, disk.folders)
    assert len(ConnectionLog(FOLDER, "laptop", watched).read(None, 1)) == 1
    assert read == ["connections-2026-08.jsonl"]


def test_an_address_is_kept_without_who_comes(disk: FlakyDisk, log: ConnectionLog) -> None:
    log.append(replace(episode(), address="tcp://ada:s3cret@h:1"))
    assert b"s3cret" not in disk.files[SEGMENT]
    assert b"ada" not in disk.files[SEGMENT]
    assert log.read(None, 1)[0].address == "tcp://h:1"


def test_a_peer_that_says_much_is_cut_short(disk: FlakyDisk, log: ConnectionLog) -> None:
    log.append(replace(episode(), reason="x" * 100_000, identity="\ud800" * 100_000))
    assert len(disk.files[SEGMENT]) < 10_000
    assert log.read(None, 1)[0].reason == "x" * 499 + "…"


def test_the_lines_are_json_for_other_programs(disk: FlakyDisk, log: ConnectionLog) -> None:
    kept = log.append(episode("é"))
    found = json.loads(disk.files[SEGMENT])
    assert found == asdict(kept)
    assert list(found) == sorted(found)
    assert (found["connection"], found["machine"], found["outcome"]) == ("é", "laptop", "open")


def test_the_input_history_beside_it_is_another_thing(disk: FlakyDisk, log: ConnectionLog) -> None:
    inputs = HistoryLog(FOLDER, "laptop", disk)
    inputs.append(Entry(JUNE, "image", "1 + 1"))
    kept = log.append(episode())
    assert inputs.recall(None, 9) == ("1 + 1",)
    assert log.read(None, 9) == (kept,)
    inputs.prune(0)
    inputs.fold()
    assert log.read(None, 9) == (kept,)


DAMAGED = [
    b'{"id": "x", "began": 1',
    b"\xff\xfe",
    b"[]",
    b"{}",
    b'{"id": "", "began": 1, "connection": "py", "outcome": "open"}',
    b'{"id": "x", "began": true, "connection": "py", "outcome": "open"}',
    b'{"id": "x", "began": 1, "connection": "py", "outcome": "exploded"}',
    b'{"id": "x", "began": 1' + b"0" * 400 + b', "connection": "py", "outcome": "open"}',
    b"[" * 50_000,
    b'{"id": "' + b"x" * 70_000 + b'", "began": 1, "connection": "py", "outcome": "open"}',
]


@pytest.mark.parametrize("line", DAMAGED)
def test_a_damaged_line_is_named_and_costs_that_line(
    disk: FlakyDisk, log: ConnectionLog, line: bytes
) -> None:
    one = log.append(episode())
    disk.files[SEGMENT] += line  # torn: without its line end
    two = log.append(episode(began=JUNE + 1))
    damage: list[Damage] = []
    assert log.read(None, 9, on_damage=damage.append) == (two, one)
    assert damage == [Damage(SEGMENT, 2)]


@pytest.mark.parametrize(
    "more",
    [
        b'"ended": "soon"',
        b'"ended": NaN',
        b'"attempts": -1',
        b'"attempts": "many"',
        b'"reason": 7, "identity": [], "address": {}',
        b'"from a later version": true',
    ],
)
def test_what_is_odd_about_a_line_costs_what_is_odd(
    disk: FlakyDisk, log: ConnectionLog, more: bytes
) -> None:
    log.append(episode())
    line = b'{"id": "x", "began": 1, "connection": "py", "outcome": "lost", ' + more + b"}"
    disk.files[OWN / "connections-1970-01.jsonl"] = line
    found = log.read("py", 9)[0]
    assert found == Episode("py", "", "", 1.0, None, "", None, "lost", id="x")


@pytest.mark.parametrize("at", [-1e30, 1e30, float("nan"), float("inf")])
def test_a_clock_gone_mad_loses_nothing(log: ConnectionLog, at: float) -> None:
    log.append(episode(began=at))
    log.append(episode(began=JUNE))
    assert len(log.read(None, 9)) == 2


def test_it_grows_no_further_than_it_may(
    disk: FlakyDisk, log: ConnectionLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stui_workspace.history.connections.PART_BYTES", 2_000)
    kept = [log.append(lost(episode(began=JUNE + at))) for at in range(400)]
    names = disk.names(OWN)
    assert len(names) == MOST_PARTS
    assert all(len(disk.files[OWN / name]) < 2_500 for name in names)
    newest = log.read(None, 50)
    assert newest == tuple(reversed(kept[-50:]))


def test_the_bound_is_a_few_megabytes() -> None:
    assert MOST_PARTS * PART_BYTES <= 4 << 20


def test_old_months_of_other_machines_are_theirs(disk: FlakyDisk) -> None:
    old = identified(disk, 2, "desktop")
    for number in range(2 * MOST_PARTS):
        identified(disk).append(episode(began=JUNE + number * MONTH))
        if number < 3:
            old.append(episode(began=JUNE + number * MONTH))
    assert len(disk.names(OWN)) == MOST_PARTS + 1
    assert len(disk.names(FOLDER / "desktop")) == 4


COPIES = [
    "connections-2026-06.sync-conflict-20261128-101010-ABCDEFG.jsonl",
    "connections-2026-06 (1).jsonl",
    "connections-2026-06 (ada's conflicted copy 2026-11-28).jsonl",
    "Copy of connections-2026-06.jsonl",
    "connections-2026-06.jsonl.conflict1",
    "connections-2026-06-DESKTOP-AB12CD3.jsonl",
]


def identified(disk: FlakyDisk, number: int = 1, name: str = "laptop") -> ConnectionLog:
    return ConnectionLog(FOLDER, name, disk, identify=lambda: Machine(name, f"{number:08x}"))


@pytest.mark.parametrize("name", COPIES)
def test_a_conflict_copy_is_read_and_what_is_in_both_counts_once(
    disk: FlakyDisk, log: ConnectionLog, name: str
) -> None:
    one = log.append(episode())
    two = log.append(episode(began=JUNE + 1))
    disk.files[OWN / name] = disk.files[SEGMENT]
    ended = log.append(lost(one))
    first, second, third = disk.files[SEGMENT].splitlines(keepends=True)
    disk.files[SEGMENT] = first + third  # the other side won, and went on
    disk.files[OWN / name] = first + second
    assert ConnectionLog(FOLDER, "desktop", disk).read(None, 9) == (two, ended)


@pytest.mark.parametrize(
    "name", ["connections-2026-06.jsonl.part", "connections-x.jsonl", "README"]
)
def test_other_things_in_the_folder_are_left_alone(
    disk: FlakyDisk, log: ConnectionLog, name: str
) -> None:
    one = log.append(episode())
    disk.files[OWN / name] = b"mine"
    damage: list[Damage] = []
    assert log.read(None, 9, on_damage=damage.append) == (one,)
    assert damage == []


def test_two_machines_of_one_name_write_to_folders_of_their_own(disk: FlakyDisk) -> None:
    one = identified(disk, 1).append(episode())
    two = identified(disk, 2).append(episode(began=JUNE + 1))
    assert disk.names(FOLDER) == ("laptop", "laptop-00000002")
    assert MARKER in disk.names(OWN)
    assert identified(disk, 1).read(None, 9) == identified(disk, 2).read(None, 9) == (two, one)


def test_a_failed_append_is_told_and_the_next_one_works(
    disk: FlakyDisk, log: ConnectionLog
) -> None:
    one = log.append(episode())
    disk.fails_at, disk.error = disk.operations + 1, errno.ENOSPC
    with pytest.raises(DiskError, match="full"):
        log.append(episode(began=JUNE + 1))
    two = log.append(episode(began=JUNE + 2))
    assert log.read(None, 9) == (two, one)


def test_a_power_cut_costs_at_most_the_line_that_was_being_written(disk: FlakyDisk) -> None:
    one = identified(disk).append(episode())
    whole = disk.reboot()
    identified(whole).append(lost(one))
    assert whole.steps
    for number in range(1, whole.steps + 1):
        cut = disk.reboot()
        cut.dies_at = number
        with pytest.raises(PowerCut):
            identified(cut).append(lost(one))
        rebooted = cut.reboot()
        (found,) = identified(rebooted).read(None, 9)
        assert found in (one, lost(one))
        identified(rebooted).append(lost(one))
        assert identified(rebooted).read(None, 9) == (lost(one),)


def test_what_cannot_be_read_of_another_machine_keeps_nobody_from_their_own(
    disk: FlakyDisk, log: ConnectionLog
) -> None:
    one = log.append(episode())
    disk.make_folder(FOLDER / "other" / SEGMENT.name)  # a folder of that name
    disk.files[FOLDER / "file"] = b""
    assert log.read(None, 9) == (one,)
    disk.make_folder(OWN / "connections-2026-07.jsonl")
    with pytest.raises(DiskError):
        log.read(None, 9)


def test_a_file_too_large_to_be_ours_is_gone_round(disk: FlakyDisk, log: ConnectionLog) -> None:
    log.append(episode())
    disk.files[SEGMENT] = bytes(9 << 20)
    kept = log.append(episode("other"))
    damage: list[Damage] = []
    assert log.read(None, 10, on_damage=damage.append) == (kept,)
    assert [one.path for one in damage] == [SEGMENT]
