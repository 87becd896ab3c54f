"""A project to work in, a home of its own, and nobody at the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from stui_workspace.cli import asking
from support.command_line import CommandLine

GOOD = """\
# who we are
stui: 1
name: orders  # the team's
connections:
  py: {kind: python}
buffers:
  scratch:
    connection: py
    source: |
      1 + 1
preferences:
  theme: nord
"""


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "JUPYTER_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("STUI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(asking, "_TERMINAL", tmp_path / "no terminal")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / ".hg").mkdir()  # where looking upwards ends
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def file(project: Path) -> Path:
    """A good workspace file in the current folder."""
    path = project / ".stui-workspace.yaml"
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.fixture
def stui() -> CommandLine:
    return CommandLine()
