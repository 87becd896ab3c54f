"""Run every benchmark of this folder, each in a process of its own.

    python tests/bench/run.py [NAME...]

Each prints JSON lines: what was measured, beside what, and the budget.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main(names: list[str]) -> int:
    """The worst exit status of the benchmarks, 0 when all of them ran."""
    here = Path(__file__).parent
    scripts = [
        script
        for script in sorted(here.glob("bench_*.py"))
        if not names or script.stem.removeprefix("bench_") in names
    ]
    return max(
        subprocess.run([sys.executable, script], check=False).returncode for script in scripts
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
