"""Plays many schedules of faults on every kind of connection, and prints what came of them.

python tests/soak/fault_schedules.py --count 1000
python tests/soak/fault_schedules.py --kind socket --seed 17 --trace
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from faults.kinds import PEERS, play
from faults.schedule import BrokenLawError

CHUNK = 20


def main() -> int:
    arguments = _arguments()
    kinds = [arguments.kind] if arguments.kind else list(PEERS)
    broken_count = 0
    for kind in kinds:
        share = -(-arguments.count // len(kinds)) if arguments.seed is None else 1
        first = arguments.first if arguments.seed is None else arguments.seed
        began, outcomes, back = time.monotonic(), Counter[str](), []
        for start in range(first, first + share, CHUNK):
            seeds = range(start, min(start + CHUNK, first + share))
            try:
                for one in asyncio.run(play(kind, seeds)):
                    outcomes.update(one.outcomes)
                    back.append(one.back_seconds)
                    if arguments.trace:
                        print("\n".join(one.trace))
            except BrokenLawError as error:
                broken_count += 1
                print(error)
        back.sort()
        seconds = time.monotonic() - began
        told = ", ".join(f"{count} {word}" for word, count in sorted(outcomes.items()))
        half, most = (back[len(back) // 2], back[-1]) if back else (0.0, 0.0)
        print(f"{kind}: {len(back)} of {share} schedules in {seconds:.0f} s; {told};", end=" ")
        print(f"back online after p50 {half:.3f} s, at most {most:.2f} s", flush=True)
    print(f"{broken_count} broken")
    return 1 if broken_count else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000, help="schedules, over all kinds")
    parser.add_argument("--first", type=int, default=1000, help="the first seed")
    parser.add_argument("--kind", choices=PEERS)
    parser.add_argument("--seed", type=int, help="this one alone")
    parser.add_argument("--trace", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
