"""Kill sessions and the peers of their connections, reopen, and see what survived.

Each run kills a real session with SIGKILL at a random moment: idle, at work, while it connects, or
several times in a row. Its peers are killed and started again at random, too: real `stui serve`s,
a line REPL, the holder of a held Python. Then the session is opened as it is, with the times of a
connection that sets none, and the laws are:

- every connection that was wanted is online by itself within 10 s, and evaluates;
- what ran on a life of a backend that is there still has its result, if it was in the journal;
- nothing is evaluated twice, nothing that was kept is out of sight, and nothing runs for ever;
- in the end, no process of all that is left.

    python tests/soak/surviving.py --count 100 --seed 7
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import sys
import tempfile
import time
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parent.parent))

from support.mortal_bed import LAW_SECONDS, MARK, Bed, Figures

KERNEL_EVERY: Final = 8
"""So many projects to one that has a kernel, too: its start takes a second of one core."""
RUNS_EACH: Final = 25
"""On one project."""


def run(bed: Bed) -> None:
    """One run, from a session that is open to one that is open and judged."""
    chance = bed.chance
    moment = chance.choice(("idle", "at work", "at work", "while connecting", "in a row"))
    if moment == "at work" or chance.random() < 0.4:
        for name in chance.sample(bed.names, chance.randint(1, len(bed.names))):
            for _ in range(chance.choice((1, 1, 2))):
                bed.type(name, chance.uniform(0.0, 1.5))
    _hurt_peers(bed, "before")
    bed.watch(chance.uniform(0.0, 1.6))
    bed.kill("at work" if moment == "at work" else "idle")
    _hurt_peers(bed, "down")
    if chance.random() < 0.06:
        bed.kill_holder()
    bed.watch(chance.choice((0.0, 0.0, 0.3, 1.0)))
    for _ in range({"while connecting": 1, "in a row": chance.randint(2, 4)}.get(moment, 0)):
        bed.open()
        bed.watch(chance.uniform(0.0, 0.6))
        bed.kill("while connecting")
    bed.open()
    _hurt_peers(bed, "after")
    bed.settle(moment)


def _hurt_peers(bed: Bed, when: str) -> None:
    chance = bed.chance
    for name in bed.peers:
        if chance.random() < 0.07:
            delay = 0.0 if when == "down" else chance.uniform(0.0, 1.0)
            away = chance.choice((0.0, 0.0, chance.uniform(0.0, 2.0)))
            bed.due.append((time.time() + delay, partial(bed.kill_peer, name, away)))


def runs(arguments: tuple[int, int]) -> Figures:
    """So many runs on one project, with the moments of a seed."""
    count, seed = arguments
    os.environ[MARK] = secrets.token_hex(8)
    # Of the worker as it was forked: what it starts from now on has it.
    chance = random.Random(seed)  # noqa: S311 (moments, not keys)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        bed = Bed(Path(folder), chance, has_kernel=seed % KERNEL_EVERY == 0)
        try:
            for peer in bed.peers.values():
                peer.begin()
            if not bed.watch(60.0, bed.are_peers_up):
                bed.figures.wrong.append("a peer of the harness does not come up")
            bed.open()
            if chance.random() < 0.3:
                bed.watch(chance.uniform(0.0, 0.8))
                bed.kill("while connecting")
                bed.open()
            bed.watch(30.0, lambda: all(map(bed.is_back, bed.names)))
            now = time.time()
            bed.is_known = bed.watch(10.0, lambda: bed._kept_up_to > now)
            for _ in range(count):
                run(bed)
        finally:
            bed.close()
    return bed.figures


def main() -> int:
    """1 when too little came back, or a law was broken."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    start = time.monotonic()
    shares = [min(RUNS_EACH, chosen.count - first) for first in range(0, chosen.count, RUNS_EACH)]
    seeds = range(chosen.seed * 1000, chosen.seed * 1000 + len(shares))
    total = Figures()
    with Pool(chosen.workers) as pool:
        for number, one in enumerate(
            pool.imap_unordered(runs, zip(shares, seeds, strict=True)), start=1
        ):
            total.add(one)
            back, wanted = total.back.total(), total.wanted.total()
            wrong = len(total.wrong)
            print(f"{number} of {len(shares)}: {back} of {wanted}, {wrong} wrong", file=sys.stderr)
            for text in one.late + one.wrong:
                print(f"  {text}", file=sys.stderr)
    _print(total, time.monotonic() - start)
    return 0 if total.is_lawful else 1


def _print(total: Figures, seconds: float) -> None:
    kinds = ", ".join(f"{count} {moment}" for moment, count in total.moments.most_common())
    print(f"{total.runs} reopenings after {total.kills} kills in {seconds:.0f} s ({kinds})")
    print(f"peers killed and started again: {total.peer_kills}")
    print(f"up to {total.most_crashes} starts in a row that were killed")
    back, wanted = total.back.total(), total.wanted.total()
    part = back / wanted if wanted else 0.0
    print(f"online again within {LAW_SECONDS:g} s: {back} of {wanted} ({part:.2%})")
    for name in total.wanted:
        ordered = sorted(total.seconds[name]) or [0.0]
        p50, p95 = (ordered[int(part * len(ordered))] for part in (0.5, 0.95))
        share = total.back[name] / total.wanted[name]
        print(
            f"  {name:8} {total.back[name]:5} of {total.wanted[name]:5} ({share:.2%})"
            f"  p50 {p50:.2f} s, p95 {p95:.2f} s, most {ordered[-1]:.2f} s"
        )
    print(f"all of a session: {total.whole} of {total.runs}")
    told = ", ".join(f"{count} {outcome}" for outcome, count in total.outcomes.most_common())
    print(f"typed before a kill: {told}; taken up where they survived: {total.taken_up}")
    for text in total.late:
        print(f"LATE: {text}")
    for text in total.wrong:
        print(f"WRONG: {text}")


if __name__ == "__main__":
    sys.exit(main())
