"""Plant very many splice bugs in the engine, and count what the gate lets out, for `make soak`."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from strategies.merging import example, policy
from stui_workspace.merge import merge3
from support.merge_bugs import BUGS, planted
from support.merge_laws import says

COLUMNS = ("planted", "harmless", "caught", "got out")


def main() -> int:
    """1 when a bug got out as a clean merge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--merges", type=int, default=1_000, help="how many for each bug")
    parser.add_argument("--first", type=int, default=3_000_000, help="the first seed")
    chosen = parser.parse_args()
    figures: Counter[tuple[str, str]] = Counter()
    seeds = []
    for seed in range(chosen.first, chosen.first + chosen.merges):
        one = example(seed)
        if one.outcome.paths:
            continue
        for bug in BUGS:
            with planted(bug, seed):
                result = merge3(*one.texts, policy=policy)
            right = says(result.text, one.outcome.document)
            became = "caught" if not result.is_clean else "harmless" if right else "got out"
            figures[bug.__name__, became] += 1
            figures[bug.__name__, "planted"] += 1
            if became == "got out":
                seeds.append(f"{bug.__name__}: seed {seed}")
    print(f"{'bug':18}", *COLUMNS, sep="  ")
    for bug in BUGS:
        numbers = [f"{figures[bug.__name__, column]:{len(column)},}" for column in COLUMNS]
        print(f"{bug.__name__:18}", *numbers, sep="  ")
    print(*seeds[:20], sep="\n")
    return 1 if seeds else 0


if __name__ == "__main__":
    sys.exit(main())
