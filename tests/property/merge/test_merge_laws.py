"""The laws of merging over generated merges whose outcome is known from their scripts alone.

Each block of seeds is merged once and then put to every law; a law that has to merge again counts
its own merges too, so that every law is asked of at least 2,000.
"""

from __future__ import annotations

import pytest

from strategies.merging import example, smaller
from support.merge_impostors import IMPOSTORS, takes_ours
from support.merge_laws import LAWS, Trial, asked, broken

BLOCKS, SIZE = 8, 250


@pytest.mark.parametrize("block", range(BLOCKS))
def test_no_law_is_broken(block: int) -> None:
    wrong = [
        f"{law}: seed {seed}: {what}"
        for seed in range(block * SIZE, (block + 1) * SIZE)
        for law, what in broken(example(seed))
    ]
    assert "\n".join(wrong) == ""


def test_every_law_is_asked_often_enough() -> None:
    """Those that are asked of every other merge merge three times."""
    assert len(LAWS) == 16
    assert {name for name, (every, _) in LAWS.items() if every == 2} == {
        "decomposition",
        "re merge",
    }
    assert max(every for every, _ in LAWS.values()) == 2
    assert BLOCKS * SIZE >= 2000


@pytest.mark.parametrize("law", LAWS)
def test_a_law_can_be_broken(law: str) -> None:
    """Against a merge that always takes ours, or always finds a conflict, each law speaks up."""
    assert any(
        asked(law, Trial(example(seed), merge)) for merge in IMPOSTORS for seed in range(40)
    ), law


def test_a_broken_law_can_be_shown_on_a_small_merge() -> None:
    big = next(e for e in map(example, range(99)) if asked("outcome", Trial(e, takes_ours)))
    one = big
    while True:
        less = next((e for e in smaller(one) if asked("outcome", Trial(e, takes_ours))), None)
        if less is None:
            break
        one = less
    assert sum(map(len, one.texts)) < sum(map(len, big.texts)) / 2
