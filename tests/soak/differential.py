"""Merge many pairs of edits with this engine and with `git merge-file`, and count what is wrong.

Right is what the scripts say. A wrong clean merge says something else, or hides a conflict; a
needless conflict is one that the scripts do not have. Run by `make soak`.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from multiprocessing import Pool
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from strategies.merging import Example, example, policy
from stui_workspace.merge import merge3
from support.merge_laws import git_merge, paths_of, says

BLOCK = 250
COLUMNS = ("right", "wrong clean", "needless conflict", "hidden conflict", "otherwise wrong")


def by_meaning(one: Example) -> str:
    """What became of one pair of edits here."""
    result = merge3(*one.texts, policy=policy)
    found, known = paths_of(result), one.outcome.paths
    if not found and known:
        return "hidden conflict"
    if found and not known:
        return "needless conflict"
    if found == known and says(result.text, one.outcome.document):
        return "right"
    return "otherwise wrong" if known else "wrong clean"


def by_lines(one: Example) -> str:
    """What git makes of it. It has no paths, so a conflict where one must be is right."""
    text = git_merge(one.texts)
    if text is None:
        return "right" if one.outcome.paths else "needless conflict"
    if one.outcome.paths:
        return "hidden conflict"
    return "right" if says(text, one.outcome.document) else "wrong clean"


WAYS: dict[str, Callable[[Example], str]] = {"merge3": by_meaning, "git merge-file": by_lines}


def compared(first: int) -> tuple[Counter[tuple[str, str]], list[str]]:
    """The figures of one block of seeds, and the seeds that were not right here."""
    figures: Counter[tuple[str, str]] = Counter()
    wrong = []
    for seed in range(first, first + BLOCK):
        one = example(seed)
        for way, merge in WAYS.items():
            found = merge(one)
            figures[way, found] += 1
            if way == "merge3" and found != "right":
                wrong.append(f"seed {seed}: {found}")
    return figures, wrong


def main() -> int:
    """1 when the engine was wrong once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=2_000_000, help="the first seed")
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    figures: Counter[tuple[str, str]] = Counter()
    wrong: list[str] = []
    with Pool(chosen.workers) as pool:
        blocks = range(chosen.first, chosen.first + chosen.pairs, BLOCK)
        for counted, found in pool.imap_unordered(compared, blocks):
            figures += counted
            wrong += found
    print(f"{'of ' + format(sum(figures.values()) // 2, ',') + ' pairs':16}", *COLUMNS, sep="  ")
    for way in WAYS:
        numbers = [f"{figures[way, column]:{len(column)},}" for column in COLUMNS]
        print(f"{way:16}", *numbers, sep="  ")
    print(*wrong[:20], sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
