"""How often merging a conflict copy loses something, asks, or is exact.

Run as `python tests/soak/bases.py --conflicts 4000`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent))

from stui_workspace.merge import Policy, merge3
from support.sync_conflicts import conflict, written


def figures(count: int, doubtful: float, seed: int) -> dict[str, object]:
    """What became of so many conflicts."""
    random = Random(seed)  # noqa: S311 (it is reproduced)
    policy = Policy.published()
    lost = asked = needless = places = exact = 0
    for _ in range(count):
        one = conflict(random, doubtful)
        sides = (written(one.here), written(one.there))
        truth = merge3(written(one.base), *sides, policy)
        lost += bool(one.lost)
        asked += not one.result.is_clean
        needless += not one.result.is_clean and truth.is_clean
        places += len(one.result.conflicts)
        exact += one.result.text == truth.text and one.result.is_clean == truth.is_clean
    return {
        "conflicts": count,
        "wrong_or_unseen": doubtful,
        "lost": lost,
        "asked_percent": round(100 * asked / count, 1),
        "needlessly_percent": round(100 * needless / count, 1),
        "places_for_each_asked": round(places / max(asked, 1), 2),
        "exact_percent": round(100 * exact / count, 1),
    }


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--conflicts", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    rows = [figures(given.conflicts, doubtful, given.seed) for doubtful in (0.0, 0.05, 0.2)]
    for row in rows:
        print(json.dumps(row))
    return 1 if any(row["lost"] for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
