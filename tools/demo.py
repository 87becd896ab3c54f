"""Open examples/quickstart in this terminal; where there is none, play the same as plain text.

    python tools/demo.py

In a terminal the workbench keeps its session in `.demo/` of this checkout, apart from your own
sessions: run it again and it comes back; `make clean` forgets it. The play without a terminal
works on a copy in a temporary folder, and leaves nothing behind.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parent.parent
QUICKSTART = ROOT / "examples" / "quickstart"
ACTOR = Path(__file__).with_name("demo_session.py")
STUI = Path(sys.executable).with_name("stui")
FILE = ".stui-workspace.yaml"
SECONDS = 10.0


def main() -> int:
    """0 when the demo went well."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        return _open_workbench()
    with tempfile.TemporaryDirectory(prefix="stui-demo-") as folder:
        project = Path(folder) / "quickstart"
        shutil.copytree(QUICKSTART, project)
        return _play(project, {**os.environ, "STUI_HOME": str(Path(folder) / "home")})


def _open_workbench() -> int:
    environ = {**os.environ, "STUI_HOME": str(ROOT / ".demo")}
    status = subprocess.run([STUI, QUICKSTART], env=environ, check=False).returncode
    if status == 0:
        print(
            "The session is kept in .demo: `make demo` comes back to it, `make clean` forgets it."
        )
    return status


def _play(project: Path, environ: Mapping[str, str]) -> int:
    """Two runs of one session, the first of which is killed: 0 when the second found it all."""
    print("No terminal here, so this plays the quickstart as text. In a terminal it opens.\n")
    with _acting("first", project, environ) as actor:
        lines = _lines(actor)
        for line in lines:
            if line == "@edit":
                _edit_outside(project / FILE, lines)
            elif line == "@kill":
                print("     $ kill -9")
                actor.kill()
            else:
                print(line)
    if actor.returncode != -signal.SIGKILL:
        return 1
    with _acting("again", project, environ) as actor:
        for line in _lines(actor):
            print(line)
    return actor.returncode


@contextmanager
def _acting(act: str, project: Path, environ: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(ACTOR), act, str(project)]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) as actor:
        try:
            yield actor
            actor.wait(SECONDS)
        finally:
            actor.kill()


def _lines(actor: subprocess.Popen[str]) -> Iterator[str]:
    for line in actor.stdout or ():
        yield line.rstrip("\n")


def _edit_outside(file: Path, lines: Iterator[str]) -> None:
    """Change the file as an editor does, and say how long the session took to see it."""
    fresh = file.with_name("edited")
    text = file.read_text(encoding="utf-8")
    fresh.write_text(text.replace("title: Words", "title: Phrases"), encoding="utf-8")
    start = perf_counter()
    fresh.replace(file)
    print(f"{next(lines, '')} (after {perf_counter() - start:.2f} s)")


if __name__ == "__main__":
    sys.exit(main())
