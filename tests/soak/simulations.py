"""Let machines share a workspace by way of sync tools, very often, and hold the laws each time.

Run by `make soak`; `simulations.py --seed 25 --trace` shows everything that happens in one of them.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from multiprocessing import Pool
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from sim.simulation import simulated
from sim.trace import BrokenLawError

BLOCK = 20
SHOWN = 3
SOFT = frozenset(("nothing goes silently", "all is in the file"))
"""Laws that are checked when all machines have the same and no edit is lost. They cannot hold
always: where nobody knows what two versions were made from, a merge can take the one side's edit
for the other's removal. What was dropped so is in the archive."""
SOFT_SHARE = 0.005
"""So often they may be broken."""
FIGURES = (
    "edits",
    "conflicts",
    "merged",
    "contained",
    "adopted",
    "crashes",
    "tokens",
    "removed",
    "removed and back",
    "in the file",
    "asked about",
    "archived only",
    "gone by tools and people",
    "destroyed by tools",
    "writes after the last edit",
)


def held(first: int, count: int) -> tuple[Counter[str], list[tuple[str, int, str]]]:
    """The figures of one block of seeds, and the laws that were broken, with seed and log."""
    figures: Counter[str] = Counter()
    broken = []
    for seed in range(first, first + count):
        figures["simulations"] += 1
        try:
            figures += simulated(seed)[0]
            figures["converged"] += 1
        except BrokenLawError as error:
            broken.append((error.law, seed, str(error)))
    return figures, broken


def _held(block: tuple[int, int]) -> tuple[Counter[str], list[tuple[str, int, str]]]:
    return held(*block)


def many(first: int, count: int, workers: int) -> int:
    """1 when a law was broken."""
    start = time.monotonic()
    blocks = [(one, min(BLOCK, first + count - one)) for one in range(first, first + count, BLOCK)]
    figures: Counter[str] = Counter()
    broken: list[tuple[str, int, str]] = []
    with Pool(workers) as pool:
        for counted, found in pool.imap_unordered(_held, blocks):
            figures += counted
            broken += found
    hard = [one for one in broken if one[0] not in SOFT]
    figures["converged"] += len(broken) - len(hard)
    for name in ("simulations", "converged", *FIGURES):
        print(f"{name:28} {figures[name]:12,}")
    print(f"{'seconds':28} {time.monotonic() - start:12,.0f}")
    for law, number in Counter(law for law, _, _ in broken).most_common():
        seeds = sorted(seed for one, seed, _ in broken if one == law)
        word = "soft  " if law in SOFT else "BROKEN"
        print(f"{word} {law}: {number} times; seeds {', '.join(map(str, seeds[:20]))}")
    for _, _, text in sorted(broken, key=lambda one: len(one[2]))[:SHOWN]:
        print(f"\n{text}")
    return 1 if hard or len(broken) - len(hard) > SOFT_SHARE * count else 0


def one(seed: int, *, trace: bool) -> int:
    """1 when a law was broken in this simulation."""
    try:
        figures, lines = simulated(seed, whole=trace)
    except BrokenLawError as error:
        print(error)
        return 1
    if trace:
        print("\n".join(lines))
    for name, figure in sorted(figures.items()):
        print(f"{name:28} {figure:12,}")
    return 0


def main() -> int:
    """1 when a law was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000, help="how many simulations")
    parser.add_argument("--first", type=int, default=1_000, help="the first seed")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, help="only this one")
    parser.add_argument("--trace", action="store_true", help="with all that happens in it")
    chosen = parser.parse_args()
    if chosen.seed is not None:
        return one(chosen.seed, trace=chosen.trace)
    return many(chosen.first, chosen.count, chosen.workers)


if __name__ == "__main__":
    sys.exit(main())
