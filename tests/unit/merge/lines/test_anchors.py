"""Where two long sequences are divided."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.merge.lines.anchors import anchors
from stui_workspace.merge.lines.matching import matching


def test_what_stands_once_in_each() -> None:
    assert anchors([1, 5, 1, 6, 2], [3, 5, 3, 3, 6, 4]) == [(1, 1), (3, 4)]


def test_not_what_stands_twice_in_one() -> None:
    assert anchors([1, 5, 1, 6], [5, 2, 6, 6]) == [(1, 0)]
    assert anchors([5, 2, 6, 6], [1, 5, 1, 6]) == [(0, 1)]


def test_of_neighbours_the_first() -> None:
    assert anchors([1, 2, 3, 9], [8, 1, 2, 3, 7, 9]) == [(0, 1), (3, 5)]


def test_as_many_as_are_in_order() -> None:
    assert anchors([1, 2, 3, 4], [4, 1, 3, 2]) in ([(0, 1), (1, 3)], [(0, 1), (2, 2)])


def test_several_in_a_row_where_nothing_stands_once() -> None:
    row, noise = [1, 2, 2, 1], [1, 1, 1, 2, 1, 2]
    assert anchors([*noise, *row], [2, 2, *row, 2]) == [(5, 1)]


def test_nothing_in_common() -> None:
    assert anchors([1, 1, 2], [3, 4]) == []
    assert anchors([], []) == []


@given(st.permutations(range(0, 18, 2)), st.permutations(range(0, 18, 2)))
def test_they_ascend_and_there_are_as_many_as_can_be(one: list[int], other: list[int]) -> None:
    """Apart from neighbours, which are kept from being any by a number of their own."""
    apart = [number for item in one for number in (item, -1)]
    apart2 = [number for item in other for number in (item, -2)]
    found = anchors(apart, apart2)
    assert len(found) == len(matching(one, other))
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(found))
