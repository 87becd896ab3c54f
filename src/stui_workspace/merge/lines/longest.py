"""A longest common subsequence, exactly, a row of the table in one integer.

The rows are those of H. Hyyrö, "Bit-parallel LCS-length computation revisited" (2004): bit `j` of
row `i` is 0 where the first `i` items of one have a longer common subsequence with `j + 1` items
of the other than with `j`. A row costs a few operations on whole integers: millions are quick.
"""

from __future__ import annotations

from collections.abc import Sequence


def longest(one: Sequence[int], other: Sequence[int]) -> list[tuple[int, int]]:
    """The places of a longest common subsequence, ascending, each match as early as it can be."""
    rows = _rows(one, other)
    full = rows[0]
    pairs = []
    row, column = len(one), len(other)
    while grown := (full ^ rows[row]) & ((1 << column) - 1):
        column = grown.bit_length() - 1
        while not rows[row - 1] >> column & 1:
            row -= 1
        row -= 1
        pairs.append((row, column))
    pairs.reverse()
    return pairs


def _rows(one: Sequence[int], other: Sequence[int]) -> list[int]:
    """The table, beginning with the row of no items."""
    masks = _masks(other)
    full = (1 << len(other)) - 1
    row, rows = full, [full]
    for item in one:
        if common := row & masks.get(item, 0):
            row = ((row + common) | (row - common)) & full
        rows.append(row)
    return rows


def _masks(items: Sequence[int]) -> dict[int, int]:
    """For each item, the bits of the places where it stands."""
    places: dict[int, list[int]] = {}
    for place, item in enumerate(items):
        places.setdefault(item, []).append(place)
    return {item: _mask(where, len(items)) for item, where in places.items()}


def _mask(places: list[int], size: int) -> int:
    if len(places) == 1:
        return 1 << places[0]
    octets = bytearray(size // 8 + 1)
    for place in places:
        octets[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(octets, "little")
