"""Which snapshots to keep: the last ones, and one for each hour and day before."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

from stui_workspace.model.workspace import Keep

HOUR = 3600.0
DAY = 24 * HOUR

T = TypeVar("T", bound=Hashable)


def retained(times: Mapping[T, float], keep: Keep, now: float) -> frozenset[T]:
    """The names to keep of those in `times`, which says when each was.

    Kept are the newest `keep.last`; the newest of each of the last `keep.hourly` hours that have
    any; the newest of each of the last `keep.daily` days that have any; and everything from the
    future of `now`, because a clock that was put back must not cost a state. Hours and days are
    counted from 1970, in UTC.
    """
    newest_first = sorted(times, key=lambda name: times[name], reverse=True)
    chosen = set(newest_first[: max(keep.last, 0)])
    chosen.update(name for name in newest_first if times[name] > now)
    for length, count in ((HOUR, keep.hourly), (DAY, keep.daily)):
        seen: dict[float, T] = {}
        for name in newest_first:
            seen.setdefault(times[name] // length, name)
        chosen.update(list(seen.values())[: max(count, 0)])
    return frozenset(chosen)
