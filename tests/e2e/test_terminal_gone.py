"""A terminal that goes without a word: no SIGHUP comes where it is nobody's controlling one."""

from __future__ import annotations

import os
import pty
import subprocess
import termios
from pathlib import Path

from support.quickstart import STUI, Quickstart


def test_the_workbench_ends(tmp_path: Path) -> None:
    quickstart = Quickstart.copied_to(tmp_path)
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (34, 120))
    process = subprocess.Popen(
        (STUI,),
        cwd=quickstart.project,
        env={**quickstart.environ, "TERM": "xterm-256color"},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    try:
        painted = b""
        while b"orders" not in painted:
            painted += os.read(master, 65536)
        os.close(master)
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        process.wait()
