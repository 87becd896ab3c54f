"""Counting crashes: two in a row end in a choice, and a damaged counter keeps nobody out."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from doubles.flaky_disk import FlakyDisk
from stui_workspace.errors import DiskError
from stui_workspace.storage.sessions.crashes import CRASHES_TO_ASK, CrashCounter

PATH = Path("/state/crashes/a.json")


def counter(disk: FlakyDisk) -> CrashCounter:
    return CrashCounter(PATH, disk)


def test_a_start_that_settles_is_no_crash() -> None:
    disk = FlakyDisk()
    for _ in range(3):
        assert counter(disk).begin() == 0
        counter(disk).settled()
    assert counter(disk).count == 0


def test_the_third_start_after_two_crashes_asks() -> None:
    disk = FlakyDisk()
    before = [counter(disk).begin() for _ in range(3)]
    assert before == [0, 1, 2]
    assert before[2] >= CRASHES_TO_ASK
    assert before[1] < CRASHES_TO_ASK
    assert counter(disk).count == 3


def test_crashes_count_only_in_a_row() -> None:
    disk = FlakyDisk()
    counter(disk).begin()
    counter(disk).begin()
    counter(disk).settled()
    assert counter(disk).begin() == 0


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"unsettled":-1}', b'{"unsettled":"2"}', b"\xff", b"[" * 4096]
)
def test_a_damaged_counter_says_none(content: bytes) -> None:
    disk = FlakyDisk({PATH: content}, {Path("/"), *PATH.parents})
    assert counter(disk).count == 0
    assert counter(disk).begin() == 0
    assert counter(disk).begin() == 1


def test_a_start_that_cannot_be_recorded_is_told() -> None:
    disk = FlakyDisk(fails_at=1, error=errno.EROFS)
    with pytest.raises(DiskError, match="read-only"):
        counter(disk).begin()
