"""Locks whose holder was killed, and locks on a file system that has none."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest

from crash.paths_of_files import FILES
from crash.paths_of_state import STATE
from crash.world import WritePath
from stui_workspace.errors import DiskError, LockTimeoutError
from stui_workspace.storage.lock import hold, try_hold
from stui_workspace.storage.markers import UNREADABLE_SECONDS, Holder, Marker, _this_program

LOCKED = {name: path for name, path in {**FILES, **STATE}.items() if path.lock is not None}
OTHER = """
import errno, fcntl, sys
from pathlib import Path
from stui_workspace.storage.lock import try_hold

def none(*_):
    raise OSError(errno.ENOLCK, "no locks")

if sys.argv[2] == "none":
    fcntl.flock = none
lock = try_hold(Path(sys.argv[1]))
print("held" if lock else "refused", flush=True)
sys.stdin.readline()
if lock:
    lock.release()
print("released", flush=True)
sys.stdin.readline()
"""
ERRORS = ("ENOLCK", "ENOSYS", "ENOTSUP", "EOPNOTSUPP")


@contextmanager
def another_program(path: Path, *, locks: bool) -> Iterator[subprocess.Popen[str]]:
    """A program that has the lock at `path`."""
    command = [sys.executable, "-c", OTHER, str(path), "some" if locks else "none"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        try:
            assert said(other) == "held"
            yield other
        finally:
            other.kill()


def said(other: subprocess.Popen[str]) -> str:
    assert other.stdout is not None
    return other.stdout.readline().strip()


def be_told(other: subprocess.Popen[str]) -> None:
    assert other.stdin is not None
    other.stdin.write("\n")
    other.stdin.flush()


def dead_holder(path: Path, *, locks: bool) -> None:
    """Leave behind what a program leaves that is killed while it has the lock."""
    with another_program(path, locks=locks) as other:
        other.kill()


def refuse(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Make this a program on a file system without locks."""

    def none(*_: object) -> NoReturn:
        raise error

    monkeypatch.setattr(fcntl, "flock", none)


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse(monkeypatch, OSError(errno.ENOLCK, "no locks"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "locks" / "a.lock"


def done(one: WritePath, home: Path) -> None:
    """It works, twice for the lock: also the first one let it go."""
    for _ in range(2):
        world = one.world(home)
        one.act(world)
        one.done(world.rebooted())


@pytest.mark.parametrize("locks", [True, False])
@pytest.mark.parametrize("name", LOCKED)
def test_a_holder_that_was_killed_is_in_nobodys_way(
    name: str, locks: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = LOCKED[name]
    assert one.lock is not None
    if not locks:
        refuse(monkeypatch, OSError(errno.ENOLCK, "no locks"))
    dead_holder(one.lock(one.world(tmp_path).folder), locks=locks)
    done(one, tmp_path)


@pytest.mark.parametrize(
    "error",
    [
        *(OSError(getattr(errno, name), name) for name in ERRORS),
        NotImplementedError("as older versions of the library say it"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("name", LOCKED)
def test_without_locks_it_is_written_all_the_same(
    name: str, error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, error)
    done(LOCKED[name], tmp_path)
    kept = [one.name for one in tmp_path.rglob("*") if one.is_file()]
    assert all(one.endswith(".lock") for one in kept)


def test_another_error_is_no_reason_to_go_without(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, OSError(errno.EIO, "broken"))
    with pytest.raises(DiskError, match="the disk failed"):
        try_hold(path)


class TestWithoutLocks:
    def test_what_another_program_holds_is_not_ours(self, path: Path, no_locks: None) -> None:
        with another_program(path, locks=False) as other:
            assert try_hold(path) is None
            with pytest.raises(LockTimeoutError) as caught, hold(path, timeout=0.05):
                pass
            assert str(Marker(path).path) in str(caught.value.next_step)
            be_told(other)
            assert said(other) == "released"
            with hold(path, timeout=5.0):
                assert try_hold(path) is None

    def test_it_is_got_when_it_is_let_go(self, path: Path, no_locks: None) -> None:
        with another_program(path, locks=False) as other:
            be_told(other)
            with hold(path, timeout=30.0):
                pass

    def test_releasing_twice_is_releasing(self, path: Path, no_locks: None) -> None:
        lock = try_hold(path)
        assert lock is not None
        lock.release()
        with hold(path, timeout=0.0):
            lock.release()
            assert try_hold(path) is None
        assert not Marker(path).path.exists()

    def test_of_many_that_find_it_abandoned_one_gets_it(self, path: Path, no_locks: None) -> None:
        dead_holder(path, locks=False)
        markers = [Marker(path) for _ in range(8)]
        assert sum(marker.acquire() for marker in markers) == 1
        assert sorted(one.name for one in path.parent.iterdir()) == ["a.lock", "a.lock.held"]


def left_by(path: Path, **changes: Any) -> None:
    """Leave the marker of somebody who is like us but for `changes`."""
    ours = _this_program()
    plain = {name: getattr(ours, name) for name in Holder.__slots__} | {"token": "x"} | changes
    path.parent.mkdir(parents=True)
    Marker(path).path.write_text(json.dumps(plain))


@pytest.mark.parametrize(
    ("changes", "is_gone"),
    [
        pytest.param({}, False, id="this very program"),
        pytest.param({"started": ""}, False, id="nobody knows since when"),
        pytest.param({"started": "1"}, True, id="another program with its number"),
        pytest.param({"boot": "another"}, True, id="before the machine was started anew"),
        pytest.param({"boot": ""}, False, id="nobody knows which start"),
        pytest.param({"pid": 2**22 + 1}, True, id="no program of that number"),
        pytest.param({"pid": 2**70}, True, id="no number of a program"),
        pytest.param({"machine": "another"}, False, id="another machine"),
        pytest.param({"machine": "another", "boot": "another"}, False, id="and its start"),
    ],
)
def test_who_is_gone(path: Path, changes: dict[str, object], is_gone: bool) -> None:
    left_by(path, **changes)
    assert Marker(path).acquire() == is_gone


@pytest.mark.parametrize("content", ["", "{}", "[", "null", '{"pid": 0}', "\x00" * 5000])
def test_what_says_nothing_is_respected_while_it_is_fresh(path: Path, content: str) -> None:
    left_by(path)
    marker = Marker(path)
    marker.path.write_text(content)
    assert not marker.acquire()
    old = marker.path.stat().st_mtime - UNREADABLE_SECONDS - 1
    os.utime(marker.path, (old, old))
    assert marker.acquire()


def test_nobody_takes_away_what_another_is_about_to(path: Path) -> None:
    left_by(path, started="1")
    breaking = path.with_name("a.lock.breaking")
    breaking.write_text("{}")
    assert not Marker(path).acquire()
    breaking.unlink()
    assert Marker(path).acquire()


def test_a_holder_that_came_between_two_looks_stays(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it would be without the second look, which comes when nobody else may take it away."""
    left_by(path, started="1")
    late, quick = Marker(path), Marker(path)
    take: Callable[[Path], bool] = late._take

    def slowly(wanted: Path) -> bool:
        if wanted == late._breaking:
            assert quick.acquire()
        return take(wanted)

    monkeypatch.setattr(late, "_take", slowly)
    assert not late.acquire()
    quick.release()
    assert not quick.path.exists()
