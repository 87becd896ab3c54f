"""Two real programs on one workspace at once: each keeps its own, whichever ends first and how."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

STUI = str(Path(sys.executable).parent / "stui")
PATIENCE = 60
INSTANCE = """
import asyncio, os, sys
from pathlib import Path
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session

async def lines():
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        yield line.decode().split(maxsplit=1)

async def main():
    session = Session.open(OpenRequest(Path(), asked=True), Services.real(os.environ))
    await session.start()
    print(session.id, flush=True)
    async for command, *rest in lines():
        if command == "type":
            session.edit("scratch", rest[0].strip())
        elif command == "save":
            print(session.save(), flush=True)
        elif command == "show":
            print(session.buffer("scratch").text, flush=True)
    await session.close()

asyncio.run(main())
"""


class Instance:
    """One program, told what to do through a pipe; the end of the pipe is its goodbye."""

    def __init__(self, project: Path, environ: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", INSTANCE],
            cwd=project,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.session = self.line()

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def tell(self, *commands: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{command}\n" for command in commands))
        self.process.stdin.flush()

    def save(self, text: str) -> None:
        self.tell(f"type {text}", "save")
        assert self.line() == "True"

    def show(self) -> str:
        self.tell("show")
        return self.line()

    def close(self) -> None:
        self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=PATIENCE)


class Desk:
    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.project.mkdir()
        (self.project / ".git").mkdir()
        self.file = self.project / ".stui-workspace.yaml"
        self.file.write_text("stui: 1\nname: orders\nbuffers: {scratch: {source: '1 + 1'}}\n")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("STUI")}
        self.environ = kept | {"STUI_HOME": str(folder / "home"), "NO_COLOR": "1"}
        self.started: list[Instance] = []

    def open(self) -> Instance:
        self.started.append(Instance(self.project, self.environ))
        return self.started[-1]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [STUI, *arguments],
            cwd=self.project,
            env=self.environ,
            stdout=pipe,
            stderr=pipe,
            text=True,
        )

    def listed(self) -> dict[str, tuple[bool, int]]:
        """Whether each session was closed, and how many texts in it are unsaved."""
        out, _ = self.start("session", "ls", "--json").communicate(timeout=PATIENCE)
        return {one["id"]: (one["closed"], one["unsaved"]) for one in json.loads(out)}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    one = Desk(tmp_path)
    yield one
    for instance in one.started:
        if instance.process.poll() is None:
            instance.kill()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["first first", "second first"])
@pytest.mark.parametrize("ending", ["close", "kill"])
def test_both_keep_their_own_whichever_ends_first(
    desk: Desk, order: tuple[int, int], ending: str
) -> None:
    both = desk.open(), desk.open()
    assert [one.session for one in both] == ["main", "main-2"]
    for one in both:
        one.save(f"of {one.session}")
    assert desk.listed() == {"main": (False, 1), "main-2": (False, 1)}
    for number in order:
        getattr(both[number], ending)()
    closed = ending == "close"
    assert desk.listed() == {"main": (closed, 1), "main-2": (closed, 1)}
    again = desk.open(), desk.open()
    assert {one.session: one.show() for one in again} == {
        "main": "of main",
        "main-2": "of main-2",
    }


def test_both_follow_what_others_set_and_nobody_loses_a_line(desk: Desk) -> None:
    both = desk.open(), desk.open()
    for one in both:
        one.save(f"of {one.session}")
    names = [f"x-{letter}" for letter in "abcd"]
    for writer in [desk.start("set", name, "1") for name in names]:
        _, err = writer.communicate(timeout=PATIENCE)
        assert writer.returncode == 0, err
    lines = desk.file.read_text().splitlines()
    assert sorted(line.split(":")[0] for line in lines[3:]) == names
    for one in both:
        assert one.show() == f"of {one.session}"
        one.close()
