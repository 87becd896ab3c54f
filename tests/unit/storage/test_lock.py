"""Locks between two real programs, and the end of one of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stui_workspace.errors import DiskError, LockTimeoutError
from stui_workspace.storage.lock import hold, try_hold

OTHER = """
import sys
from pathlib import Path
from stui_workspace.storage.lock import try_hold

lock = try_hold(Path(sys.argv[1]))
print("held" if lock else "refused", flush=True)
sys.stdin.readline()
if lock:
    lock.release()
print("released", flush=True)
sys.stdin.readline()
"""


@contextmanager
def another_program(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A program that tries to hold `path`, says how it went, and releases it when told."""
    with subprocess.Popen(
        [sys.executable, "-c", OTHER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        try:
            yield other
        finally:
            other.kill()


def said(other: subprocess.Popen[str]) -> str:
    assert other.stdout is not None
    return other.stdout.readline().strip()


def tell(other: subprocess.Popen[str]) -> None:
    assert other.stdin is not None
    other.stdin.write("\n")
    other.stdin.flush()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "locks" / "a.lock"


def test_what_another_program_holds_is_not_ours(path: Path) -> None:
    with another_program(path) as other:
        assert said(other) == "held"
        assert try_hold(path) is None
        with pytest.raises(LockTimeoutError) as caught, hold(path, timeout=0.05):
            pass
        assert caught.value.path == path
        tell(other)
        assert said(other) == "released"
        with hold(path, timeout=5.0):
            assert try_hold(path) is None


def test_what_we_hold_is_not_another_programs(path: Path) -> None:
    with hold(path, timeout=0.0), another_program(path) as other:
        assert said(other) == "refused"


def test_a_dead_holder_holds_nothing(path: Path) -> None:
    with another_program(path) as other:
        assert said(other) == "held"
        other.kill()
        other.wait()
        lock = try_hold(path)
        assert lock is not None
        lock.release()


def test_a_lock_waited_for_is_got_when_it_is_let_go(path: Path) -> None:
    with another_program(path) as other:
        assert said(other) == "held"
        tell(other)
        with hold(path, timeout=30.0) as lock:
            assert lock.path == path


def test_releasing_twice_is_releasing(path: Path) -> None:
    lock = try_hold(path)
    assert lock is not None
    with lock:
        pass
    lock.release()
    again = try_hold(path)
    assert again is not None
    again.release()


def test_a_lock_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DiskError):
        try_hold(tmp_path / "file" / "a.lock")
