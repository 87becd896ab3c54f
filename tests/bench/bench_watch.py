"""Time an outside edit until it is told, and measure what watching costs.

    python tests/bench/bench_watch.py

The program is a real `stui watch --json`: the clock runs from the rename, or from the emptying of
the file, until the line of the event is there. What the watch itself takes of that, up to the
settled look, is measured in this process.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, sleep

import psutil

from measure import record
from stui_workspace.watch import settle, watching
from support.watch_process import SENTINEL, Edit, WatchProcess, watch_process

EDITS = 60
IDLE_SECONDS = 30.0
FLOOD_SECONDS = 5.0
EVENTS_A_SECOND = 1000
BUDGET_MS = 250
MIB = 1024 * 1024

FLOOD = """
import sys, time
from pathlib import Path

folder, seconds, rate = Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
begun, count = time.monotonic(), 0
while count < seconds * rate / 4:  # created, modified, closed and deleted
    other = folder / f"{count}.tmp"
    other.write_bytes(b"x")
    other.unlink()
    count += 1
    time.sleep(max(0.0, begun + count * 4 / rate - time.monotonic()))
"""
"""Told by the system as so many events a second, of ever new names."""


def main() -> None:
    """Print records for the speed, for the cost of nothing happening, and for that of very much."""
    with tempfile.TemporaryDirectory() as name, watch_process(Path(name)) as program:
        for way, edit in (("temp-rename", _replace), ("truncate-write", _overwrite)):
            times = [_told_ms(program, edit) for _ in range(EDITS)]
            _record_times(f"outside edit to told, {way}", times)
        _record_idle(program)
        _record_flood(program)
    with tempfile.TemporaryDirectory() as name:
        asyncio.run(_measure_watch(Path(name)))


def _record_times(bench: str, times: Sequence[float]) -> None:
    record(
        bench,
        median_ms=median(times),
        p95_ms=quantiles(times, n=20)[-1],
        worst_ms=max(times),
        rounds=len(times),
        budget_ms=BUDGET_MS,
    )


def _told_ms(program: WatchProcess, change: Callable[[Edit], float], path: str = SENTINEL) -> float:
    begun: list[float] = []
    program.tells_of(lambda edit: begun.append(change(edit)), path)
    return (perf_counter() - begun[0]) * 1000


def _replace(edit: Edit) -> float:
    fresh = edit.file.with_name("edited")
    fresh.write_bytes(edit.result)
    begun = perf_counter()
    fresh.replace(edit.file)
    return begun


def _overwrite(edit: Edit) -> float:
    result = edit.result
    begun = perf_counter()
    edit.file.write_bytes(result)
    return begun


def _record_idle(program: WatchProcess) -> None:
    watched = psutil.Process(program.running.pid)
    sleep(2.0)  # until the last edit is kept and done with
    before = _cpu_seconds(watched)
    sleep(IDLE_SECONDS)
    record(
        "watching while nothing happens",
        idle_percent=(_cpu_seconds(watched) - before) / IDLE_SECONDS * 100,
        idle_seconds=IDLE_SECONDS,
        threads=watched.num_threads(),
        budget_idle_percent=0.5,
    )


def _record_flood(program: WatchProcess) -> None:
    """What many events cost, and what an edit in the middle of them, and one after them, takes."""
    watched = psutil.Process(program.running.pid)
    arguments = (str(program.file.parent), str(FLOOD_SECONDS), str(EVENTS_A_SECOND))
    before, begun = _cpu_seconds(watched), perf_counter()
    with subprocess.Popen((sys.executable, "-c", FLOOD, *arguments)) as writer:
        sleep(FLOOD_SECONDS / 2)
        during_ms = _told_ms(program, _replace)
        writer.wait()
    seconds = perf_counter() - begun
    record(
        "watching while very much happens",
        cpu_percent=(_cpu_seconds(watched) - before) / seconds * 100,
        events_a_second=FLOOD_SECONDS * EVENTS_A_SECOND / seconds,
        edit_during_ms=during_ms,
        edit_after_ms=_told_ms(program, _replace),
        budget_edit_during_ms=BUDGET_MS,
    )


def _cpu_seconds(watched: psutil.Process) -> float:
    times = watched.cpu_times()
    return float(times.user + times.system)


async def _measure_watch(folder: Path) -> None:
    file = folder / ".stui-workspace.yaml"
    file.write_bytes(b"stui: 1\n")
    before, threads = _memory(), threading.active_count()
    start = perf_counter()
    files = (file, *(file.with_name(one) for one in "abcd"))
    async with watching(*files, root=folder, siblings=lambda name: "conflict" in name) as wake:
        begun_ms = (perf_counter() - start) * 1000
        times = [await _settled_ms(file, wake, number) for number in range(EDITS)]
        added, more_threads = _memory() - before, threading.active_count() - threads
        start = perf_counter()
    ended_ms = (perf_counter() - start) * 1000
    _record_times("outside edit to settled look", times)
    record(
        "watching",
        files=len(files),
        added_mib=added / MIB,
        threads=more_threads,
        begun_ms=begun_ms,
        ended_ms=ended_ms,
    )


async def _settled_ms(file: Path, wake: asyncio.Event, number: int) -> float:
    wanted = b"stui: 1\nname: number %d\n" % number
    fresh = file.with_name("edited")
    fresh.write_bytes(wanted)
    start = perf_counter()
    fresh.replace(file)
    while True:
        await settle(wake)
        if await asyncio.to_thread(file.read_bytes) == wanted:
            return (perf_counter() - start) * 1000


def _memory() -> int:
    uss: int = psutil.Process().memory_full_info().uss
    return uss


if __name__ == "__main__":
    main()
