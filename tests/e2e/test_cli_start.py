"""What a start costs: the modules that a command loads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("textual", "rich", "watchdog", "asyncio", "filelock", "platformdirs", "sqlite3", "logging")
PROBE = """
import json, sys
sys.argv[0] = "stui"
from stui_workspace.main import main
try:
    status = main()
except SystemExit as leaving:
    status = leaving.code
print(json.dumps([status, sorted(sys.modules)]), file=sys.stderr)
"""


def loaded_by(*arguments: str, cwd: Path) -> set[str]:
    """The modules that `stui ARGUMENTS` has loaded when it ends well."""
    ran = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
    )
    status, modules = json.loads(ran.stderr.splitlines()[-1])
    assert status in (0, None), ran.stderr
    return set(modules)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    text = "stui: 1\nname: a\nconnections: {py: {kind: python}}\nbuffers:\n" + "".join(
        f"  # what {n} is for\n  pad{n}:\n    title: 'Pad {n}'\n    connection: py  # embedded\n"
        f"    source: |\n      total = sum(range({n}))\n      total\n"
        for n in range(14)
    )
    (tmp_path / ".stui-workspace.yaml").write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate"],
        ["get", "name"],
        ["--help"],
        ["explain", "Y103"],
        ["schema", "--editor", "vscode"],
    ],
    ids=" ".join,
)
def test_what_is_heavy_is_not_loaded(project: Path, arguments: list[str]) -> None:
    assert loaded_by(*arguments, cwd=project).isdisjoint(HEAVY)


def test_the_overview_loads_no_other_command(project: Path) -> None:
    loaded = loaded_by("--help", cwd=project)
    commands = {name for name in loaded if name.startswith("stui_workspace.cli.commands.")}
    assert commands == {"stui_workspace.cli.commands.workbench"}


def test_the_version_loads_nothing_of_others(project: Path) -> None:
    loaded = {name.split(".")[0] for name in loaded_by("--version", cwd=project)}
    assert loaded.isdisjoint({"click", "ruamel", "jsonschema", *HEAVY})
