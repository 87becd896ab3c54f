"""Measuring for the benchmarks: best of many rounds, always beside something else.

A machine is noisy, so a figure alone says little. Each record carries what it
was measured beside, and the ratio of the two is what can be compared.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parent.parent.parent
STUI = str(Path(sys.executable).parent / "stui")
BARE = (sys.executable, "-c", "pass")

sys.path.append(str(ROOT / "tests"))  # a benchmark may use what the tests use: a real terminal


def best_ms(action: Callable[[], object], rounds: int) -> float:
    """The shortest of `rounds` runs of `action`, in milliseconds."""
    shortest = float("inf")
    for _ in range(rounds):
        start = perf_counter()
        action()
        shortest = min(shortest, perf_counter() - start)
    return shortest * 1000


def command_ms(
    command: Sequence[str], rounds: int = 20, environ: Mapping[str, str] | None = None
) -> float:
    """The shortest wall time of a whole process, in milliseconds."""

    def run() -> None:
        subprocess.run(command, check=True, capture_output=True, env=environ)

    return best_ms(run, rounds)


def workspace_text(line_count: int) -> str:
    """A valid, commented workspace file of about `line_count` lines."""
    head = "stui: 1\nname: bench  # measured\n\nconnections:\n  py: {kind: python}\n\nbuffers:\n"
    block = (
        "  # what {n} is for\n"
        "  pad{n}:\n"
        "    title: 'Pad {n}'\n"
        "    connection: py  # embedded\n"
        "    source: |\n"
        "      total = sum(range({n}))\n"
        "      print(total)\n"
        "      total\n"
    )
    count = (line_count - head.count("\n")) // block.count("\n")
    return head + "".join(block.format(n=n) for n in range(count))


def record(bench: str, **figures: object) -> None:
    """Print one result as a JSON line; floats are rounded to what is meaningful."""
    rounded = {
        name: round(value, 3) if isinstance(value, float) else value
        for name, value in figures.items()
    }
    machine = {"python": platform.python_version(), "machine": platform.machine()}
    print(json.dumps({"bench": bench, **rounded, **machine}), flush=True)
