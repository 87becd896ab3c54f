"""What nobody catches is told in one line, without a word of anybody's."""

from __future__ import annotations

import subprocess
import sys

import pytest

CANARY = "hunter2-Zq81vK"
WAYS = {
    "in a thread": "import threading\nt = threading.Thread(target=buggy)\nt.start()\nt.join()",
    "in a destructor": "class One:\n    def __del__(self):\n        buggy()\none = One()\ndel one",
    "in the program": "buggy()",
}
BUGGY = f"""
from stui_workspace.cli.hooks import tell_the_rest_shortly
tell_the_rest_shortly()
def buggy():
    raise KeyError("{CANARY}")
"""


@pytest.mark.parametrize("way", WAYS)
def test_it_is_told_shortly(way: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", BUGGY + WAYS[way]], capture_output=True, text=True, check=False
    )
    assert ran.stderr == "stui: a bug in stui, not in your files: KeyError at <string>:5\n"
    assert ran.stdout == ""
