"""Everything that this program writes, under everything that a disk can do to it.

The law is the same everywhere: what is there is the old or the new content and never a mixture,
nothing that was acknowledged is lost, the error says what is wrong and what to do, and a failure
that the program survives leaves nothing of its own lying about.
"""

from __future__ import annotations

import errno
from contextlib import suppress
from pathlib import Path

import pytest

from crash.paths_of_files import FILES
from crash.paths_of_sessions import SESSIONS
from crash.paths_of_state import STATE
from crash.world import ROOT, World, WritePath
from doubles.flaky_disk import FlakyDisk, PowerCut
from stui_workspace.errors import StaleRevisionError, StorageError, StuiError

PATHS = {**FILES, **SESSIONS, **STATE}
ERRORS = ("EIO", "ENOSPC", "EDQUOT", "EACCES", "EROFS")


def attempt(path: WritePath, world: World) -> StorageError | None:
    """The error in which it ends: one that a person can do something about.

    Nothing lies about then, but what could not be deleted, and what the error names as whole.
    """
    error = ended(path, world)
    said = error.next_step or "" if error is not None else ""
    assert error is None or (str(error) and (said or isinstance(error, StaleRevisionError)))
    litter = set(world.litter()) - set(world.disk.failed)
    assert [one for one in litter if str(one) not in said] == []
    return error


def ended(path: WritePath, world: World) -> StorageError | None:
    try:
        path.act(world)
    except StorageError as error:
        return error
    return None


def undisturbed(path: WritePath, home: Path) -> FlakyDisk:
    """The disk after it, to count on it what can go wrong."""
    world = path.world(home)
    path.act(world)
    return world.disk


def operations(path: WritePath, home: Path) -> range:
    """The number of each operation that changes the disk, from 1."""
    return range(1, undisturbed(path, home).operations + 1)


@pytest.mark.parametrize("name", PATHS)
def test_where_nothing_happens_it_is_done(name: str, tmp_path: Path) -> None:
    path = PATHS[name]
    world = path.world(tmp_path)
    path.act(world)
    assert world.disk.operations
    assert world.litter() == []
    path.done(world.rebooted())
    path.check(world.rebooted())


@pytest.mark.parametrize("name", PATHS)
def test_a_power_cut_costs_nothing_that_was_acknowledged(name: str, tmp_path: Path) -> None:
    path = PATHS[name]
    for step in range(1, undisturbed(path, tmp_path).steps + 1):
        world = path.world(tmp_path)
        world.disk.dies_at = step
        with pytest.raises(PowerCut):
            path.act(world)
        path.check(world.rebooted())


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("name", PATHS)
def test_a_disk_that_fails_once_costs_nothing_and_the_next_try_works(
    name: str, error: str, tmp_path: Path
) -> None:
    path = PATHS[name]
    for operation in operations(path, tmp_path):
        world = path.world(tmp_path)
        world.disk.fails_at, world.disk.error = operation, getattr(errno, error)
        failed = attempt(path, world)
        path.check(world.rebooted())
        if failed is not None:
            path.act(world)
        path.done(world.rebooted())


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("name", PATHS)
def test_a_disk_that_fails_from_then_on_costs_nothing_either(
    name: str, error: str, tmp_path: Path
) -> None:
    path = PATHS[name]
    for operation in operations(path, tmp_path):
        world = path.world(tmp_path)
        world.disk.fails_at, world.disk.error = operation, getattr(errno, error)
        world.disk.lasting = True
        failed = attempt(path, world)
        path.check(world.rebooted())
        if failed is None:
            path.done(world.rebooted())


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("name", PATHS)
def test_what_is_done_and_then_fails_is_there_or_not(name: str, error: str, tmp_path: Path) -> None:
    path = PATHS[name]
    for operation in operations(path, tmp_path):
        world = path.world(tmp_path)
        world.disk.fails_at, world.disk.error = operation, getattr(errno, error)
        world.disk.late = True
        failed = attempt(path, world)
        path.check(world.rebooted())
        if failed is None:
            path.done(world.rebooted())


@pytest.mark.parametrize("error", ["EIO", "EACCES", "ESTALE"])
@pytest.mark.parametrize("name", PATHS)
def test_what_cannot_be_read_is_not_lost(name: str, error: str, tmp_path: Path) -> None:
    path = PATHS[name]
    for reading in range(1, undisturbed(path, tmp_path).readings + 1):
        world = path.world(tmp_path)
        world.disk.fails_reading_at, world.disk.error = reading, getattr(errno, error)
        failed = attempt(path, world)
        path.check(world.rebooted())
        if failed is None:
            path.done(world.rebooted())


@pytest.mark.parametrize("which", ["project", "state"])
@pytest.mark.parametrize("name", PATHS)
def test_a_folder_that_vanishes_is_told_or_made_again(
    name: str, which: str, tmp_path: Path
) -> None:
    path = PATHS[name]
    for operation in operations(path, tmp_path):
        world = path.world(tmp_path)
        doomed = ROOT if which == "project" else tmp_path / "state"
        world.disk.vanishes_at, world.disk.vanishing = operation, (doomed,)
        with suppress(StuiError):
            path.act(world)
        assert world.litter() == []
