"""What two sequences share as stretches, and which of several equal answers is the better one.

Where lines repeat there are many longest common subsequences. As in git, changes lie together where
they can, and late: a new `}` after an old one is the second of the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Run(NamedTuple):
    """A stretch that two sequences share: where it begins in each, and how long it is."""

    start: int
    start2: int
    length: int

    @property
    def end(self) -> tuple[int, int]:
        """Where it ends in each."""
        return self.start + self.length, self.start2 + self.length


def tidied(runs: Iterable[Run], one: Sequence[int], other: Sequence[int]) -> list[Run]:
    """The same length in as few runs as moving whole ones makes them, none of them empty."""
    return _united(_early(_joined(_united(runs), one, other), one, other))


def alike(one: Sequence[object], other: Sequence[object]) -> int:
    """How many items both begin with."""
    for place, (item, counterpart) in enumerate(zip(one, other, strict=False)):
        if item != counterpart:
            return place
    return min(len(one), len(other))


def _united(runs: Iterable[Run]) -> list[Run]:
    """The same with runs that touch made one, and without empty ones."""
    united: list[Run] = []
    for run in runs:
        if united and united[-1].end == run[:2]:
            last = united.pop()
            united.append(Run(last.start, last.start2, last.length + run.length))
        elif run.length:
            united.append(run)
    return united


def _joined(runs: Sequence[Run], one: Sequence[int], other: Sequence[int]) -> list[Run]:
    """The same with each run moved to what follows it, where only one has more in between."""
    after, after2 = len(one), len(other)
    joined = []
    for run in reversed(runs):
        later, later2 = after - run.length, after2 - run.length
        same = one[later:after] == other[later2:after2]
        joined.append(Run(later, later2, run.length) if same else run)
        after, after2 = joined[-1][:2]
    return joined[::-1]


def _early(runs: Iterable[Run], one: Sequence[int], other: Sequence[int]) -> list[Run]:
    """The same with what only one sequence has in between moved to as late as it can be."""
    early = [Run(0, 0, 0)]
    for run in runs:
        end, end2 = early[-1].end
        more = 0
        if (end == run.start) != (end2 == run.start2):
            more = alike(one[end : end + run.length], other[end2 : end2 + run.length])
            early[-1] = early[-1]._replace(length=early[-1].length + more)
        if more < run.length:
            early.append(Run(run.start + more, run.start2 + more, run.length - more))
    return early
