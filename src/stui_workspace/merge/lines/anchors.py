"""Places that two long sequences surely share, where an exact comparison would cost too much.

Patience (Bram Cohen): what stands exactly once in each is matched, as far as the order allows.
Where no single item does, a few items in a row may.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Sequence

_WIDTHS = (1, 4, 16)


def anchors(one: Sequence[int], other: Sequence[int]) -> list[tuple[int, int]]:
    """Places at which both have the same, ascending; of neighbours only the first."""
    for width in _WIDTHS:
        if found := _ascending(_unique_in_both(_windows(one, width), _windows(other, width))):
            return _first_of_runs(found)
    return []


def _windows(items: Sequence[int], width: int) -> Iterable[Hashable]:
    if width == 1:
        return items
    return zip(*(items[start:] for start in range(width)), strict=False)


def _unique_in_both(one: Iterable[Hashable], other: Iterable[Hashable]) -> list[tuple[int, int]]:
    """In the order of one."""
    elsewhere = _only_places(other)
    return [
        (place, elsewhere[item]) for item, place in _only_places(one).items() if item in elsewhere
    ]


def _only_places(items: Iterable[Hashable]) -> dict[Hashable, int]:
    """Where each item stands that stands there once."""
    places: dict[Hashable, int] = {}
    repeated = set()
    for place, item in enumerate(items):
        if places.setdefault(item, place) != place:
            repeated.add(item)
    for item in repeated:
        del places[item]
    return places


def _ascending(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """A longest choice of the pairs that ascends in the second place too."""
    lowest: list[int] = []
    """For each length, the least place a choice of that length ends with."""
    ends: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(lowest, place)
        before.append(ends[length - 1] if length else -1)
        lowest[length : length + 1] = [place]
        ends[length : length + 1] = [number]
    return _chain(pairs, before, ends[-1] if ends else -1)


def _chain(
    pairs: Sequence[tuple[int, int]], before: Sequence[int], end: int
) -> list[tuple[int, int]]:
    chosen = []
    while end >= 0:
        chosen.append(pairs[end])
        end = before[end]
    chosen.reverse()
    return chosen


def _first_of_runs(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    known = set(pairs)
    return [(one, other) for one, other in pairs if (one - 1, other - 1) not in known]
