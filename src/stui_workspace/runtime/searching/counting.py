"""Counting what is in the history: what is used most, where, and at which hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from stui_workspace.history import Found, Within
from stui_workspace.model.records import dataclass
from stui_workspace.runtime.searching.finding import Searcher

if TYPE_CHECKING:
    import sqlite3

_HOUR: Final = 3600
_HOURS: Final = 24


@dataclass(frozen=True, slots=True)
class OfConnection:
    """What was evaluated through the connections of one name."""

    connection: str
    count: int
    failed_count: int
    text_count: int
    last: float


@dataclass(frozen=True, slots=True)
class Statistics:
    entry_count: int
    text_count: int
    failed_count: int
    first: float | None
    last: float | None
    top: tuple[Found, ...]
    """The inputs that are used most."""
    connections: tuple[OfConnection, ...]
    machines: tuple[tuple[str, int], ...]
    """By name, with how much was evaluated on them; likewise the next."""
    workspaces: tuple[tuple[str, int], ...]
    hours: tuple[int, ...]
    """How much was evaluated in each of the 24 hours of the day, by the clock of this machine."""


def count_history(searcher: Searcher, within: Within, top: int) -> Statistics:
    """What the uses that count come to."""
    return searcher.asked(lambda link: _count(link, within, top))


def _count(link: sqlite3.Connection, within: Within, top: int) -> Statistics:
    from stui_workspace.history.index_counts import (
        most_used,
        text_count,
        uses_by_hour,
        uses_by_place,
    )

    rows = list(uses_by_place(link, within))
    connections: dict[str, list[float]] = {}
    machines: Counter[str] = Counter()
    workspaces: Counter[str] = Counter()
    for row in rows:
        machines[row.machine] += row.count
        workspaces[row.workspace] += row.count
        of = connections.setdefault(row.connection, [0, 0, 0, 0.0])
        of[0] += row.count
        of[1] += row.failed_count
        of[2] += row.text_count
        of[3] = max(of[3], row.last)
    counted = [
        OfConnection(name, int(count), int(failed), int(texts), last)
        for name, (count, failed, texts, last) in connections.items()
    ]
    return Statistics(
        sum(row.count for row in rows),
        text_count(link, within),
        sum(row.failed_count for row in rows),
        min((row.first for row in rows), default=None),
        max((row.last for row in rows), default=None),
        most_used(link, within, top),
        tuple(sorted(counted, key=lambda one: (-one.count, one.connection))),
        tuple(machines.most_common()),
        tuple(workspaces.most_common()),
        _by_hour(uses_by_hour(link, within)),
    )


def _by_hour(times: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    """The uses of each hour of the day, of those of each hour since 1970."""
    hours = [0] * _HOURS
    for number, count in times:
        try:
            then = datetime.fromtimestamp(number * _HOUR).astimezone()
        except (OverflowError, ValueError, OSError):
            continue
        hours[then.hour] += count
    return tuple(hours)
