"""What fits what was typed, and where it stands."""

from __future__ import annotations

import pytest

from stui_workspace.history import Near, Query
from stui_workspace.history.matching import SCATTERED, letters_of, marked, nearness


def near(typed: str, code: str) -> Near | None:
    return nearness(Query.read(typed), code)


@pytest.mark.parametrize(
    ("typed", "code", "expected"),
    [
        pytest.param("", "anything", Near.WHOLE, id="nothing typed"),
        pytest.param("  ", "anything", Near.WHOLE, id="blanks alone"),
        pytest.param("order by", "select x order by y", Near.WHOLE, id="the whole text"),
        pytest.param("by order", "select x order by y", Near.WORDS, id="words in any order"),
        pytest.param("slctord", "select x order by y", Near.LETTERS, id="letters in order"),
        pytest.param("ord slct", "select x order by y", Near.LETTERS, id="words of letters"),
        pytest.param("yx", "xy", None, id="letters in another order"),
        pytest.param("oo", "order", None, id="a letter twice"),
        pytest.param("select", "SELECT x", Near.WHOLE, id="case does not count"),
        pytest.param("Select", "SELECT x", None, id="until one letter is upper case"),
        pytest.param("É", "é", None, id="nor in other alphabets"),
        pytest.param("é", "É", Near.WHOLE, id="where it is the same letter"),
        pytest.param("%", "a_b", None, id="nothing is a wild card"),
        pytest.param("*[?", "a*b[c?", Near.LETTERS, id="so signs are signs"),
        pytest.param("a\0b", "xa\0b", Near.WHOLE, id="a zero byte"),
        pytest.param("x", "\ud800x", Near.WHOLE, id="a lone surrogate"),
    ],
)
def test_how_near_it_is(typed: str, code: str, expected: Near | None) -> None:
    assert near(typed, code) is expected


def test_in_a_long_text_letters_do_not_stand_apart() -> None:
    assert near("ab", "a" + "-" * (SCATTERED - 2) + "b") is Near.LETTERS
    assert near("ab", "a" + "-" * (SCATTERED - 1) + "b") is None
    assert near("ab", "-" * 9999 + "ab") is Near.WHOLE


@pytest.mark.parametrize(
    ("typed", "code", "expected"),
    [
        pytest.param("order", "an order", "order", id="the whole text"),
        pytest.param("b a", "a or b", "ab", id="words"),
        pytest.param("sel", "s elect sel", "sel", id="where it is whole"),
        pytest.param("sct", "s--c--t--select", "sct", id="the shortest stretch"),
        pytest.param("zz", "none", "", id="nothing"),
        pytest.param("", "none", "", id="nothing typed"),
    ],
)
def test_the_places_of_what_was_typed(typed: str, code: str, expected: str) -> None:
    places = marked(Query.read(typed), code)
    assert "".join(code[at] for at in sorted(places)) == expected


def test_the_shortest_stretch_is_marked() -> None:
    assert marked(Query.read("sct"), "s--c--t--select") == {9, 13, 14}


def test_whoever_lacks_a_letter_cannot_fit() -> None:
    assert letters_of("select") & letters_of("set") == letters_of("set")
    assert letters_of("select") & letters_of("z") == 0
    assert letters_of("0123456789abcdefghijklmnopqrstuvwxyzéß日[*") < 1 << 61
