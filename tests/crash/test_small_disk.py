"""A real disk that is full or read-only: what was there stays, and the error says what to do."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("small_disk.py")
STORIES = runpy.run_path(str(SCRIPT))["STORIES"]


@pytest.mark.parametrize("story", STORIES)
def test_on_a_small_disk(story: str, mounting: tuple[str, ...], tmp_path: Path) -> None:
    command = [*mounting, sys.executable, str(SCRIPT), story, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []  # the disk went with the process
