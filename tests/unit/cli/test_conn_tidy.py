"""Backends that were left running: `stui doctor` names them, `stui conn tidy` ends them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from doubles.outside import services_in
from stui_workspace.cli import asking
from stui_workspace.cli.commands import conn_tidy
from stui_workspace.connections.orphans import note_started
from support.command_line import CommandLine

STARTS_ONE = """
import subprocess, sys
quiet = subprocess.DEVNULL
child = subprocess.Popen(["sleep", "600"], start_new_session=True, stdout=quiet, stderr=quiet)
from pathlib import Path
from stui_workspace.connections.orphans import note_started
assert note_started(Path(sys.argv[1]), child.pid, "image (\\x1b[2Jpharo)")
print(child.pid)
"""
"""A stui that notes what it started, and is gone without ending it."""


@pytest.fixture
def folder(stui: CommandLine, file: Path, tmp_path: Path) -> Path:
    stui.services = services_in(tmp_path / "home")
    return stui.services.locations.workspace(file.parent).backends


@pytest.fixture
def orphan(folder: Path) -> Iterator[int]:
    command = [sys.executable, "-c", STARTS_ONE, str(folder)]
    pid = int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    yield pid
    if is_running(pid):
        os.kill(pid, signal.SIGKILL)


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


class Person:
    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def ask(self, question: str) -> str:
        self.asked.append(question)
        return self.answer


def test_doctor_names_it_and_what_it_says_to_do_helps(stui: CommandLine, orphan: int) -> None:
    (found,) = json.loads(stui("doctor", "--json").out)
    assert found["code"] == "backend-left-running"
    assert f"runs on as process {orphan}" in found["message"]
    assert "stui conn tidy" in found["fix"]
    ran = stui("conn", "tidy", "--yes")
    assert (ran.status, ran.out) == (0, "")
    assert f"(process {orphan})" in ran.err
    assert "\x1b" not in ran.err
    assert not is_running(orphan)
    assert stui("doctor").status == 0
    assert stui("conn", "tidy").all == (0, "", "nothing was left running\n")


def test_nothing_ends_without_a_yes(stui: CommandLine, orphan: int) -> None:
    assert stui("conn", "tidy").status == 2
    assert is_running(orphan)


@pytest.mark.parametrize(("answer", "status"), [("y", 0), ("n", 1), ("", 1)])
def test_a_person_is_asked(
    stui: CommandLine, orphan: int, monkeypatch: pytest.MonkeyPatch, answer: str, status: int
) -> None:
    person = Person(answer)
    monkeypatch.setattr(conn_tidy, "asker", lambda: person)
    assert stui("conn", "tidy").status == status
    assert is_running(orphan) == (status == 1)
    assert asking.agrees(person, "again?") == (status == 0)
    assert f"(process {orphan})" in person.asked[0]


def test_what_a_stui_that_runs_looks_after_is_none(
    stui: CommandLine, folder: Path, orphan: int
) -> None:
    note_started(folder, orphan, "ours now")  # by this very process
    assert stui("doctor").status == 0
    assert stui("conn", "tidy", "--yes").err == "nothing was left running\n"
    assert is_running(orphan)
