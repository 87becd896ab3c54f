"""Started in somebody's folder, stui imports nothing of it, whatever lies there."""

# ruff: noqa: E501
# Tables are read side by side, however wide.

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

STUI = Path(sys.executable).with_name("stui")
PLANTED = (
    "yaml.py", "textual.py", "keyring.py", "click.py", "json.py", "ruamel/__init__.py", "sitecustomize.py", "usercustomize.py",
    "stui_workspace/__init__.py", "stui_workspace/__main__.py", "__main__.py", "cryptography.py", "secretstorage.py", "logging.py",
)  # fmt: skip
COMMANDS = (
    ["validate"], ["show"], ["doctor"], ["trust", "show"], ["conn", "ls"], ["eval", "-e", "6 * 7"], ["secret", "ls"], ["--help"],
    ["conn", "test", "py"], ["schema"], ["paths"],
)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project full of modules that leave a mark when they are imported."""
    project = tmp_path / "project"
    for name in PLANTED:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        mark = f"open({str(tmp_path / 'imported')!r}, 'a').write({name!r})\n"
        (project / name).write_text(mark + "raise SystemExit('planted')\n")
    text = "stui: 1\nname: a\nconnections: {py: {kind: python}}\n"
    (project / ".stui-workspace.yaml").write_text(text)
    return project


def environ_of(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder.parent),
        "STUI_HOME": str(folder.parent / "home"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_nothing_of_it_is_imported(command: list[str], folder: Path) -> None:
    ran = subprocess.run(
        [str(STUI), *command],
        cwd=folder,
        env=environ_of(folder),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert not (folder.parent / "imported").exists(), (folder.parent / "imported").read_text()
    assert "planted" not in ran.stdout + ran.stderr
    assert ran.returncode in (0, 1), ran.stderr


def test_one_that_is_imported_would_be_seen(folder: Path) -> None:
    """Guards the test above: what is planted bites whoever takes it."""
    code = [sys.executable, "-c", "import yaml"]
    ran = subprocess.run(code, cwd=folder, env=environ_of(folder), check=False, capture_output=True)
    assert ran.returncode == 1
    assert (folder.parent / "imported").exists()


def test_python_dash_m_starts_nothing(tmp_path: Path) -> None:
    """It would put the folder that it is started in before everything else."""
    for module in ("stui_workspace", "stui_workspace.main"):
        ran = subprocess.run(
            [sys.executable, "-m", module, "paths"],
            cwd=tmp_path,
            env=environ_of(tmp_path),
            check=False,
            capture_output=True,
            text=True,
        )
        assert ran.stdout == ""
