"""Typing, going back, and going on, as processes: nothing of either state is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

STUI = str(Path(sys.executable).parent / "stui")
TYPE = """
import asyncio, os, sys
from pathlib import Path
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session

async def type_text():
    session = Session.open(OpenRequest(Path(), connect=False), Services.real(os.environ))
    await session.start()
    for name in ("scratch", "ideas"):
        session.edit(name, f"{sys.argv[1]} in {name}")
    print(session.buffer("scratch").text, flush=True)
    await session.close()

asyncio.run(type_text())
"""


class Person:
    def __init__(self, project: Path, home: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("STUI")}
        self.where: dict[str, Any] = {
            "cwd": project,
            "env": {**kept, "STUI_HOME": str(home), "NO_COLOR": "1"},
            "text": True,
        }

    def types(self, text: str) -> None:
        command = [sys.executable, "-c", TYPE, text]
        done = subprocess.run(command, capture_output=True, check=False, **self.where)
        assert done.returncode == 0, done.stderr

    def runs(self, *words: str, status: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run([STUI, *words], capture_output=True, check=False, **self.where)
        assert done.returncode == status, done.stderr
        return done

    def log(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.runs("session", "log", "--json").stdout)
        return found

    def unsaved(self) -> str:
        return self.runs("session", "show").stdout


@pytest.fixture
def person(tmp_path: Path) -> Person:
    project = tmp_path / "project"
    project.mkdir()
    (project / ".git").mkdir()
    text = "stui: 1\nname: a\nbuffers:\n  scratch: {source: a}\n  ideas: {source: b}\n"
    (project / ".stui-workspace.yaml").write_text(text)
    return Person(project, tmp_path / "home")


def test_there_and_back_again(person: Person) -> None:
    person.types("first")
    first = person.log()[0]["id"]
    person.types("a longer second")
    assert "scratch: unsaved, 26 characters" in person.unsaved()

    went = json.loads(person.runs("session", "restore", first, "--json").stdout)
    assert went["changed"] == ["buffers.ideas", "buffers.scratch"]
    assert "scratch: unsaved, 16 characters" in person.unsaved()

    person.runs("session", "restore", went["back"], "--only", "buffers.ideas")
    assert "scratch: unsaved, 16 characters" in person.unsaved()
    assert "ideas: unsaved, 24 characters" in person.unsaved()

    person.types("the third")
    assert "scratch: unsaved, 20 characters" in person.unsaved()
    assert person.log()[0]["changed"] == ["buffers.ideas", "buffers.scratch"]


def test_not_while_it_is_open(person: Person) -> None:
    person.types("first")
    first = person.log()[0]["id"]
    command = [STUI, "watch", "--no-connect", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, **person.where) as watch:
        assert watch.stdout is not None
        assert json.loads(watch.stdout.readline())["event"] == "opened"
        refused = person.runs("session", "restore", first, status=2)
        assert "open in another stui" in refused.stderr
        assert person.runs("session", "restore", first, "--dry-run").stdout == ""
        watch.kill()
        watch.wait()
    person.runs("session", "restore", first)
