"""Laws of what is matched: ascending, the same in both, and as much as there is."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.merge.lines import matching

MODULE = import_module("stui_workspace.merge.lines.matching")
FEW = st.text("ab", max_size=14)
SOME = st.text("abcdef", max_size=14)
TEXTS = st.one_of(FEW, SOME)
ORDERS = st.permutations("abcdefgh").map("".join)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and the same with a few changes."""
    one = other = draw(TEXTS)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(other)))
        end = draw(st.integers(start, min(len(other), start + 3)))
        other = other[:start] + draw(st.text("abc", max_size=4)) + other[end:]
    return one, other


PAIRS = st.one_of(edited(), st.tuples(TEXTS, TEXTS), st.tuples(ORDERS, ORDERS))


def length_by_the_book(one: str, other: str) -> int:
    """The length of a longest common subsequence, by the table of Wagner and Fischer."""
    row = [0] * (len(other) + 1)
    for item in one:
        above, row = row, [0]
        for place, counterpart in enumerate(other):
            same = above[place] + 1 if item == counterpart else 0
            row.append(max(same, above[place + 1], row[place]))
    return row[-1]


def assert_common(pairs: Sequence[tuple[int, int]], one: str, other: str) -> None:
    assert all(one[place] == other[elsewhere] for place, elsewhere in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))


@given(PAIRS)
def test_it_is_a_longest_common_subsequence(texts: tuple[str, str]) -> None:
    one, other = texts
    pairs = matching(one, other)
    assert_common(pairs, one, other)
    assert len(pairs) == len(matching(other, one)) == length_by_the_book(one, other)


@given(TEXTS)
def test_a_sequence_matches_itself(one: str) -> None:
    assert matching(one, one) == tuple((place, place) for place in range(len(one)))


@given(PAIRS, st.integers(1, 30), st.integers(0, 4))
def test_divided_it_is_a_common_subsequence_still(
    texts: tuple[str, str], exact: int, rounds: int
) -> None:
    one, other = texts
    with patch.object(MODULE, "EXACT", exact), patch.object(MODULE, "_ROUNDS", rounds):
        pairs = matching(one, other)
    assert_common(pairs, one, other)


@given(TEXTS, TEXTS, TEXTS)
def test_what_both_begin_and_end_with_alike_takes_nothing_from_it(
    head: str, one: str, tail: str
) -> None:
    """Text put in between leaves all of the old matched, however it is divided."""
    with patch.object(MODULE, "EXACT", 1):
        pairs = matching(head + tail, head + one + tail)
    assert len(pairs) == len(head + tail)


@given(PAIRS)
def test_changes_lie_late(texts: tuple[str, str]) -> None:
    """A stretch that one has more cannot be moved on: what follows differs from its beginning."""
    one, other = texts
    pairs = [(-1, -1), *matching(one, other), (len(one), len(other))]
    for (place, elsewhere), (next_place, next_elsewhere) in pairwise(pairs[:-1]):
        added = next_place == place + 1 and next_elsewhere > elsewhere + 1
        taken = next_elsewhere == elsewhere + 1 and next_place > place + 1
        if added:
            assert other[elsewhere + 1] != other[next_elsewhere]
        if taken:
            assert one[place + 1] != one[next_place]
