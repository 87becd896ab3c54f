"""A keyring that hangs costs its limit once, and is tried again less and less often."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.secrets.keyring.breaker import (
    CLOSED,
    FAILURES,
    FIRST_WAIT,
    LONGEST_WAIT,
    Breaker,
    Failure,
)
from stui_workspace.secrets.store import TimedOut, Unavailable

HUNG = TimedOut(5.0)
BROKEN = Unavailable("it is broken")
DAY = 86_400.0

Event = tuple[float, Failure | None]
"""After so many seconds a call, and what would come of it if the keyring were asked."""


def play(events: list[Event]) -> list[str]:
    """What each call came to: `asked`, or `refused` without asking."""
    breaker, now, told = CLOSED, 0.0, []
    for after, outcome in events:
        now += after
        if breaker.refusal(now) is not None:
            told.append("refused")
            continue
        told.append("asked")
        answered = outcome is None
        breaker = (
            breaker.after_answer() if answered else breaker.after_failure(outcome or HUNG, now)
        )
    return told


A, R = "asked", "refused"
AT_ONCE, IN_TIME = 0.0, FIRST_WAIT

PLAYS: dict[str, tuple[list[Event], list[str]]] = {
    "all is well": ([(0, None)] * 3, [A] * 3),
    "eight connections, one wait": ([(0, HUNG)] * 8, [A] + [R] * 7),
    "not even when it has come back": ([(0, HUNG), (1, None)], [A, R]),
    "it has come back": ([(0, HUNG), (IN_TIME, None), (0, None), (0, None)], [A] * 4),
    "one failure is none": ([(0, BROKEN), (0, None), (0, BROKEN), (0, None)], [A] * 4),
    "three failures in a row": ([(0, BROKEN)] * 5, [A, A, A, R, R]),
    "an answer begins the count anew": (
        [(0, BROKEN), (0, BROKEN), (0, None), (0, BROKEN), (0, BROKEN), (0, None)],
        [A] * 6,
    ),
    "twice as long after each try": (
        [(0, HUNG), (IN_TIME, HUNG), (IN_TIME, None), (IN_TIME, None), (0, None)],
        [A, A, R, A, A],
    ),
    "broken when it is tried again": (
        [(0, HUNG), (IN_TIME, BROKEN), (IN_TIME, None), (IN_TIME, None)],
        [A, A, R, A],
    ),
    "and short again after an answer": (
        [(0, HUNG), (IN_TIME, HUNG), (2 * IN_TIME, None), (0, HUNG), (IN_TIME, None)],
        [A] * 5,
    ),
}


@pytest.mark.parametrize("name", PLAYS)
def test_plays(name: str) -> None:
    events, told = PLAYS[name]
    assert play(events) == told


def test_it_says_what_it_last_saw() -> None:
    breaker = CLOSED.after_failure(HUNG, 0.0)
    assert breaker.refusal(1.0) == HUNG
    assert breaker.after_failure(BROKEN, FIRST_WAIT).refusal(FIRST_WAIT + 1.0) == BROKEN


outcomes = st.sampled_from([None, HUNG, BROKEN])
waits = st.floats(0.0, 2 * LONGEST_WAIT)


@given(st.lists(st.tuples(waits, outcomes), max_size=60))
def test_a_keyring_that_answers_is_asked_soon_whatever_was_before(events: list[Event]) -> None:
    assert play([*events, (LONGEST_WAIT, None), (0.0, None)])[-2:] == [A, A]


@given(st.lists(waits, max_size=200))
def test_one_that_always_hangs_is_asked_ever_less(pauses: list[float]) -> None:
    told = play([(pause, HUNG) for pause in pauses])
    longest_count = sum(pauses) / LONGEST_WAIT
    first_count = LONGEST_WAIT / FIRST_WAIT  # more than the doublings on the way
    assert told.count(A) <= 1 + first_count + longest_count


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_no_count_is_too_large_for_it(failure_count: int, opened_count: int) -> None:
    breaker = Breaker(failure_count, opened_count).after_failure(HUNG, DAY)
    assert FIRST_WAIT <= breaker.open_until - DAY <= LONGEST_WAIT
    assert breaker.after_answer() == CLOSED
    assert FAILURES > 1
