"""Time the first paint and the whole restore of 1, 10 and 50 pads, beside programs that do less.

    python tests/bench/bench_first_paint.py [HARLEQUIN]

Beside it run a bare Textual app, which shows one text in a `TextArea` and keeps nothing, and, where
its program is named here or in `HARLEQUIN`, Harlequin with as many buffers in its cache. All run
in a terminal of the same size and take turns, so that a busy moment hits each. The time is from
the start of the process to the text on the screen; all is restored when the session says how much
came back. The memory is what no other process shares, at that moment.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import psutil

from measure import STUI, record
from prepared import MARK, leave_session, make_project
from support.terminal import Terminal

PADS = (1, 10, 50)
OTHER_ITEMS = 5
"""The layout, preferences, the connection, the transcript and the history."""
ROUNDS = 6
SIZE = (200, 50)
BARE = f"""
from textual.app import App
from textual.widgets import TextArea
class Bare(App):
    BINDINGS = [("ctrl+q", "quit")]
    def compose(self):
        yield TextArea({MARK!r})
Bare().run()
"""
CACHE = """
import pickle, sys
from harlequin.editor_cache import BufferState, Cache, get_cache_file
from textual.widgets.text_area import Selection
get_cache_file().parent.mkdir(parents=True, exist_ok=True)
body = "".join(f"total_{n} = sum(range({n}))\\n" for n in range(100))
texts = [sys.argv[2] + "\\n" + body for _ in range(int(sys.argv[1]))]
states = [BufferState(Selection(), one) for one in texts]
get_cache_file().write_bytes(pickle.dumps(Cache(0, states)))
"""


@dataclass(frozen=True)
class Shown:
    """One start."""

    painted_ms: float
    restored_ms: float
    mib: float


Start = Callable[[], Shown]


def main() -> None:
    """Print one record for each number of pads."""
    harlequin = sys.argv[1] if sys.argv[1:] else os.environ.get("HARLEQUIN")
    for pads in PADS:
        with tempfile.TemporaryDirectory() as name:
            _measure(pads, Path(name), None if harlequin is None else Path(harlequin))


def _measure(pads: int, folder: Path, harlequin: Path | None) -> None:
    project = make_project(folder / "project", pads).parent
    leave_session(project, folder / "left", pads + OTHER_ITEMS)
    starts: dict[str, Start] = {
        "bare": lambda: _shown((sys.executable, "-c", BARE), folder, os.environ),
        "stui": lambda: _stui(project, folder, pads),
    }
    if harlequin is not None:
        environ = _harlequin_home(harlequin, folder, pads)
        starts["harlequin"] = lambda: _shown((str(harlequin),), folder, environ)
    found: dict[str, list[Shown]] = defaultdict(list)
    for _ in range(ROUNDS):
        for name, start in starts.items():
            found[name].append(start())
    _record(pads, found)


def _record(pads: int, found: Mapping[str, list[Shown]]) -> None:
    painted = {name: median(one.painted_ms for one in shown) for name, shown in found.items()}
    restored = median(one.restored_ms for one in found["stui"])
    memory = {name: median(one.mib for one in shown) for name, shown in found.items()}
    figures: dict[str, object] = {
        "pads": pads,
        "median_ms": painted["stui"],
        "restored_median_ms": restored,
        "bare_ms": painted["bare"],
        "ratio": painted["stui"] / painted["bare"],
        "restored_ratio": restored / painted["bare"],
        "mib": memory["stui"],
        "added_mib": memory["stui"] - memory["bare"],
        "bare_mib": memory["bare"],
    }
    if "harlequin" in painted:
        figures |= {
            "harlequin_ms": painted["harlequin"],
            "ratio_to_harlequin": painted["stui"] / painted["harlequin"],
            "harlequin_mib": memory["harlequin"],
        }
    record(f"first paint of {pads} pads", **figures, rounds=ROUNDS)


def _stui(project: Path, folder: Path, pads: int) -> Shown:
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(folder / "left", home)
    count = pads + OTHER_ITEMS
    environ = {**os.environ, "STUI_HOME": str(home)}
    return _shown((STUI, "--no-connect"), project, environ, f" of {count} ")


def _shown(
    command: tuple[str, ...], folder: Path, environ: Mapping[str, str], told: str = MARK
) -> Shown:
    start = perf_counter()
    with Terminal(command, cwd=folder, environ=environ, size=SIZE) as screen:
        screen.wait_for(MARK, seconds=60)
        painted = perf_counter() - start
        screen.wait_for(told, seconds=60)
        restored = perf_counter() - start
        memory = psutil.Process(screen.process.pid).memory_full_info().uss
        screen.press("ctrl+q")
        screen.wait_for_end()
    return Shown(painted * 1000, restored * 1000, memory / (1 << 20))


def _harlequin_home(program: Path, folder: Path, pads: int) -> dict[str, str]:
    """A home in which Harlequin has so many buffers to show."""
    home = folder / "harlequin"
    home.mkdir()
    places = {f"XDG_{kind}_HOME": str(home / kind) for kind in ("CACHE", "CONFIG", "DATA")}
    environ = {**os.environ, "HOME": str(home), **places}
    command = [str(program.parent / "python"), "-c", CACHE, str(pads), MARK]
    subprocess.run(command, env=environ, check=True)
    return environ


if __name__ == "__main__":
    main()
