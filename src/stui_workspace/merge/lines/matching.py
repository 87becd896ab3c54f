"""Which items of two sequences are the same ones: the ground every merge by lines stands on."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from itertools import pairwise

from stui_workspace.merge.lines.anchors import anchors
from stui_workspace.merge.lines.longest import longest
from stui_workspace.merge.lines.runs import Run, alike, tidied

EXACT = 1 << 26
"""So many comparisons are made exactly (some 20 ms); beyond them the sequences are divided."""
_ROUNDS = 4
"""How often a piece is divided at anchors before it is simply cut in the middle."""


def matching(one: Sequence[Hashable], other: Sequence[Hashable]) -> tuple[tuple[int, int], ...]:
    """The places of a longest common subsequence, ascending in both.

    Of several longest ones: the one that matches early, in as few runs as that leaves. Where the
    two differ over many thousands of items, it is a long common subsequence instead.

    >>> matching("house", "mouse")
    ((1, 1), (2, 2), (3, 3), (4, 4))
    """
    return tuple(
        (run.start + step, run.start2 + step)
        for run in shared_runs(one, other)
        for step in range(run.length)
    )


def shared_runs(one: Sequence[Hashable], other: Sequence[Hashable]) -> list[Run]:
    """What `matching` matches, as stretches with a difference between any two."""
    numbers: dict[Hashable, int] = {}
    first = [numbers.setdefault(item, len(numbers)) for item in one]
    second = [numbers.setdefault(item, len(numbers)) for item in other]
    return tidied(_matched(first, second, _ROUNDS), first, second)


def _matched(one: list[int], other: list[int], rounds: int) -> list[Run]:
    """What both begin and end with alike, and what is the same in between."""
    head = alike(one, other)
    tail = alike(one[head:][::-1], other[head:][::-1])
    end, end2 = len(one) - tail, len(other) - tail
    return [
        Run(0, 0, head),
        *_moved(_middle(one[head:end], other[head:end2], rounds), head, head),
        Run(end, end2, tail),
    ]


def _moved(runs: Iterable[Run], by: int, by2: int) -> list[Run]:
    return [Run(start + by, start2 + by2, length) for start, start2, length in runs]


def _middle(one: list[int], other: list[int], rounds: int) -> list[Run]:
    shared = set(one).intersection(other)
    places = [place for place, item in enumerate(one) if item in shared]
    places2 = [place for place, item in enumerate(other) if item in shared]
    some, others = [one[place] for place in places], [other[place] for place in places2]
    if len(some) * len(others) > EXACT:
        found = _divided(some, others, rounds)
    else:
        found = longest(some, others)
    return [Run(places[first], places2[second], 1) for first, second in found]


def _divided(one: list[int], other: list[int], rounds: int) -> list[tuple[int, int]]:
    """What is the same in the pieces between anchors: so it need not be the longest."""
    cuts = anchors(one, other) if rounds else []
    cuts = cuts or [(len(one) // 2, len(other) // 2)]
    pairs: list[tuple[int, int]] = []
    for (start, start2), (end, end2) in pairwise([(0, 0), *cuts, (len(one), len(other))]):
        runs = _matched(one[start:end], other[start2:end2], max(rounds - 1, 0))
        for at, at2, length in _moved(runs, start, start2):
            pairs.extend(zip(range(at, at + length), range(at2, at2 + length), strict=True))
    return pairs
