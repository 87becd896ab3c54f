"""Hold the laws of merging over very many generated merges, and print the figures.

Run by `make soak`; `laws.py --merges 20000 --first 0` holds them over fewer, or over others.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from multiprocessing import Pool
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from strategies.merging import example
from strategies.merging_edits import edited
from stui_workspace.document import parse
from support.merge_laws import LAWS, Trial, asked, sorted_items
from support.merge_machines import machines

BLOCK = 250
SHOWN = 5
CONVERGENCE = "convergence"


def held(first: int) -> tuple[Counter[str], list[str]]:
    """How many merges each law was asked of in one block of seeds, and what was wrong."""
    asked_of: Counter[str] = Counter()
    wrong = []
    for seed in range(first, first + BLOCK):
        trial = Trial(example(seed))
        for law in LAWS:
            asked_of[law] += 1
            found = _safely(law, trial)
            if found:
                wrong.append(f"{law}: seed {seed}: {found}")
        if seed % 8 == 0:  # each merges eight times or so
            merges, found = _converged(seed)
            asked_of[CONVERGENCE] += merges
            if found:
                wrong.append(f"{CONVERGENCE}: seed {seed}: {found}")
    return asked_of, wrong


def _safely(law: str, trial: Trial) -> str | None:
    try:
        return asked(law, trial)
    except Exception as error:  # noqa: BLE001 - one bad merge ends no long run
        return f"raised {error!r}"


def _converged(seed: int) -> tuple[int, str | None]:
    three = machines(seed)
    known = edited(three.base, [edit for edits in three.edits for edit in edits]).plain()
    conflicts = three.gossip()
    if conflicts:
        return three.merges, f"conflicts {conflicts}"
    said = [sorted_items(parse(text).plain()) for text in three.texts.values()]
    right = all(one == sorted_items(known) for one in said)
    return three.merges, None if right else "the machines do not all end with the known data"


def main() -> int:
    """1 when a law was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--merges", type=int, default=100_000, help="how many a law")
    parser.add_argument("--first", type=int, default=1_000_000, help="the first seed")
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    start = time.monotonic()
    asked_of: Counter[str] = Counter()
    wrong: list[str] = []
    blocks = range(chosen.first, chosen.first + chosen.merges, BLOCK)
    with Pool(chosen.workers) as pool:
        for counted, found in pool.imap_unordered(held, blocks):
            asked_of += counted
            wrong += found
    _print(asked_of, wrong, time.monotonic() - start)
    return 1 if wrong else 0


def _print(asked_of: Counter[str], wrong: list[str], seconds: float) -> None:
    broken = Counter(line.partition(":")[0] for line in wrong)
    print(f"{'law':22} {'merges':>9} {'broken':>7}")
    for law, count in asked_of.items():
        print(f"{law:22} {count:9,} {broken[law]:7,}")
    print(f"in {seconds:.0f} s")
    for law in broken:
        for line in [line for line in wrong if line.startswith(f"{law}:")][:SHOWN]:
            print(line)


if __name__ == "__main__":
    sys.exit(main())
