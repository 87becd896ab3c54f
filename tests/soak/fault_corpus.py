"""Try every fault of every file of a home: how much comes back, and is the rest told?

    python tests/soak/fault_corpus.py [--step BYTES] [--seed N]

Prints a row for each file and kind of fault, and everything that must not happen: an exception, a
loss that the receipt does not name, a damaged file that is gone, a session that cannot go on.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

sys.path.append(str(Path(__file__).parent.parent))

from crash.corpus.faults import Fault
from crash.corpus.rounds import Ground, rounds
from crash.corpus.surroundings import (
    clock_jumps,
    full_disk,
    missing_pairs,
    read_only,
    two_instances,
)
from crash.corpus.trial import Verdict

LEAST = 0.95


def main() -> int:
    """0 where nothing happened that must not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--step", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="files whose name has this")
    chosen = parser.parse_args()
    began = perf_counter()
    table: dict[tuple[str, str], Verdict] = defaultdict(Verdict)
    with tempfile.TemporaryDirectory() as name:
        for recovering in (False, True):
            ground = Ground.made(Path(name) / str(recovering), recovering=recovering)
            for file, kind, verdict in _found(ground, chosen, recovering=recovering):
                table[file, kind] += verdict
    total = sum(table.values(), Verdict())
    for (file, kind), row in table.items():
        print(_row(f"{file} {kind}", row))
    print(_row("all of it", total))
    print(f"{perf_counter() - began:.0f} s")
    wrong = [*total.crashes, *total.unnamed, *total.deleted, *total.stuck]
    for title, found in (
        ("raised", total.crashes),
        ("not named", total.unnamed),
        ("deleted", total.deleted),
        ("stuck", total.stuck),
    ):
        for one in found:
            print(f"{title}: {one}")
    return 1 if wrong or total.share < LEAST else 0


def _found(
    ground: Ground, chosen: argparse.Namespace, *, recovering: bool
) -> Iterator[tuple[str, str, Verdict]]:
    """The verdicts over one home; of the second one, only what is other in it."""

    def choose(file: str, _fault: Fault) -> bool:
        return chosen.only in file and ("aside" in file or not recovering)

    yield from rounds(ground, seed=chosen.seed, step=chosen.step, fine=True, choose=choose)
    if chosen.only or recovering:
        return
    for around in (full_disk, read_only, clock_jumps, missing_pairs, two_instances):
        for verdict in around(ground):
            yield "around it:", around.__name__.replace("_", " "), verdict


def _row(title: str, row: Verdict) -> str:
    return (
        f"{title:<52} {row.trials:>5} faults {row.share:>7.2%} back"
        f" {row.named:>4} named {row.named_by_file:>4} by file {row.refused:>3} refused"
        f" {len(row.unnamed):>3} unnamed {len(row.crashes):>3} raised"
    )


if __name__ == "__main__":
    sys.exit(main())
