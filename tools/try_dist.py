"""Install a built wheel into a clean environment, and use it as a newcomer would.

    python tools/try_dist.py WHEEL [PYTHON...]

For each interpreter (this one where none is named) a virtual environment is made in a folder that
is gone afterwards, the wheel is installed with what it needs, and `stui` is run there: its version,
a new workspace, its validation, an evaluation. Needs an index to install from.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

RUNS = (
    ("--version",),
    ("init",),
    ("validate",),
    ("eval", "-e", "6 * 7"),
    ("session", "ls"),
    ("doctor",),
)
"""In this order, in a folder that is empty at first. The doctor may find something: 0 or 1."""


def main(arguments: list[str]) -> int:
    """0 where all of it works on each interpreter."""
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    wheel = Path(arguments[0]).resolve()
    return max(_try(wheel, python) for python in arguments[1:] or [sys.executable])


def _try(wheel: Path, python: str) -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        programs = _environment(folder / "venv", python)
        _run([str(programs / "python"), "-m", "pip", "install", "--quiet", str(wheel)], folder)
        project = folder / "project"
        project.mkdir()
        environ = {**os.environ, "STUI_HOME": str(folder / "home")}
        environ.pop("PYTHONPATH", None)
        version = _run([str(programs / "python"), "--version"], folder).stdout.strip()
        for run in RUNS:
            done = subprocess.run(
                [str(programs / "stui"), *run],
                cwd=project,
                env=environ,
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
            print(
                f"{version}: stui {' '.join(run)} -> {done.returncode} {done.stdout.strip()[:60]!r}"
            )
            if done.returncode > int(run[0] == "doctor"):
                print(done.stderr, file=sys.stderr)
                return 1
    return 0


def _environment(place: Path, python: str) -> Path:
    """A new virtual environment, and the folder of its programs."""
    if python == sys.executable:
        venv.create(place, with_pip=True)
    else:
        _run([python, "-m", "venv", str(place)], place.parent)
    return place / ("Scripts" if sys.platform == "win32" else "bin")


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
