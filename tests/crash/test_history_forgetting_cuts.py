"""Forgetting on a disk that loses its power or fails, at every step of all that it does.

Whatever happens: what was not to be forgotten is there, and what was said to be forgotten is never
seen again; the next time that something is forgotten, its lines go.
"""

from __future__ import annotations

import errno
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from doubles.flaky_disk import FlakyDisk, PowerCut
from stui_workspace.errors import DiskError
from stui_workspace.history import Entry, HistoryLog
from stui_workspace.history.forgetting import bring_back, forget

FOLDER = Path("/history")
JUNE = 1_781_500_000.0
MONTH = 31 * 86400.0
NOW = JUNE + 9 * MONTH


def log(disk: FlakyDisk, machine: str = "laptop") -> HistoryLog:
    return HistoryLog(FOLDER, machine, disk)


def world() -> tuple[FlakyDisk, list[Entry]]:
    """Three months of two machines, and what is to be forgotten of them."""
    disk = FlakyDisk()
    made = [
        log(disk, ("laptop", "desktop")[at % 2]).append(
            Entry(JUNE + (at // 6) * MONTH + at, "py", f"{'gone' if at % 3 == 0 else 'kept'} {at}")
        )
        for at in range(18)
    ]
    return disk, [one for one in made if one.code.startswith("gone")]


def seen(disk: FlakyDisk) -> set[str]:
    return {one.code for one in log(disk).entries()}


def kept(codes: set[str]) -> set[str]:
    return {code for code in codes if code.startswith("kept")}


def check(disk: FlakyDisk, gone: list[Entry], before: set[str]) -> None:
    now = seen(disk)
    assert kept(now) == kept(before)
    assert now in (before, kept(before))  # all of it or nothing
    if now != before:
        assert seen(disk) == kept(before)
    forget(log(disk), {one.id for one in gone}, NOW + 1)
    assert seen(disk) == kept(before)
    own = b"".join(text for path, text in disk.files.items() if path.parent.name == "laptop")
    assert b'"gone' not in own
    assert b"kept" in own


def test_a_power_cut_at_every_step_loses_nothing_and_shows_nothing_again() -> None:
    for dies_at in count(1):
        disk, gone = world()
        before = seen(disk)
        disk.steps, disk.dies_at = 0, dies_at
        try:
            forget(log(disk), {one.id for one in gone}, NOW)
        except PowerCut:
            disk.dies_at = 0
            check(disk, gone, before)
            continue
        assert dies_at > 10
        break


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_disk_that_fails_at_every_operation_likewise(error: int) -> None:
    for fails_at in count(1):
        disk, gone = world()
        before = seen(disk)
        disk.operations, disk.fails_at, disk.error = 0, fails_at, error
        with suppress(DiskError):
            forget(log(disk), {one.id for one in gone}, NOW)
            if not disk.failed:
                assert fails_at > 4
                return
        disk.fails_at = 0
        check(disk, gone, before)


def test_bringing_back_after_a_cut_and_again_brings_all_back() -> None:
    for dies_at in count(1):
        disk, gone = world()
        before = seen(disk)
        forget(log(disk), {one.id for one in gone}, NOW)
        disk.steps, disk.dies_at = 0, dies_at
        try:
            bring_back(log(disk), gone, NOW + 1)
        except PowerCut:
            disk.dies_at = 0
            assert kept(seen(disk)) == kept(before)
            bring_back(log(disk), gone, NOW + 2)
            assert seen(disk) == before
            continue
        assert seen(disk) == before
        break
