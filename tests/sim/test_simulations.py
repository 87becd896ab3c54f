"""Nothing is lost when several machines share a workspace file, whatever happens to them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sim.mutants import MUTANTS
from sim.simulation import simulated
from sim.trace import BrokenLawError

SEEDS = 300
CHUNK = 10
PINNED = {
    "two machines write the same merge again at once, and an older version wins by its time": 14724,
    "three machines write two merges again at once, with a question": 11301,
    "four machines delete the same copy again at once, and an edit wins over a deletion": 19481,
}
"""Seeds of what went wrong once."""
SOAK = Path(__file__).parent.parent / "soak" / "simulations.py"


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_no_edit_is_lost_and_all_machines_agree(first: int) -> None:
    edits_count = 0
    for seed in range(first, first + CHUNK):
        figures, _ = simulated(seed)
        edits_count += figures["edits"]
    assert edits_count > CHUNK


@pytest.mark.parametrize("story", PINNED)
def test_what_went_wrong_once_does_not_again(story: str) -> None:
    simulated(PINNED[story])


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mistake_in_the_program_is_found(name: str) -> None:
    mutant = MUTANTS[name]
    found = []
    for seed in range(1, 61):
        with mutant.patch():
            try:
                simulated(seed, engine=mutant.engine)
            except BrokenLawError as error:
                found.append(error.law)
        if found and found[-1] in mutant.laws:
            return
    pytest.fail(f"only {found} were broken")


def test_the_same_seed_tells_the_same_story() -> None:
    command = [sys.executable, str(SOAK), "--seed", "3", "--trace"]
    stories = {
        subprocess.run(
            command, capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": number}
        ).stdout
        for number in ("1", "2")
    }
    assert len(stories) == 1
    assert stories.pop().count("\n") > 30


def test_a_broken_law_says_how_to_see_it_again() -> None:
    mutant = MUTANTS["a check writes"]
    with pytest.raises(BrokenLawError, match=r"seed 1; again: .* --seed 1 --trace"):
        simulated(1, engine=mutant.engine)
