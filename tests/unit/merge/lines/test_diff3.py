"""The merge of lines: what is settled, and what clashes."""

from __future__ import annotations

import pytest

from stui_workspace.merge.lines import Agreed, Clash, Region, merge_lines


def merged(base: str, ours: str, theirs: str) -> tuple[Region, ...]:
    """Each letter stands for a line."""
    return merge_lines(base, ours, theirs)


def agreed(letters: str) -> Agreed:
    return Agreed(tuple(letters))


def clash(base: str, ours: str, theirs: str) -> Clash:
    return Clash(tuple(base), tuple(ours), tuple(theirs))


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "expected"),
    [
        pytest.param("", "", "", "", id="nothing"),
        pytest.param("abc", "abc", "abc", "abc", id="nothing changed"),
        pytest.param("abc", "xbc", "abc", "xbc", id="only ours changed"),
        pytest.param("abc", "abc", "abx", "abx", id="only theirs changed"),
        pytest.param("abc", "xbc", "aby", "xby", id="both, with a line between"),
        pytest.param("abc", "axc", "axc", "axc", id="both alike"),
        pytest.param("abc", "axbc", "axbcy", "axbcy", id="both alike, and theirs more"),
        pytest.param("abc", "ac", "ac", "ac", id="both deleted one"),
        pytest.param("abcde", "bcde", "abcd", "bcd", id="both deleted another"),
        pytest.param("abc", "", "abc", "", id="ours deleted all"),
        pytest.param("", "ab", "ab", "ab", id="both began alike"),
    ],
)
def test_what_is_settled(base: str, ours: str, theirs: str, expected: str) -> None:
    assert merged(base, ours, theirs) == ((agreed(expected),) if expected else ())
    assert merged(base, theirs, ours) == ((agreed(expected),) if expected else ())


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "expected"),
    [
        pytest.param(
            "abc", "axc", "ayc", [agreed("a"), clash("b", "x", "y"), agreed("c")], id="one line"
        ),
        pytest.param(
            "abc", "axbc", "aybc", [agreed("a"), clash("", "x", "y"), agreed("bc")], id="one spot"
        ),
        pytest.param(
            "abcd",
            "axcd",
            "abyd",
            [agreed("a"), clash("bc", "xc", "by"), agreed("d")],
            id="neighbours",
        ),
        pytest.param(
            "abc",
            "axbc",
            "ayc",
            [agreed("a"), clash("b", "xb", "y"), agreed("c")],
            id="an addition beside a change",
        ),
        pytest.param(
            "abc",
            "ac",
            "axc",
            [agreed("a"), clash("b", "", "x"), agreed("c")],
            id="deleted, edited",
        ),
        pytest.param("", "a", "b", [clash("", "a", "b")], id="begun differently"),
        pytest.param("a", "", "b", [clash("a", "", "b")], id="emptied, edited"),
        pytest.param(
            "abcdefg",
            "xbcydeg",
            "vbcwdeg",
            [
                clash("a", "x", "v"),
                agreed("bc"),
                clash("", "y", "w"),
                agreed("deg"),
            ],
            id="two, and both deleted one",
        ),
    ],
)
def test_what_clashes(base: str, ours: str, theirs: str, expected: list[Region]) -> None:
    assert merged(base, ours, theirs) == tuple(expected)


def test_lines_are_what_they_are() -> None:
    """An end of a line is part of it: whoever wants to merge past it makes them alike before."""
    regions = merge_lines(["a\n", "b"], ["a\n", "b\n"], ["a\n", "c"])
    assert regions == (Agreed(("a\n",)), Clash(("b",), ("b\n",), ("c",)))
