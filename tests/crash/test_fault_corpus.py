"""Whatever happens to the files of a home: nothing raises, and what does not come back is named.

A part of the corpus; `make soak` tries all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from crash.corpus.faults import STEP, Fault
from crash.corpus.rounds import Ground, rounds
from crash.corpus.surroundings import (
    clock_jumps,
    full_disk,
    missing_pairs,
    read_only,
    two_instances,
)
from crash.corpus.trial import WORK, Verdict

LEAST = 0.95
"""So much of all items comes back, over a corpus."""
LEAST_OF_A_JOURNAL = 0.8
"""A fifth of the items have their newest state in it alone."""

Around = Callable[[Ground], Iterator[Verdict]]


def nothing_is_wrong(found: Iterable[Verdict], least: float = LEAST) -> None:
    """What must hold of every corpus."""
    verdict = sum(found, Verdict())
    assert verdict.trials
    assert verdict.crashes == []
    assert verdict.unnamed == []
    assert verdict.deleted == []
    assert verdict.stuck == []
    assert verdict.share >= least


@pytest.mark.parametrize("which", [*WORK, "others"])
def test_a_damaged_file_costs_little_and_that_is_told(which: str, tmp_path: Path) -> None:
    def choose(name: str, fault: Fault) -> bool:
        if not name.startswith(WORK):
            return which == "others" and fault.what in ("", "a folder", "a FIFO", "deep JSON")
        return name.startswith(which) and fault.at // STEP % (2 if "jour" in name else 8) == 0

    found = (verdict for _, _, verdict in rounds(Ground.made(tmp_path), seed=7, choose=choose))
    nothing_is_wrong(found, LEAST_OF_A_JOURNAL if which == "journals/" else LEAST)


def test_a_journal_that_a_recovery_left_aside_is_no_different(tmp_path: Path) -> None:
    def choose(name: str, fault: Fault) -> bool:
        return "aside" in name and fault.at // STEP % 2 == 0

    ground = Ground.made(tmp_path, recovering=True)
    found = (verdict for _, _, verdict in rounds(ground, seed=7, choose=choose))
    nothing_is_wrong(found, LEAST_OF_A_JOURNAL)


@pytest.mark.parametrize("around", [full_disk, read_only, clock_jumps, two_instances])
def test_nothing_is_lost_to_what_is_wrong_around_the_files(around: Around, tmp_path: Path) -> None:
    nothing_is_wrong(around(Ground.made(tmp_path)), 1.0)


def test_two_files_that_are_gone_at_once_are_told(tmp_path: Path) -> None:
    """Without the file and its snapshots, the journal is all there is."""
    nothing_is_wrong(missing_pairs(Ground.made(tmp_path)), 0.9)
