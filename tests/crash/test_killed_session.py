"""`kill -9` of a session that is typed into, while the workspace file is saved, again and again.

The rounds are those of `make soak`, only fewer. How much typing is lost is a matter of time, and
looked at there; what the session said was kept is never lost, however slow the machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "soak" / "kills.py"
KILLS = 12


def test_a_killed_session_comes_back() -> None:
    command = [sys.executable, str(SCRIPT), "--json", "--kills", str(KILLS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert found["kills"] == KILLS
    assert found["typing_kills"]
    assert found["versions"]
    assert found["worst_restored"] >= 0.95
