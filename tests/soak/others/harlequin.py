"""Try the faults of `fault_corpus.py` on Harlequin's cache of buffers: a figure beside ours.

    python3 -m venv hq && hq/bin/pip install harlequin
    python tests/soak/others/harlequin.py hq/bin/harlequin [--step BYTES]

Harlequin keeps its buffers in one pickle. It is given a good one of ten buffers, the file is
damaged, and it is started in a terminal of its own: does it come up, are the buffers there when it
was left again, is the damaged file still anywhere? Prints a row for each kind of fault.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent.parent))

from crash.corpus.faults import Fault, faults_of
from support.terminal import Terminal

BUFFERS = 10
PATIENCE = 10.0
"""Seconds for its buffers to show after it is up: it forgets them where it is left before that."""
WRITE = """
import sys
from harlequin.editor_cache import BufferState, Cache, get_cache_file
from textual.widgets.text_area import Selection
path = get_cache_file()
path.parent.mkdir(parents=True, exist_ok=True)
import pickle
texts = [f"select {n} as kept_{n}; -- " + "and more of it " * 8 for n in range(int(sys.argv[1]))]
path.write_bytes(pickle.dumps(Cache(0, [BufferState(Selection(), text) for text in texts])))
print(path)
"""
READ = """
import json
from harlequin.editor_cache import load_cache
cache = load_cache()
print(json.dumps([] if cache is None else [buffer.text for buffer in cache.buffers]))
"""


@dataclass
class Row:
    """What came of the faults of one kind."""

    faults: int = 0
    crashes: int = 0
    back: int = 0
    kept: int = 0
    """How often the damaged bytes were still in some file."""


class Harlequin:
    """The program in a home of its own."""

    def __init__(self, program: Path, home: Path) -> None:
        self._program = program
        self._home = home
        self._environ = {**os.environ, "HOME": str(home)} | {
            f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA")
        }

    def begin(self) -> tuple[Path, list[str]]:
        """A home with a good cache; its path, and the texts in it."""
        shutil.rmtree(self._home, ignore_errors=True)
        self._home.mkdir()
        return Path(self._python(WRITE, str(BUFFERS))), self.texts()

    def texts(self) -> list[str]:
        """The texts in the cache, as Harlequin itself reads it; none where it cannot."""
        try:
            found: list[str] = json.loads(self._python(READ))
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return []
        return found

    def comes_up(self) -> bool:
        """Whether it starts, and ends when it is asked to."""
        size = (140, 45)
        command = (str(self._program),)
        with Terminal(command, cwd=self._home, environ=self._environ, size=size) as screen:
            try:
                screen.wait_for("Run Query", seconds=40)
                with suppress(AssertionError):  # what was damaged may never come
                    screen.wait_for("kept_", seconds=PATIENCE)
                screen.press("ctrl+q")
                return screen.wait_for_end(60) == 0
            except (AssertionError, subprocess.TimeoutExpired, OSError):
                return False

    def _python(self, code: str, *arguments: str) -> str:
        command = [str(self._program.parent / "python"), "-c", code, *arguments]
        done = subprocess.run(
            command, env=self._environ, capture_output=True, text=True, check=True, timeout=30
        )
        return done.stdout.strip()


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("--step", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    table: dict[str, Row] = defaultdict(Row)
    with tempfile.TemporaryDirectory() as name:
        harlequin = Harlequin(chosen.program, Path(name) / "home")
        path, _ = harlequin.begin()
        content = path.read_bytes()
        for fault in faults_of(content, seed=chosen.seed, step=chosen.step):
            _try(harlequin, fault, table[fault.kind])
    for kind, row in (*table.items(), ("all of it", _sum(table.values()))):
        share = row.back / (row.faults * BUFFERS)
        print(
            f"{kind:<12} {row.faults:>4} faults {row.crashes:>4} did not come up"
            f" {share:>7.2%} of the buffers back, damaged file kept {row.kept:>4} times",
            flush=True,
        )
    return 0


def _try(harlequin: Harlequin, fault: Fault, row: Row) -> None:
    """Let one fault happen, and count what came of it."""
    path, good = harlequin.begin()
    fault.do(path)
    is_file = path.is_file() and not path.is_symlink()
    damaged = path.read_bytes() if is_file and fault.kind != "huge" else b""
    row.faults += 1
    row.crashes += not harlequin.comes_up()
    found = harlequin.texts()
    row.back += sum(text in found for text in good)
    there = [
        one for one in path.parent.rglob("*") if one.is_file() and one.stat().st_size < 1 << 20
    ]
    row.kept += bool(damaged) and any(one.read_bytes() == damaged for one in there)


def _sum(rows: Iterable[Row]) -> Row:
    found = list(rows)
    return Row(
        sum(row.faults for row in found),
        sum(row.crashes for row in found),
        sum(row.back for row in found),
        sum(row.kept for row in found),
    )


if __name__ == "__main__":
    sys.exit(main())
