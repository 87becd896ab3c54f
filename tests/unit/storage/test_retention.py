"""Which snapshots are kept: laws over any times, and one story with real ones."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from stui_workspace.model.workspace import Keep
from stui_workspace.storage.retention import DAY, HOUR, retained

NOW = 1_000 * DAY
TIMES = st.dictionaries(st.integers(0, 50), st.floats(NOW - 40 * DAY, NOW), max_size=30)
KEEPS = st.builds(Keep, st.integers(0, 5), st.integers(0, 5), st.integers(0, 5))


@given(TIMES, KEEPS)
def test_the_newest_are_kept_and_not_too_many(times: dict[int, float], keep: Keep) -> None:
    kept = retained(times, keep, NOW)
    assert kept <= times.keys()
    assert len(kept) <= keep.last + keep.hourly + keep.daily
    gone = [times[name] for name in times.keys() - kept]
    newest = sorted(times.values(), reverse=True)[: keep.last]
    assert not newest or all(at <= newest[-1] for at in gone)


@given(TIMES, KEEPS)
def test_pruning_twice_is_pruning(times: dict[int, float], keep: Keep) -> None:
    once = retained(times, keep, NOW)
    left = {name: times[name] for name in once}
    assert retained(left, keep, NOW) == once


@given(TIMES, KEEPS)
def test_each_of_the_last_hours_and_days_has_its_newest(
    times: dict[int, float], keep: Keep
) -> None:
    kept = {times[name] for name in retained(times, keep, NOW)}
    for length, count in ((HOUR, keep.hourly), (DAY, keep.daily)):
        periods = sorted({at // length for at in times.values()}, reverse=True)[:count]
        for period in periods:
            assert max(at for at in times.values() if at // length == period) in kept


@given(TIMES, KEEPS, st.floats(0.0, 30 * DAY))
@example({0: NOW}, Keep(0, 0, 0), 1.0)
def test_a_clock_put_back_costs_nothing(times: dict[int, float], keep: Keep, back: float) -> None:
    now = NOW - back
    future = {name for name, at in times.items() if at > now}
    assert future <= retained(times, keep, now)


def test_a_month_of_a_snapshot_every_ten_minutes() -> None:
    times = {number: NOW - number * 600.0 for number in range(6 * 24 * 30)}
    kept = retained(times, Keep(), NOW)
    ages = sorted((NOW - times[name]) / HOUR for name in kept)
    assert ages[:20] == [number / 6 for number in range(20)]
    assert len(kept) <= 20 + 24 + 14
    assert 12 * 24 < ages[-1] < 14 * 24
