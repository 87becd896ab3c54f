"""What is matched, where it matters which of several equal answers it is, and what it may cost."""

from __future__ import annotations

import random
from collections.abc import Sequence
from importlib import import_module
from unittest.mock import patch

import pytest

from stui_workspace.merge.lines import matching
from stui_workspace.merge.lines.longest import longest

MODULE = import_module("stui_workspace.merge.lines.matching")


def shown(one: str, other: str) -> str:
    """The other, with what is matched in capitals."""
    places = {place for _, place in matching(one, other)}
    return "".join(
        letter.upper() if place in places else letter for place, letter in enumerate(other)
    )


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("", "abc", "abc", id="nothing there"),
        pytest.param("abc", "abc", "ABC", id="the same"),
        pytest.param("abc", "xyz", "xyz", id="nothing alike"),
        pytest.param("abcd", "axcd", "AxCD", id="one replaced"),
        pytest.param("aab", "aaab", "AAaB", id="one more of several"),
        pytest.param("pqer", "ekper", "ekPER", id="whole runs move to what follows"),
        pytest.param("bcad", "abcadxad", "aBCADxad", id="more at the end"),
        pytest.param("xyzab", "abxyz", "abXYZ", id="the longer of two blocks stays"),
    ],
)
def test_which_ones_are_matched(one: str, other: str, expected: str) -> None:
    assert shown(one, other) == expected


def test_a_repeated_line_is_new_where_it_stands_last() -> None:
    base = ["start", "  a", "end"]
    longer = ["start", "  a", "end", "start", "  b", "end"]
    assert matching(base, longer) == ((0, 0), (1, 1), (2, 2))


def test_a_line_between_two_changes_stays_with_what_follows() -> None:
    """So that two hunks are one: as in the `}` before a function that is rewritten."""
    before, after = ["old", "}", "next", "1"], ["new", "}", "more", "}", "next", "2"]
    assert matching(before, after) == ((1, 3), (2, 4))
    assert matching(after, before) == ((3, 1), (4, 2))


def test_any_items_that_can_be_hashed() -> None:
    assert matching([("a", 1), None, 2], [None, ("a", 1), 2]) in (
        ((0, 1), (2, 2)),
        ((1, 0), (2, 2)),
    )


def many(count: int, kinds: int, seed: int) -> list[int]:
    choice = random.Random(seed)  # noqa: S311 (a test's dice)
    return [choice.randrange(kinds) for _ in range(count)]


HOSTILE = [
    pytest.param(many(3000, 2, 1), many(3000, 2, 2), id="two kinds"),
    pytest.param(many(3000, 50, 1), many(2500, 50, 2), id="fifty kinds"),
    pytest.param(many(3000, 3000, 1), many(3000, 3000, 2), id="hardly any repeated"),
    pytest.param(list(range(3000)), list(range(3000))[::-1], id="back to front"),
    pytest.param([1] * 3000, [2] + [1] * 2000 + [3], id="all the same"),
    pytest.param([1, 2] * 1500, [2, 1, 2] * 900, id="patterns"),
    pytest.param(many(20, 4, 1), many(9000, 4, 2), id="few and many"),
]


@pytest.mark.parametrize(("one", "other"), HOSTILE)
def test_the_work_is_bounded(one: Sequence[int], other: Sequence[int]) -> None:
    """Exact comparisons of pieces no larger than `EXACT`: together never quadratic."""
    bound = 1 << 10
    pieces: list[int] = []

    def counted(some: Sequence[int], others: Sequence[int]) -> list[tuple[int, int]]:
        pieces.append(len(some) * len(others))
        return longest(some, others)

    with patch.object(MODULE, "EXACT", bound), patch.object(MODULE, "longest", counted):
        pairs = matching(one, other)
    assert max(pieces) <= bound
    assert sum(pieces) <= (len(one) + len(other)) * bound**0.5 / 2
    assert len(pieces) <= 2 * (len(one) + len(other))
    assert all(one[place] == other[elsewhere] for place, elsewhere in pairs)


def test_anchors_that_lead_nowhere_are_given_up() -> None:
    one, other = many(300, 3, 1), many(300, 3, 2)
    nowhere = patch.object(MODULE, "anchors", lambda _one, _other: [(0, 0)])
    with patch.object(MODULE, "EXACT", 1 << 6), nowhere:
        assert matching(one, other)


def test_long_sequences_keep_what_surely_is_the_same() -> None:
    """The longer of two blocks that changed places, less what was changed in it."""
    one = [f"line {number}" for number in range(3000)]
    other = [*one[1300:2000], *["new"] * 50, *one[2010:], *one[:1300]]
    with patch.object(MODULE, "EXACT", 1 << 10):
        pairs = matching(one, other)
    assert len(pairs) == 1690


def test_long_sequences_of_repeated_lines_are_known_by_several_in_a_row() -> None:
    one = many(3000, 6, 3)
    other = [*one[:10], 7, *one[10:1500], *one[1520:2990], 7, *one[2990:]]
    with patch.object(MODULE, "EXACT", 1 << 10):
        pairs = matching(one, other)
    assert len(pairs) > 0.98 * len(one)
