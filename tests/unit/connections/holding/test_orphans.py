"""Backends that a stui left behind, told from all that are not."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stui_workspace.connections.orphans import end_orphan, forget, note_started, orphans

STARTER = """
import os, subprocess, sys
from pathlib import Path
from stui_workspace.connections.orphans import note_started
child = subprocess.Popen([sys.executable, "-c", sys.argv[2]], start_new_session=True,
                         stdout=subprocess.PIPE)
child.stdout.readline()
note_started(Path(sys.argv[1]), child.pid, "image (pharo)")
print(child.pid, flush=True)
os.kill(os.getpid(), 9)
"""
QUIET = "print(flush=True)\nimport time\ntime.sleep(1000)"
DEAF = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + QUIET


def left_behind(folder: Path, code: str = QUIET) -> int:
    """The number of a process whose parent noted it, and was killed."""
    command = [sys.executable, "-c", STARTER, str(folder), code]
    return int(subprocess.run(command, stdout=subprocess.PIPE, check=False).stdout)


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "1000"], start_new_session=True) as one:
        yield one
        one.kill()


@pytest.mark.parametrize("code", [QUIET, DEAF], ids=["quiet", "deaf"])
def test_what_was_left_behind_is_found_and_ended(code: str, tmp_path: Path) -> None:
    pid = left_behind(tmp_path, code)
    (one,) = orphans(tmp_path)
    assert (one.process.pid, one.what, one.leads_group) == (pid, "image (pharo)", True)
    assert end_orphan(one, 0.2)
    assert not one.process.is_running
    assert orphans(tmp_path) == ()


def test_what_we_look_after_is_no_orphan(tmp_path: Path, child: subprocess.Popen[bytes]) -> None:
    note = note_started(tmp_path, child.pid, "py")
    assert orphans(tmp_path) == ()
    assert note is not None
    assert note.exists()
    forget(note)
    assert not note.exists()


def test_what_was_forgotten_is_no_orphan(tmp_path: Path) -> None:
    pid = left_behind(tmp_path)
    forget(tmp_path / "started" / f"{pid}.json")
    assert orphans(tmp_path) == ()
    os.kill(pid, signal.SIGKILL)


def test_a_number_that_was_given_to_another_is_not_ended(
    tmp_path: Path, child: subprocess.Popen[bytes]
) -> None:
    note = note_started(tmp_path, child.pid, "py")
    assert note is not None
    content = json.loads(note.read_text())
    note.write_text(json.dumps({**content, "owner_started": "before", "started": "before"}))
    assert orphans(tmp_path) == ()
    assert child.poll() is None
    assert not note.exists()


def test_it_becomes_another_between_looking_and_ending(
    tmp_path: Path, child: subprocess.Popen[bytes]
) -> None:
    note = note_started(tmp_path, child.pid, "py")
    assert note is not None
    content = json.loads(note.read_text())
    note.write_text(json.dumps({**content, "owner_started": "before"}))
    (one,) = orphans(tmp_path)
    child.kill()
    child.wait()
    assert end_orphan(one, 0.1)


@pytest.mark.parametrize("content", ["", "[]", '{"pid": 1}', '{"pid": true}'])
def test_notes_that_make_no_sense_are_taken_away(content: str, tmp_path: Path) -> None:
    (tmp_path / "started").mkdir()
    (tmp_path / "started" / "1.json").write_text(content)
    assert orphans(tmp_path) == ()
    assert list((tmp_path / "started").iterdir()) == []


def test_without_a_folder_nothing_is_noted(tmp_path: Path) -> None:
    assert note_started(None, os.getpid(), "py") is None
    (tmp_path / "file").write_text("")
    assert note_started(tmp_path / "file", os.getpid(), "py") is None
    assert orphans(tmp_path / "nothing") == ()
    forget(None)
