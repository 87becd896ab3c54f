"""Time from an outside edit of the workspace file to the new text on the screen.

    python tests/bench/bench_reload.py

The workbench runs in a real terminal. An edit is what editors do: a new file, renamed over the
old one; the clock runs from the rename until the terminal shows the text.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from measure import STUI, record
from prepared import MARK, WORKSPACE, make_project
from support.terminal import Terminal

ROUNDS = 20


def main() -> None:
    """Print one record."""
    with tempfile.TemporaryDirectory() as name:
        file = make_project(Path(name) / "project")
        environ = {**os.environ, "STUI_HOME": str(Path(name) / "home")}
        with Terminal((STUI,), cwd=file.parent, environ=environ, size=(120, 40)) as screen:
            screen.wait_for(MARK)
            screen.wait_for("saved")
            times = [_edit_ms(file, screen, number) for number in range(ROUNDS)]
            screen.press("ctrl+q")
            screen.wait_for_end()
    record(
        "external edit to shown",
        best_ms=min(times),
        median_ms=median(times),
        worst_ms=max(times),
        rounds=ROUNDS,
        budget_ms=250,
    )


def _edit_ms(file: Path, screen: Terminal, number: int) -> float:
    wanted = f"edit_{number:03} = True"
    fresh = file.with_name("edited")
    fresh.write_text(WORKSPACE.replace(MARK, wanted), encoding="utf-8")
    start = perf_counter()
    fresh.replace(file)
    screen.wait_for(wanted)
    return (perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
