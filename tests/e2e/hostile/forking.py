"""Run commands, each in a process of its own: the child of one that has everything loaded already.

Started by the tests. It reads an order as JSON from each line of standard input, and answers each
with a line: the exit status, and the memory in MiB. A command that does not end is ended, and seen.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

LOADED = (
    "stui_workspace.cli.changing",
    "stui_workspace.cli.claims",
    "stui_workspace.cli.commands.secret",
    "stui_workspace.cli.commands.trust",
    "stui_workspace.cli.commands.validate",
    "stui_workspace.runtime.session",
)
HANGING = 142
_SECONDS = 20.0


def main() -> int:
    """Serve until standard input ends; the status of a command in its own process."""
    import importlib

    for name in LOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    for line in sys.stdin.buffer:
        order: dict[str, Any] = json.loads(line)
        child = os.fork()
        if child == 0:
            return _obey(order)
        answer = json.dumps(_ended(child))
        os.write(1, answer.encode() + b"\n")
    return 0


def _ended(child: int) -> dict[str, int]:
    deadline = time.monotonic() + _SECONDS
    while True:
        ended, status, usage = os.wait4(child, os.WNOHANG)
        if ended:
            return {"status": os.waitstatus_to_exitcode(status), "mebibytes": usage.ru_maxrss >> 10}
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return {"status": HANGING, "mebibytes": 0}
        time.sleep(0.003)


def _obey(order: dict[str, Any]) -> int:
    os.setsid()  # no terminal: nobody can be asked
    for number, path in enumerate(order["streams"]):
        flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        os.dup2(os.open(path, flags, 0o600), number)
    os.environ.clear()
    os.environ.update(order["environ"])
    os.umask(0o022)
    os.chdir(order["folder"])
    if order["is_gone"]:
        Path(order["folder"]).rmdir()
    sys.argv = ["stui", *order["words"]]
    sys.stdin = os.fdopen(0, "r", encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    from stui_workspace.main import main as stui

    try:
        return stui()
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
