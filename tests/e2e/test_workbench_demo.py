"""`make demo`: opens the quickstart where there is a terminal, and plays it where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.quickstart import ROOT
from support.terminal import Terminal


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As much of a checkout as the demo uses, so that a test leaves the real one alone."""
    for folder in ("tools", "examples"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_without_a_terminal_it_is_played_and_leaves_nothing(checkout: Path) -> None:
    before = contents(checkout)
    played = subprocess.run(
        [sys.executable, "-B", "tools/demo.py"],
        cwd=checkout,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (played.returncode, played.stderr) == (0, "")
    for told in (
        "fresh start",
        "→ 170.0",
        "buffers.words.title changed: Phrases; what was typed is kept",
        "$ kill -9",
        "restored 5 of 5 after a crash",
        "✓ layout",
        "△ connection/py",
        "largest = max(orders)",
        "2 inputs can be recalled",
        "Nothing was lost",
    ):
        assert told in played.stdout
    assert contents(checkout) == before


def test_in_a_terminal_it_opens_and_comes_back_apart_from_other_sessions(checkout: Path) -> None:
    own = checkout / "own"
    environ = {**os.environ, "STUI_HOME": str(own)}
    command = (sys.executable, "-B", "tools/demo.py")
    with Terminal(command, cwd=checkout, environ=environ) as screen:
        screen.wait_for("fresh start")
        screen.wait_for("orders = [120")
        screen.press("ctrl+home")
        screen.type("typed = 1 # ")
        screen.wait_for("typed = 1 # orders")
        screen.press("ctrl+q")
        screen.wait_for("`make demo` comes back to it")
        assert screen.wait_for_end() == 0
    with Terminal(command, cwd=checkout, environ=environ) as screen:
        screen.wait_for("typed = 1 # orders")
        screen.press("ctrl+q")
        assert screen.wait_for_end() == 0
    assert not own.exists()
    assert (checkout / ".demo").is_dir()
