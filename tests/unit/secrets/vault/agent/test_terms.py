"""How long a key is held: by every clock, and never longer than was said."""

from __future__ import annotations

import pytest

from stui_workspace.errors import UsageError
from stui_workspace.secrets.vault.agent.terms import LONGEST, Limits, Term, clocks


class Clocks:
    """One that counts, and the one on the wall."""

    def __init__(self) -> None:
        self.counted, self.wall = 100.0, 5000.0

    def __call__(self) -> tuple[float, float]:
        return self.counted, self.wall

    def pass_by(self, seconds: float) -> None:
        self.counted += seconds
        self.wall += seconds


def test_it_is_over_when_it_was_held_so_long_however_much_it_was_used() -> None:
    now = Clocks()
    term = Term(Limits(held=100, unused=60), now)
    for _ in range(3):
        now.pass_by(33)
        term.use()
        assert not term.is_over
    assert (term.held_left, term.unused_left, term.left) == (1, 60, 1)
    now.pass_by(1)
    assert term.is_over


def test_it_is_over_when_nobody_used_it_so_long() -> None:
    now = Clocks()
    term = Term(Limits(held=100, unused=60), now)
    now.pass_by(59)
    assert not term.is_over
    now.pass_by(1)
    assert term.is_over


def test_it_is_over_after_a_sleep_that_one_clock_did_not_notice() -> None:
    now = Clocks()
    term = Term(Limits(held=100, unused=60), now)
    now.wall += 61
    assert term.is_over


def test_a_clock_that_is_set_back_lengthens_nothing() -> None:
    now = Clocks()
    term = Term(Limits(held=100, unused=60), now)
    now.wall -= 86400
    assert (term.held_left, term.unused_left) == (100, 60)
    now.counted += 60
    assert term.is_over


def test_the_real_clocks_go_on() -> None:
    before = clocks()
    assert len(before) == 2
    assert clocks()[0] >= before[0]


@pytest.mark.parametrize(
    ("held", "unused"),
    [(0, 1), (1, 0), (-1, 1), (LONGEST + 1, 1), (1, LONGEST + 1), (float("inf"), 1)],
)
def test_nothing_is_held_for_ever_nor_for_no_time(held: float, unused: float) -> None:
    with pytest.raises(UsageError, match="up to 30 days"):
        Limits(held, unused)


def test_what_is_no_number_is_no_limit() -> None:
    with pytest.raises(UsageError):
        Limits(float("nan"), 1)
