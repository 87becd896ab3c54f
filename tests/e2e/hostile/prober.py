"""Run many commands in one process, one by one: started by the tests, under strace.

Before each command it looks for a file that is not there, whose name says what comes now; so the
trace can be cut into commands. Standard output and error are real files, and the exit status is the
real one. The plan is a JSON file: where the result goes, and a list of folders with their commands.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

MARK = "/stui-probe"
SECONDS = 20.0


class HangingError(BaseException):
    """A command did not end."""


def _hang(*_: object) -> None:
    raise HangingError


def main() -> None:
    """Run the plan that is named on the command line."""
    signal.signal(signal.SIGALRM, _hang)
    plan: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text())
    results = []
    streams = [Path(plan["out"]), Path(plan["err"])]
    own = [os.dup(1), os.dup(2)]
    for case in plan["cases"]:
        os.chdir(case["folder"])
        for number, arguments in enumerate(case["commands"]):
            for path, number_of_stream in zip(streams, (1, 2), strict=True):
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                os.dup2(descriptor, number_of_stream)
                os.close(descriptor)
            _mark(f"{case['name']}/{number}")
            signal.alarm(int(SECONDS))  # whoever hangs is ended, and seen: 142 is no status of ours
            status = _run(arguments, streams)
            signal.alarm(0)
            _mark("none")
            out, err = (path.read_bytes().decode("latin-1") for path in streams)
            results.append(
                {
                    "case": case["name"],
                    "command": arguments,
                    "status": status,
                    "out": out,
                    "err": err,
                }
            )
    for descriptor, number_of_stream in zip(own, (1, 2), strict=True):
        os.dup2(descriptor, number_of_stream)
    mebibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    Path(plan["result"]).write_text(json.dumps({"said": results, "mebibytes": mebibytes}))


def _mark(name: str) -> None:
    """Leave `name` in the trace."""
    os.access(f"{MARK}/{name}", os.F_OK)


def _run(arguments: list[str], streams: list[Path]) -> int | str:
    from stui_workspace.main import main as stui

    sys.argv = ["stui", *arguments]
    is_done = threading.Event()
    if arguments[0] == "watch":
        threading.Thread(target=_end_at_first_line, args=(streams, is_done), daemon=True).start()
    try:
        return stui()
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else repr(leaving.code)
    except BaseException as error:  # noqa: BLE001 - told as what it is: a trace that a person would see
        return f"raised {error!r}"
    finally:
        is_done.set()
        sys.stdout.flush()
        sys.stderr.flush()


def _end_at_first_line(streams: list[Path], is_done: threading.Event) -> None:
    """End `stui watch` as Ctrl-C does, once it has said something."""
    deadline = time.monotonic() + SECONDS
    while not is_done.wait(0.02) and time.monotonic() < deadline:
        if streams[0].stat().st_size:
            break
    if not is_done.is_set():
        os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    main()
