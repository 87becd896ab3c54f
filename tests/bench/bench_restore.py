"""Time what restoring a session adds to the first paint of the workbench, in a real terminal.

    python tests/bench/bench_restore.py

Both starts open the same project; one has fifteen items to bring back, the other nothing. The
time is from the start of the process to a pad's text on the screen. The two take turns, so that
a busy moment of the machine hits both.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from measure import STUI, record
from prepared import ITEMS, MARK, leave_session, make_project
from support.terminal import Terminal

ROUNDS = 12


def main() -> None:
    """Print one record."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project = make_project(folder / "project").parent
        left, empty = folder / "left", folder / "empty"
        leave_session(project, left)
        empty.mkdir()
        restored: list[float] = []
        fresh: list[float] = []
        for number in range(ROUNDS):
            for kept, times in ((left, restored), (empty, fresh)):
                home = folder / f"home-{number}-{kept.name}"
                shutil.copytree(kept, home)
                times.append(_first_paint_ms(project, home))
    record(
        "restore added to first paint",
        items=ITEMS,
        added_ms=min(restored) - min(fresh),
        added_median_ms=median(restored) - median(fresh),
        first_paint_ms=min(fresh),
        first_paint_median_ms=median(fresh),
        rounds=ROUNDS,
        budget_ms=100,
    )


def _first_paint_ms(project: Path, home: Path) -> float:
    environ = {**os.environ, "STUI_HOME": str(home)}
    start = perf_counter()
    with Terminal((STUI, "--no-connect"), cwd=project, environ=environ, size=(200, 50)) as screen:
        screen.wait_for(MARK)
        seconds = perf_counter() - start
        screen.wait_for("saved")
        screen.press("ctrl+q")
        screen.wait_for_end()
    return seconds * 1000


if __name__ == "__main__":
    main()
