"""What a project cannot do to the embedded backend that is started in it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.embedded import python_in

SHADOWS = [
    *("json", "traceback", "linecache", "ast", "types", "codecs", "signal", "asyncio", "io"),
    *("sitecustomize", "usercustomize", "stui_child", "stui_workspace", "encodings", "org"),
]


@dataclass
class Trap:
    """A file that exists as soon as any code of the project was run."""

    file: Path

    @property
    def code(self) -> str:
        return f"import os\nos.open({str(self.file)!r}, os.O_CREAT | os.O_WRONLY)\n"

    @property
    def is_sprung(self) -> bool:
        return self.file.exists()


@pytest.fixture
def trap(tmp_path: Path) -> Trap:
    return Trap(tmp_path / "sprung")


@pytest.fixture
def project(tmp_path: Path, trap: Trap) -> Path:
    """A project full of modules that are named like those which a Python imports."""
    root = tmp_path / "project"
    root.mkdir()
    for name in SHADOWS:
        (root / f"{name}.py").write_text(trap.code)
    (root / "mine.py").write_text("VALUE = 'of the project'\n")
    return root


def environment(**more: str) -> Mapping[str, str]:
    return {**os.environ, **more}


async def test_no_module_of_the_project_is_run(project: Path, trap: Trap) -> None:
    loaders = {"PYTHONPATH": str(project), "PYTHONSTARTUP": str(project / "json.py")}
    async with python_in(project, environment(**loaders)) as python:
        for code in ("6 * 7", "1 / 0", "def f(:", "await __import__('asyncio').sleep(0)"):
            await python.run(code)
        await python.run("import json, traceback, asyncio, signal, stui_child.life")
        assert (await python.run("json.dumps([1])")).result == "'[1]'"
        assert (await python.run("import os\nos.getcwd()")).result == repr(str(project))
    assert not trap.is_sprung


async def test_the_project_can_be_imported_once_it_is_asked_for(project: Path) -> None:
    async with python_in(project) as python:
        assert (await python.run("import mine\nmine.VALUE")).result == "'of the project'"
        assert (await python.run("import sys\nsys.path[-1]")).result == repr(str(project))
        assert (await python.run("'' in sys.path")).result == "False"
        assert (await python.run("sys.path.count(sys.path[-1])")).result == "1"
        assert (await python.run("sys.argv, sys.flags.isolated")).result == "([''], 1)"


async def test_it_starts_without_reading_a_module_of_the_project(project: Path, trap: Trap) -> None:
    (project / "site.py").write_text(trap.code)
    async with python_in(project):
        pass
    assert not trap.is_sprung


async def test_the_folder_of_the_connection_is_where_it_runs(project: Path) -> None:
    (project / "sub").mkdir()
    async with python_in(project, cwd="sub") as python:
        assert (await python.run("import os\nos.getcwd()")).result == repr(str(project / "sub"))
        assert (await python.run("import mine\nmine.VALUE")).result == "'of the project'"


async def test_the_environment_is_ours_without_what_loads_code_or_is_secret(
    tmp_path: Path,
) -> None:
    inherited = environment(
        PYTHONPATH="x",
        PYTHONSTARTUP="x",
        PYTHONINSPECT="1",
        PYTHONBREAKPOINT="mine.f",
        PYTHONHOME="/nowhere",
        ORDINARY="yes",
        **dict.fromkeys(["STUI_SECRET_ORDERS"], "hunter2"),
    )
    async with python_in(tmp_path, inherited, env={"OWN": "1"}) as python:
        await python.run("import json, os")
        result = (await python.run("print(json.dumps(dict(os.environ)))")).stdout
    found = json.loads(result)
    assert [name for name in found if name.startswith(("PYTHON", "STUI_SECRET"))] == []
    assert (found["OWN"], found["ORDINARY"]) == ("1", "yes")


async def test_programs_get_nothing_of_ours(tmp_path: Path) -> None:
    """No descriptor beside the three that every program has."""
    code = (
        "import subprocess\n"
        "listed = subprocess.run(['ls', '/proc/self/fd'], capture_output=True,\n"
        "    text=True, close_fds=False).stdout.split()\n"
        "len(listed)"
    )
    async with python_in(tmp_path) as python:
        assert (await python.run(code)).result == "4"  # and the one with which `ls` looks


async def test_a_file_that_is_opened_gets_no_number_of_ours(tmp_path: Path) -> None:
    async with python_in(tmp_path) as python:
        assert (
            await python.run("import os\nos.open(os.devnull, os.O_RDONLY) < 10")
        ).result == "True"


async def test_it_has_a_group_of_its_own(tmp_path: Path) -> None:
    async with python_in(tmp_path) as python:
        code = "import os\n(os.getpgrp() == os.getpid(), os.getsid(0) == os.getpid())"
        assert (await python.run(code)).result == "(True, True)"


async def test_two_backends_share_nothing(tmp_path: Path) -> None:
    async with python_in(tmp_path) as one, python_in(tmp_path) as other:
        await one.run("x = 1")
        assert "NameError" in (await other.run("x")).error


@pytest.mark.parametrize("named", ["{folder}/other-python", "../bin/other-python", "other-python"])
async def test_another_interpreter_by_path_and_by_name(
    named: str, project: Path, tmp_path: Path
) -> None:
    """A link stands for another installation: it only has to be what was asked for."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "other-python").symlink_to(sys.executable)
    environ = environment(PATH=str(folder))
    async with python_in(project, environ, python=named.format(folder=folder)) as python:
        code = "import sys\nsys.executable.endswith('other-python')"
        assert (await python.run(code)).result == "True"
