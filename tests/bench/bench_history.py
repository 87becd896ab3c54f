"""Searching the history: how long, of how many entries, and beside what.

Inputs are made up: half of them different ones, half repeated as often as people repeat theirs.
Beside the index stand what SQLite's LIKE needs for the same texts, and atuin: the program that the
variable ATUIN names, or the one on the path.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from measure import ROOT, STUI, best_ms, command_ms, record

sys.path.insert(0, str(ROOT / "src"))

from stui_workspace.history import Entry, HistoryLog, Query, Within
from stui_workspace.history.index import HistoryIndex
from stui_workspace.history.index_tables import NAME
from stui_workspace.storage.filesystem import RealFileSystem

BUDGET_MS = 15
LIMIT = 100
YEARS = 2 * 365 * 86400
FIRST = 1_700_000_000.0
VERBS = ("select", "print", "load", "plot", "fit", "df.groupby", "orders.filter", "np.array")
NOUNS = ("customer", "order", "invoice", "total", "price", "quantity", "region", "warehouse")
QUERIES = ("sel", "customer", "customer order", "slctord", "warehouse=7777", "oldfit", "zzzq", "x",
           "Select", "total 99", "prcqty")  # fmt: skip
WITHINS = (Within(), Within(connection="py", workspace="w1"), Within(ok=False))


def made(count: int) -> Iterator[Entry]:
    chance = random.Random(1)  # noqa: S311 (no secret)

    def line() -> str:
        one, two, three = (chance.choice(NOUNS) for _ in range(3))
        verb = chance.choice(VERBS)
        rest = f"{three}={chance.randrange(9999)}, key='{two}{chance.random():.3}'"
        return f"{verb}({one}_{two}, {rest})"

    often = [line() for _ in range(2000)]
    for number in range(count):
        again = min(int(chance.paretovariate(0.6)) - 1, len(often) - 1)
        code = line() if chance.random() < 0.5 else often[again]
        yield Entry(
            FIRST + number * YEARS / count,
            chance.choice(("py", "st", "kernel")),
            code,
            chance.choice(("w1", "w2", "w3")),
            chance.random() > 0.1,
            "laptop",
            blake2b(str(number).encode(), digest_size=8).hexdigest(),
        )


def write(folder: Path, entries: list[Entry]) -> None:
    months: dict[str, list[str]] = {}
    for one in entries:
        month = time.strftime("%Y-%m", time.gmtime(one.at))
        fields = ("at", "connection", "code", "workspace", "ok", "machine", "id")
        line = json.dumps({name: getattr(one, name) for name in fields}, sort_keys=True)
        months.setdefault(month, []).append(line)
    (folder / "laptop").mkdir(parents=True)
    for month, lines in months.items():
        (folder / "laptop" / f"{month}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


def best_cpu_ms(action: Callable[[], object], rounds: int) -> float:
    """Likewise in time of the processor, which others on a busy machine do not add to."""
    shortest = float("inf")
    for _ in range(rounds):
        start = process_time()
        action()
        shortest = min(shortest, process_time() - start)
    return shortest * 1000


def bench(count: int, home: Path, rounds: int) -> list[Entry]:
    entries = list(made(count))
    folder, cache = home / "data" / "history", home / "cache"
    write(folder, entries)
    index = HistoryIndex(folder, cache, RealFileSystem(), time.time)
    began = perf_counter()
    index.update()
    build = perf_counter() - began
    times: dict[str, float] = {}
    cpu: list[float] = []
    for within in WITHINS:
        for sought in QUERIES:
            query = Query.read(sought)
            action = partial(index.search, query, within, LIMIT)
            times[f"{sought} {within.connection or ''}{within.ok or ''}"] = best_ms(action, rounds)
            cpu.append(best_cpu_ms(action, rounds))
    typed = [Query.read("customer order"[:end]) for end in range(1, 15)]
    typing = [best_ms(partial(index.search, one, Within(), LIMIT), rounds) for one in typed]
    log = HistoryLog(folder, "laptop")
    adding = []
    for number in range(5):
        log.append(Entry(time.time(), "py", f"new {number}", "w1"))
        began = perf_counter()
        index.update()
        adding.append((perf_counter() - began) * 1000)
    idle = best_ms(index.update, 5)
    index.close()
    for path in cache.iterdir():
        if hasattr(os, "posix_fadvise"):
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    began = perf_counter()
    index.search(Query.read("slctord"), Within(), LIMIT)
    cold = (perf_counter() - began) * 1000
    index.close()
    environ = {**os.environ, "STUI_HOME": str(home)}
    process = command_ms((STUI, "history", "search", "slctord"), 3, environ)
    worst = max(times, key=lambda name: times[name])
    record(
        f"history search over {count:,}",
        median_ms=statistics.median(times.values()),
        worst_ms=times[worst],
        worst_query=worst.strip(),
        worst_cpu_ms=max(cpu),
        typing_worst_ms=max(typing),
        first_after_opening_ms=cold,
        whole_process_ms=process,
        **({"budget_ms": BUDGET_MS} if count <= 100_000 else {}),
    )
    record(
        f"history index of {count:,}",
        build_seconds=build,
        index_mb=(cache / NAME).stat().st_size / 1e6,
        log_mb=sum(one.stat().st_size for one in folder.rglob("*.jsonl")) / 1e6,
        update_ms=statistics.median(adding),
        nothing_new_ms=idle,
    )
    return entries


def beside_like(entries: list[Entry], home: Path) -> None:
    """SQLite's LIKE over the same inputs, all columns in one table, as simple histories have it."""
    link = sqlite3.connect(home / "like.sqlite")
    link.execute("CREATE TABLE entries(at REAL, connection, code, workspace, ok)")
    rows = ((one.at, one.connection, one.code, one.workspace, one.ok) for one in entries)
    link.executemany("INSERT INTO entries VALUES(?,?,?,?,?)", rows)
    link.commit()
    select = (
        "SELECT code, max(at), count(*) FROM entries WHERE code LIKE ? GROUP BY code"
        " ORDER BY 2 DESC LIMIT 100"
    )

    def asking(pattern: str) -> Callable[[], object]:
        return lambda: link.execute(select, (pattern,)).fetchall()

    whole = [best_ms(asking(f"%{typed}%"), 3) for typed in QUERIES]
    letters = [best_ms(asking(f"%{'%'.join(typed)}%"), 3) for typed in QUERIES]
    link.close()
    record(
        f"LIKE over {len(entries):,}",
        median_ms=statistics.median(whole),
        worst_ms=max(whole),
        letters_median_ms=statistics.median(letters),
        letters_worst_ms=max(letters),
    )


def beside_atuin(entries: list[Entry], home: Path) -> None:
    """The whole process of atuin, with the same inputs in its database."""
    program = os.environ.get("ATUIN") or shutil.which("atuin")
    if program is None:
        record(f"atuin over {len(entries):,}", installed=False)
        return
    environ = {**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home / "xdg"),
               "XDG_CONFIG_HOME": str(home / "conf"), "ATUIN_SESSION": "0" * 32}  # fmt: skip
    run = (program, "search", "--cmd-only", "--limit", "1", "nothing")
    subprocess.run(run, env=environ, capture_output=True, check=False)
    database = home / ".atuin" / "data" / "history.db"
    link = sqlite3.connect(database)
    columns = [row[1] for row in link.execute("PRAGMA table_info(history)")]
    wanted = ("id", "timestamp", "duration", "exit", "command", "cwd", "session", "hostname")
    assert set(wanted) <= set(columns), columns
    rows = (
        (one.id, int(one.at * 1e9), 1000, 0 if one.ok else 1, one.code, "/", "0" * 32, "laptop")
        for one in entries
    )
    link.executemany(f"INSERT INTO history({','.join(wanted)}) VALUES(?,?,?,?,?,?,?,?)", rows)
    link.commit()
    link.close()
    times = []
    for typed in QUERIES:
        command = (
            program,
            "search",
            "--search-mode",
            "fuzzy",
            "--cmd-only",
            "--limit",
            "100",
            typed,
        )

        def ask(command: tuple[str, ...] = command) -> None:
            subprocess.run(command, env=environ, capture_output=True, check=False)

        times.append(best_ms(ask, 3))
    empty = best_ms(
        lambda: subprocess.run((program, "--version"), capture_output=True, check=False), 3
    )
    record(
        f"atuin over {len(entries):,}",
        median_process_ms=statistics.median(times),
        worst_process_ms=max(times),
        version_process_ms=empty,
        index_mb=database.stat().st_size / 1e6,
    )


if __name__ == "__main__":
    counts = [int(one) for one in sys.argv[1:]] or [100_000, 1_000_000]
    for count in counts:
        with TemporaryDirectory() as folder:
            entries = bench(count, Path(folder), 5 if count <= 100_000 else 3)
            beside_like(entries, Path(folder))
            beside_atuin(entries, Path(folder))
