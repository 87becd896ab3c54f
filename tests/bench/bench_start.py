"""Time what every start pays: the command, a validation, the import.

python tests/bench/bench_start.py
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from measure import BARE, STUI, command_ms, record, workspace_text

IMPORTED = """
import json, sys, time
before = set(sys.modules)
start = time.perf_counter()
import stui_workspace
seconds = time.perf_counter() - start
new = sorted(set(sys.modules) - before)
print(json.dumps({"ms": seconds * 1000, "modules": new}))
"""


def main() -> None:
    """Print one record for each kind of start."""
    bare_ms = command_ms(BARE, rounds=40)
    record("bare interpreter", best_ms=bare_ms)
    version_ms = command_ms((STUI, "--version"), rounds=40)
    record(
        "stui --version",
        best_ms=version_ms,
        bare_ms=bare_ms,
        ratio=version_ms / bare_ms,
        budget_ratio=6,
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, ".stui-workspace.yaml")
        text = workspace_text(100)
        file.write_text(text, encoding="utf-8")
        validate_ms = command_ms((STUI, "validate", str(file)))
    record(
        "stui validate",
        lines=text.count("\n"),
        best_ms=validate_ms,
        bare_ms=bare_ms,
        ratio=validate_ms / bare_ms,
        budget_ratio=15,
    )
    runs = [_imported() for _ in range(10)]
    record(
        "import stui_workspace",
        best_ms=min(float(str(run["ms"])) for run in runs),
        modules=runs[0]["modules"],
        budget_ms=15,
    )


def _imported() -> dict[str, object]:
    command = [sys.executable, "-c", IMPORTED]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    answer: dict[str, object] = json.loads(found.stdout)
    return answer


if __name__ == "__main__":
    main()
