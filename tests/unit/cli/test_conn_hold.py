"""`stui conn hold`: what is held is listed, and ended."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from stui_workspace.connections.holding.holders import Holder, record
from stui_workspace.connections.processes import process_of
from stui_workspace.storage.locations import Locations
from support.command_line import CommandLine


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "1000"]) as one:
        yield one
        one.kill()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STUI_HOME", str(tmp_path / "home"))
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    (tmp_path / "project" / ".stui-workspace.yaml").write_text("stui: 1\nname: a\n")
    return Locations.find(os.environ).workspace(tmp_path / "project").backends / "holders"


def hold(folder: Path, pid: int, name: str) -> None:
    process = process_of(pid)
    record(
        Holder(name, "python", "Python 3\x1b[31m", "unix:/s", process, 0.0, folder / f"{name}.json")
    )


def test_nothing_is_held(folder: Path) -> None:
    ran = CommandLine()("conn", "hold", "ls")
    assert (ran.status, ran.out) == (0, "")
    assert "no backend of this project is held" in ran.err
    assert CommandLine()("conn", "hold", "ls", "--json").out == "[]\n"


def test_what_is_held_is_listed(folder: Path, sleeper: subprocess.Popen[bytes]) -> None:
    hold(folder, sleeper.pid, "image")
    ran = CommandLine()("conn", "hold", "ls")
    assert ran.status == 0
    assert ran.out.startswith("image")
    assert f"pid {sleeper.pid}" in ran.out
    assert "\x1b" not in ran.out
    (told,) = json.loads(CommandLine()("conn", "hold", "ls", "--json").out)
    assert (told["connection"], told["pid"]) == ("image", sleeper.pid)


@pytest.mark.parametrize("arguments", [["image"], ["--all"]], ids=["by its name", "all"])
def test_it_is_ended(arguments: list[str], folder: Path, sleeper: subprocess.Popen[bytes]) -> None:
    hold(folder, sleeper.pid, "image")
    ran = CommandLine()("conn", "hold", "stop", *arguments)
    assert (ran.status, "ended `image`" in ran.err) == (0, True)
    assert sleeper.wait(timeout=30) < 0
    assert list(folder.glob("*.json")) == []


@pytest.mark.parametrize("arguments", [[], ["image", "--all"], ["nobody"]], ids=" ".join)
def test_a_request_that_makes_no_sense(arguments: list[str], folder: Path) -> None:
    ran = CommandLine()("conn", "hold", "stop", *arguments)
    assert (ran.status, ran.out) == (2, "")
    assert "help:" in ran.err
