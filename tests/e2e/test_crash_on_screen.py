"""A bug of ours, in a terminal: one safe line and where the report is, and nobody's text."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from support.recorded import Recorded

CANARY = "hunter2-Zq81vK"
BUGGY = f"""
import sys
sys.argv = ["stui", "--fresh"]
from stui_workspace.tui import workbench
from stui_workspace.main import main
def buggy(self, *given):
    secret = "{CANARY}"
    {{}}
workbench.Workbench.on_mount = buggy
sys.exit(main())
"""
WAYS = {
    "in the screen": "raise ZeroDivisionError(secret)",
    "in a worker": "self.run_worker(failing(secret))",
    "in a timer": "self.set_timer(0.01, lambda: 1 / len(secret[:0]))",
}
WORKER = """
async def failing(secret):
    raise ZeroDivisionError(secret)
"""


@pytest.mark.parametrize("way", WAYS)
def test_a_bug_shows_no_value(way: str, tmp_path: Path) -> None:
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "STUI_HOME": str(tmp_path / "home"),
    }
    code = WORKER + BUGGY.format(WAYS[way])
    project = tmp_path / "project"
    project.mkdir()
    with Recorded([sys.executable, "-c", code], cwd=project, environ=environ) as screen:
        screen.wait_for("a bug in stui, not in your files: ZeroDivisionError")
        assert screen.wait_for_end() == 70
        screen.wait_for("please report it with")
        sent = screen.sent.decode("utf-8", "replace")
    assert CANARY not in sent
    assert "Traceback" not in sent
    reports = list((tmp_path / "home" / "state" / "reports").iterdir())
    assert len(reports) == 1
    assert CANARY not in reports[0].read_text()
