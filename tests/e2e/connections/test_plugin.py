"""A kind of connection that another package brings, from its installation to an answer of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

STUI = str(Path(sys.executable).parent / "stui")
EXAMPLE = Path(__file__).parents[3] / "examples" / "transport-plugin"
WORKSPACE = "stui: 1\nname: echoes\nconnections:\n  mirror: {kind: echo}\n"
BROKEN = "[stui_workspace.connections]\necho = no_such_module:make\n"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the example was installed into, without a network."""
    folder = tmp_path_factory.mktemp("plugin")
    source = shutil.copytree(EXAMPLE, folder / "source")
    offline = ("--no-index", "--no-deps", "--no-build-isolation", "--no-cache-dir", "--quiet")
    target = folder / "packages"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *offline, "--target", target, source], check=True
    )
    return target


class Runner:
    """Runs `stui` in a project, with the packages of one more folder."""

    def __init__(self, folder: Path, packages: Path) -> None:
        self.cwd = folder / "project"
        self.cwd.mkdir()
        (self.cwd / ".stui-workspace.yaml").write_text(WORKSPACE, encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("STUI")}
        home = {"STUI_HOME": str(folder / "home"), "NO_COLOR": "1", "PYTHONPATH": str(packages)}
        self.environ = kept | home

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [STUI, *arguments],
            cwd=self.cwd,
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def approve(self) -> None:
        """Approve what the connection asks for."""
        [asked] = json.loads(self("trust", "show", "--json").stdout)
        granted = self("trust", "grant", "--connection", "mirror", "--digest", asked["digest"])
        assert granted.returncode == 0


def test_it_is_used_like_the_kinds_that_come_along(tmp_path: Path, installed: Path) -> None:
    stui = Runner(tmp_path, installed)
    assert (stui("validate").returncode, stui("validate").stderr) == (0, "")
    stui.approve()
    ran = stui("eval", "-e", "hello", "--conn", "mirror")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "hello\n'hello'\n", "")


def test_it_needs_consent_like_whatever_runs(tmp_path: Path, installed: Path) -> None:
    stui = Runner(tmp_path, installed)
    ran = stui("eval", "-e", "hello")
    assert (ran.returncode, ran.stdout) == (6, "")
    assert "uses the plugin for connections of kind `echo`" in stui("trust", "show").stdout


def test_without_the_plugin_its_absence_is_said(tmp_path: Path) -> None:
    stui = Runner(tmp_path, tmp_path)
    stui.approve()
    ran = stui("eval", "-e", "hello")
    assert (ran.returncode, ran.stdout) == (4, "")
    assert "there is no kind of connection `echo`" in ran.stderr
    assert "install the plugin that brings it" in ran.stderr


def test_a_plugin_that_does_not_load_is_named(tmp_path: Path) -> None:
    packages = tmp_path / "packages" / "stui_echo-1.dist-info"
    packages.mkdir(parents=True)
    (packages / "METADATA").write_text("Metadata-Version: 2.1\nName: stui-echo\nVersion: 1\n")
    (packages / "entry_points.txt").write_text(BROKEN)
    stui = Runner(tmp_path, packages.parent)
    stui.approve()
    ran = stui("eval", "-e", "hello")
    assert (ran.returncode, "Traceback" in ran.stderr) == (4, False)
    assert "the plugin for `echo` does not load: ModuleNotFoundError" in ran.stderr
