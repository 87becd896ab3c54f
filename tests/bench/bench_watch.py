"""Time an outside edit from the rename to the settled look, and measure what watching costs.

python tests/bench/bench_watch.py
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import psutil

from measure import record
from stui_workspace.watch import settle, watching
from stui_workspace.watch.look import Seen, look

ROUNDS = 40
IDLE_SECONDS = 30.0
MIB = 1024 * 1024


async def main() -> None:
    """Print one record for the speed, and one for memory and processor while nothing happens."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / ".stui-workspace.yaml"
        _replace(file, 0)
        before, threads = _memory(), threading.active_count()
        start = perf_counter()
        async with watching(
            *(file.with_name(one) for one in "abcd"), file, root=file.parent
        ) as wake:
            begun_ms = (perf_counter() - start) * 1000
            times = [await _edit_ms(file, wake, number) for number in range(1, ROUNDS)]
            added, more_threads = _memory() - before, threading.active_count() - threads
            idle = process_time()
            await asyncio.sleep(IDLE_SECONDS)
            idle = (process_time() - idle) / IDLE_SECONDS
            start = perf_counter()
        ended_ms = (perf_counter() - start) * 1000
    record(
        "outside edit to settled look",
        best_ms=min(times),
        median_ms=median(times),
        worst_ms=max(times),
        rounds=len(times),
        budget_ms=250,
    )
    record(
        "watching",
        files=5,
        added_mib=added / MIB,
        threads=more_threads,
        idle_percent=idle * 100,
        idle_seconds=IDLE_SECONDS,
        begun_ms=begun_ms,
        ended_ms=ended_ms,
        budget_idle_percent=0.5,
    )


async def _edit_ms(file: Path, wake: asyncio.Event, number: int) -> float:
    start = perf_counter()
    wanted = _replace(file, number)
    while True:
        await settle(wake)
        found = look(file, file.parent)
        if isinstance(found, Seen) and found.content == wanted:
            return (perf_counter() - start) * 1000


def _replace(file: Path, number: int) -> bytes:
    content = b"stui: 1\nname: number %d\n" % number
    fresh = file.with_name("edited")
    fresh.write_bytes(content)
    fresh.replace(file)
    return content


def _memory() -> int:
    uss: int = psutil.Process().memory_full_info().uss
    return uss


if __name__ == "__main__":
    asyncio.run(main())
