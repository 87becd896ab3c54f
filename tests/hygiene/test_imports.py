"""What is loaded when: the package loads itself only, and a command what it needs."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

LOADED = """
import json, sys
before = set(sys.modules)
{}
print(json.dumps(sorted(set(sys.modules) - before)))
"""
COMMAND = """
import contextlib, io, json, sys
before = set(sys.modules)
sys.argv = ["stui", *sys.argv[1:]]
out = io.StringIO()
with contextlib.redirect_stdout(out):
    from stui_workspace.main import main
    try:
        status = main()
    except SystemExit as exit:
        status = exit.code or 0
assert status == 0, (status, out.getvalue())
print(json.dumps(sorted(set(sys.modules) - before)))
"""
FILE = """\
stui: 1
name: orders
connections:
  py: {kind: python}
buffers:
  scratch: {connection: py, source: 1 + 1}
"""
OURS = "stui_workspace"


def run(code: str, *arguments: str, cwd: Path) -> set[str]:
    """The modules that a fresh interpreter has after `code`, and had not before."""
    found = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=cwd,
        env={"STUI_HOME": str(cwd / "home"), "PATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert found.returncode == 0, found.stderr
    modules: list[str] = json.loads(found.stdout)
    return set(modules)


def packages(modules: set[str]) -> set[str]:
    return {module.partition(".")[0] for module in modules}


def outside(modules: set[str]) -> set[str]:
    """The third-party packages among them."""
    return packages(modules) - set(sys.stdlib_module_names) - {OURS}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".stui-workspace.yaml").write_text(FILE, encoding="utf-8")
    return tmp_path


def test_the_package_loads_nothing_but_itself(tmp_path: Path) -> None:
    modules = run(LOADED.format("import stui_workspace"), cwd=tmp_path)
    assert outside(modules) == set()
    assert {module for module in modules if module.startswith(OURS)} == {OURS}


def test_a_name_of_the_package_is_loaded_at_its_first_use(tmp_path: Path) -> None:
    modules = run(LOADED.format("import stui_workspace; stui_workspace.loads"), cwd=tmp_path)
    assert f"{OURS}.api" in modules
    assert packages(modules).isdisjoint({"click", "textual", "rich", "watchdog"})


def test_the_version_is_told_without_any_other_package(tmp_path: Path) -> None:
    assert outside(run(COMMAND, "--version", cwd=tmp_path)) == set()


SCREEN = {"textual", "rich", "pygments", "tree_sitter"}
TASKS = {"asyncio", "watchdog"}
SECRETS = {"cryptography", "jeepney", "keyring", "secretstorage"}


@pytest.mark.parametrize(
    ("command", "unneeded"),
    [
        pytest.param(["--help"], {*SCREEN, *TASKS, "jsonschema", "ruamel"}, id="help"),
        pytest.param(["validate"], {*SCREEN, *TASKS}, id="validate"),
        pytest.param(["get", "name"], {*SCREEN, *TASKS}, id="get"),
        pytest.param(["show"], {*SCREEN, *TASKS}, id="show"),
        pytest.param(["set", "name", "other"], {*SCREEN, *TASKS}, id="set"),
        pytest.param(["paths"], {*SCREEN, *TASKS, "jsonschema"}, id="paths"),
        pytest.param(["schema"], {*SCREEN, *TASKS, "jsonschema"}, id="schema"),
        pytest.param(["session", "ls"], {*SCREEN, *TASKS}, id="session ls"),
        pytest.param(["eval", "-e", "1 + 1"], SCREEN, id="eval"),
    ],
)
def test_a_command_loads_only_what_it_needs(
    command: list[str], unneeded: set[str], project: Path
) -> None:
    modules = run(COMMAND, *command, cwd=project)
    assert f"{OURS}.cli" in modules
    assert packages(modules) & (unneeded | SECRETS) == set()


OPENED = """
import asyncio, json, sys
before = set(sys.modules)
import os
from pathlib import Path
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.session import Session
import stui_workspace.tui.app

async def open_and_close():
    session = Session.open(OpenRequest(Path.cwd()), Services.real(os.environ))
    await session.close()

asyncio.run(open_and_close())
print(json.dumps(sorted(set(sys.modules) - before)))
"""


def test_a_workbench_without_secrets_loads_what_keeps_them_never(project: Path) -> None:
    modules = run(OPENED, cwd=project)
    assert "textual" in packages(modules)
    assert packages(modules) & SECRETS == set()
    assert not any(one.startswith(f"{OURS}.secrets.vault") for one in modules)


LATER = (
    *("cli", "history.finds", "history.index", "history.matching", "history.policy", "merge"),
    *(f"runtime.{one}" for one in ("composing", "doctoring", "importing", "promoting")),
    *("runtime.searching", "runtime.settings.changing", "runtime.settings.reading"),
    *("runtime.sessions.catalogue", "runtime.sessions.resumable", "runtime.sessions.weighing"),
    *("runtime.settings.values", "runtime.starting.beginning", "runtime.taking_back"),
    *("storage.conflicts.store", "storage.sessions.beside"),
    *(f"tui.{one}" for one in ("conflicts", "doctor", "merging", "promoting", "searching")),
    *(f"tui.{one}" for one in ("sessions", "settings", "timeline")),
    *(f"tui.{one}.screen" for one in ("connecting", "notices", "receipt")),
)
"""What a start of the workbench does without: each is loaded when somebody asks for it."""


PAINTED = """
import asyncio, json, os, sys
before = set(sys.modules)
from pathlib import Path
from stui_workspace.runtime.request import OpenRequest
from stui_workspace.runtime.services import Services
from stui_workspace.tui import app

async def painted(bench):
    async with bench.run_test() as pilot:
        await pilot.pause()
        print(json.dumps(sorted(set(sys.modules) - before)))
    await bench.session.close()
    return 0

app.lived = painted
app.run(OpenRequest(Path.cwd(), connect=False), Services.real(os.environ))
"""


def test_the_workbench_starts_without_what_is_asked_for_later(project: Path) -> None:
    modules = run(PAINTED, cwd=project)
    assert f"{OURS}.tui.workbench" in modules
    assert all(find_spec(f"{OURS}.{one}") for one in LATER)
    later = tuple(f"{OURS}.{one}." for one in LATER)
    loaded = [one for one in sorted(modules) if f"{one}.".startswith(later)]
    assert loaded == []
    assert packages(modules) & {"sqlite3", "jsonschema", "click", *SECRETS} == set()
