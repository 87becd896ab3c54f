"""Which interpreter is started, where and with what; and what is refused."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from stui_workspace.connections.kinds import Setting, make_backend
from stui_workspace.connections.python.launch import launch_of
from stui_workspace.errors import ConnectionLostError, UsageError
from stui_workspace.model.workspace import ConnectionSpec


def program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def spec(**keys: object) -> ConnectionSpec:
    return ConnectionSpec("py", "python", **keys)  # type: ignore[arg-type]


def test_without_a_word_it_is_the_interpreter_that_runs_us(tmp_path: Path) -> None:
    launch = launch_of(spec(), tmp_path, {})
    assert launch.command[:2] == (sys.executable, "-I")
    assert launch.command[-1] == str(tmp_path)
    assert launch.cwd == tmp_path


def test_a_name_is_looked_up_outside_the_project(tmp_path: Path) -> None:
    project = tmp_path / "project"
    inside, outside = project / "bin" / "py", program(tmp_path / "bin" / "py")
    program(inside)
    (tmp_path / "link").symlink_to(inside.parent)
    for folders in (
        [inside.parent, outside.parent],
        [tmp_path / "link", outside.parent],
        [Path("bin"), outside.parent],
        [Path(), outside.parent],
    ):
        path = os.pathsep.join(map(str, folders))
        launch = launch_of(spec(python="py"), project, {"PATH": path})
        assert launch.command[0] == str(outside)


def test_a_path_is_one_from_the_project(tmp_path: Path) -> None:
    program(tmp_path / "venv" / "py")
    launch = launch_of(spec(python="venv/py"), tmp_path, {})
    assert launch.command[0] == str(tmp_path / "venv" / "py")


@pytest.mark.parametrize("python", ["no-such", "./no-such", "/no/such", "a\nb", "sub"])
def test_an_interpreter_that_is_not_there(python: str, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    with pytest.raises(ConnectionLostError, match="there is no interpreter") as caught:
        launch_of(spec(python=python), tmp_path, {"PATH": str(tmp_path)})
    assert "connections.py.python" in (caught.value.next_step or "")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("cwd", ["no-such", "file"])
def test_a_folder_that_is_not_there(cwd: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConnectionLostError, match=f"there is no folder `{cwd}`") as caught:
        launch_of(spec(cwd=cwd), tmp_path, {})
    assert "connections.py.cwd" in (caught.value.next_step or "")


@pytest.mark.parametrize(
    "name", ["PYTHONPATH", "pythonpath", "LD_PRELOAD", "DYLD_INSERT_LIBRARIES", "STUI_SECRET_X"]
)
def test_what_loads_code_cannot_come_from_a_file(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=name) as caught:
        make_backend(spec(env={name: "hunter2"}), Setting(tmp_path))
    assert "hunter2" not in f"{caught.value} {caught.value.next_step}"


def test_a_kind_that_nobody_brings(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        make_backend(ConnectionSpec("nb", "tele\x1bpathy"), Setting(tmp_path))
    told = "connection `nb`: there is no kind of connection `tele␛pathy`"
    assert caught.value.reason == told
    for kind in ("python", "stui", "jupyter", "socket", "pty"):
        assert kind in (caught.value.next_step or "")


@pytest.mark.parametrize(
    ("name", "value"), [("A\0B", "x"), ("A", "hunter2\0"), ("A=B", "x"), ("A", "\ud800")]
)
async def test_an_environment_that_no_system_takes(name: str, value: str, tmp_path: Path) -> None:
    backend = make_backend(spec(env={name: value}), Setting(tmp_path))
    with pytest.raises(ConnectionLostError, match="cannot be started") as caught:
        await backend.start()
    assert "hunter2" not in str(caught.value)


async def test_a_file_that_is_no_program(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no program")
    backend = make_backend(spec(python="./text"), Setting(tmp_path))
    with pytest.raises(ConnectionLostError, match=r"text` cannot be started: Permission denied"):
        await backend.start()
