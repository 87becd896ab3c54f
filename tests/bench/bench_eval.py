"""Time the embedded backend: its start, a round trip, and code that prints a great deal.

python tests/bench/bench_eval.py

Beside it: a bare interpreter, `python -i`, and the least that can evaluate at all, a loop that
reads lines from a pipe.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Awaitable
from pathlib import Path
from time import perf_counter

from measure import best_ms, command_ms, record
from stui_workspace.connections.backend import Answer, Output, Request
from stui_workspace.connections.kinds import Setting, make_backend
from stui_workspace.model.workspace import ConnectionSpec

ROUNDS = 20
TRIPS = 500
LINES = 200_000
LOOP = "import sys\nfor line in sys.stdin: print(repr(eval(line)), flush=True)"
PRINTS = f"for i in range({LINES}): print(i)"
SPEC = ConnectionSpec("py", "python")


def main() -> None:
    """Print one record for each."""
    bare_ms = command_ms((sys.executable, "-I", "-c", "pass"), rounds=ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        start_ms, trip_ms, prints_ms = asyncio.run(_embedded(Path(folder)))
    record(
        "embedded backend, start",
        best_ms=start_ms,
        bare_ms=bare_ms,
        added_ms=start_ms - bare_ms,
        budget_added_ms=60,
    )
    record(
        "embedded backend, round trip",
        best_ms=trip_ms,
        pipe_loop_ms=_trip_ms("-I", "-c", LOOP),
        interactive_ms=_trip_ms("-I", "-i", "-q"),
        budget_ms=2,
    )
    record(
        "embedded backend, lines printed",
        lines=LINES,
        best_ms=prints_ms,
        unbuffered_ms=command_ms((sys.executable, "-I", "-u", "-c", PRINTS), rounds=3),
        us_per_line=prints_ms * 1000 / LINES,
    )


async def _embedded(root: Path) -> tuple[float, float, float]:
    """Milliseconds of a start, of a round trip, and of printing."""
    starts = [await _start_ms(root) for _ in range(ROUNDS)]
    backend = make_backend(SPEC, Setting(root))
    await backend.start()
    trips = [await _evaluation_ms(backend.evaluate(_asked("6 * 7"), _ignore)) for _ in range(TRIPS)]
    prints = [await _evaluation_ms(backend.evaluate(_asked(PRINTS), _ignore)) for _ in range(3)]
    await backend.close()
    return min(starts), min(trips), min(prints)


async def _start_ms(root: Path) -> float:
    backend = make_backend(SPEC, Setting(root))
    started = perf_counter()
    await backend.start()
    seconds = perf_counter() - started
    await backend.close()
    return seconds * 1000


async def _evaluation_ms(evaluation: Awaitable[Answer]) -> float:
    started = perf_counter()
    await evaluation
    return (perf_counter() - started) * 1000


def _asked(code: str) -> Request:
    return Request("bench", code)


def _ignore(_output: Output) -> None:
    """Listens to no output."""


def _trip_ms(*arguments: str) -> float:
    """The shortest round trip of one line to an interpreter with these arguments."""
    with subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as interpreter:
        assert interpreter.stdin is not None
        assert interpreter.stdout is not None
        commands, replies = interpreter.stdin, interpreter.stdout

        def trip() -> None:
            commands.write(b"6 * 7\n")
            commands.flush()
            assert replies.readline() == b"42\n"

        return best_ms(trip, TRIPS)


if __name__ == "__main__":
    main()
