"""Merge every three of the hostile and sound texts, for `make soak`: none may stop a merge."""

from __future__ import annotations

import sys
import time
from itertools import permutations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from support.merge_hostile import EVERYTHING, wrong_answer


def main() -> int:
    """1 when an answer was wrong."""
    wrong = []
    slowest = 0.0
    count = 0
    for three in permutations(EVERYTHING, 3):
        start = time.monotonic()
        try:
            found = wrong_answer(*three)
        except Exception as error:  # noqa: BLE001 - counted, and the next is tried
            found = f"{three}: raised {error!r}"
        slowest = max(slowest, time.monotonic() - start)
        count += 1
        wrong += [found] if found else []
    print(f"{count:,} merges of hostile texts, {len(wrong)} wrong, the slowest {slowest:.2f} s")
    print(*wrong[:20], sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
