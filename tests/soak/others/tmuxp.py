"""Try the faults of `fault_corpus.py` on the session file of tmuxp: a figure beside ours.

    python3 -m venv tp && tp/bin/pip install tmuxp
    python tests/soak/others/tmuxp.py tp/bin/tmuxp [--step BYTES]

tmuxp freezes a tmux session into one file and loads it again; it keeps windows and commands, and no
texts. It is given a good file of ten windows, the file is damaged, and it is loaded on a server of
its own: does it end in a traceback, how many windows come back?
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent.parent))

from crash.corpus.faults import Fault, faults_of

WINDOWS = 10
SOCKET = "stui-faults"
GOOD = "session_name: kept\nwindows:\n" + "".join(
    f"- window_name: kept-{n}\n  layout: main-vertical\n  panes:\n  - shell_command: []\n"
    for n in range(WINDOWS)
)


@dataclass
class Row:
    """What came of the faults of one kind."""

    faults: int = 0
    tracebacks: int = 0
    hung: int = 0
    back: int = 0


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("--step", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    table: dict[str, Row] = defaultdict(Row)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "kept.yaml"
        for fault in faults_of(GOOD.encode(), seed=chosen.seed, step=chosen.step):
            _try(chosen.program, path, fault, table[fault.kind])
    for kind, row in table.items():
        share = row.back / (row.faults * WINDOWS)
        print(
            f"{kind:<12} {row.faults:>4} faults {row.tracebacks:>4} tracebacks {row.hung:>4} hung"
            f" {share:>7.2%} of the windows back"
        )
    return 0


def _try(program: Path, path: Path, fault: Fault, row: Row) -> None:
    """Let one fault happen, and count what came of it."""
    if path.is_dir():
        path.rename(path.with_name(f"folder-{row.faults}"))
    path.unlink(missing_ok=True)
    path.write_text(GOOD, encoding="utf-8")
    fault.do(path)
    environ = {**os.environ, "HOME": str(path.parent), "SHELL": "/bin/sh"}
    row.faults += 1
    command = [str(program), "load", "-d", "-y", "-L", SOCKET, str(path)]
    try:
        done = subprocess.run(
            command, env=environ, capture_output=True, text=True, check=False, timeout=30
        )
        row.tracebacks += "Traceback" in done.stderr + done.stdout
    except subprocess.TimeoutExpired:
        row.hung += 1
    tmux = ["tmux", "-L", SOCKET]
    listed = subprocess.run(
        [*tmux, "list-windows", "-a", "-F", "#W"], capture_output=True, text=True, check=False
    )
    names = set(listed.stdout.split())
    row.back += sum(f"kept-{n}" in names for n in range(WINDOWS))
    subprocess.run([*tmux, "kill-server"], capture_output=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
