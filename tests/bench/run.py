"""Run every benchmark of this folder, each in a process of its own.

    python tests/bench/run.py [NAME...]

Each prints JSON lines: what was measured, beside what, and the budget. At the end the figures
that have a budget stand in a table, on standard error.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

MEASURES = ("added_median_{}", "median_{}", "added_{}", "best_{}", "{}")
"""Under which names a record has what its `budget_{}` is a budget of; the first one counts."""


def main(names: list[str]) -> int:
    """The worst exit status of the benchmarks, 0 when all of them ran."""
    here = Path(__file__).parent
    scripts = [
        script
        for script in sorted(here.glob("bench_*.py"))
        if not names or script.stem.removeprefix("bench_") in names
    ]
    records: list[Mapping[str, object]] = []
    status = max(_run(script, records) for script in scripts)
    rows = [row for record in records for row in _rows(record)]
    sys.stderr.write("\n" + "".join(f"{row}\n" for row in rows))
    return status


def _run(script: Path, records: list[Mapping[str, object]]) -> int:
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as running:
        for line in running.stdout or ():
            print(line, end="", flush=True)
            records.append(json.loads(line))
    return running.returncode


def _rows(record: Mapping[str, object]) -> Iterator[str]:
    for key, budget in record.items():
        unit = key.removeprefix("budget_")
        names = [name for shape in MEASURES if (name := shape.format(unit)) in record]
        if unit == key or not isinstance(budget, (int, float)) or not names:
            continue
        measured = float(str(record[names[0]]))
        shown = "" if measured <= budget else "  over"
        yield f"{record['bench']:<38} {measured:>9.2f} of {budget:>5g} {unit}{shown}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
