"""Merges that broke a law once: found in long runs, and held against all laws ever since."""

from __future__ import annotations

import pytest

from strategies.merging import example
from support.merge_laws import LAWS, Trial, asked

SEEDS = {
    "a panel added inside one that moved": (1_026_080, 1_057_159),
    "a comment above a list item was taken for that of its first field": (1_079_397, 1_091_004),
    "something kept in conflict stands between two additions": (1_043_906, 1_058_532),
    "a new panel that looks half like a deleted one": (1_020_319, 1_040_559),
    "what both added, where one side changed the order": (1_025_206, 1_073_543),
    "one form cannot hold what the other side wrote": (1_096_314, 1_097_595),
    "a comment of each kind on one value": (2_005_352,),
    "two section notes grown together": (2_008_864, 7_001_753),
    "a section note in what is kept": (2_000_608,),
    "a name that another side gave, too": (259, 1_467),
    "references that followed a rename, shown as they were": (5_347,),
}


@pytest.mark.parametrize(
    "seed",
    [pytest.param(seed, id=f"{why}-{seed}") for why, seeds in SEEDS.items() for seed in seeds],
)
def test_all_laws_hold(seed: int) -> None:
    trial = Trial(example(seed))
    assert [(law, found) for law in LAWS if (found := asked(law, trial))] == []
