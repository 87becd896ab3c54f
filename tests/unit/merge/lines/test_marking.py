"""Conflict markers as they are written."""

from __future__ import annotations

import pytest

from stui_workspace.merge.lines import Agreed, Clash, Labels, lines_of, marked

LABELS = Labels("HEAD", "base", "topic")
CLASH = Clash(("b\n",), ("x\n",), ("y\n",))


def test_all_of_it() -> None:
    text = marked([Agreed(("a\n",)), CLASH, Agreed(("c\n",))], LABELS)
    assert text == ("a\n<<<<<<< HEAD\nx\n||||||| base\nb\n=======\ny\n>>>>>>> topic\nc\n")


def test_without_the_base() -> None:
    text = marked([CLASH], LABELS, base_shown=False)
    assert text == "<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> topic\n"


def test_without_the_base_what_is_alike_is_outside() -> None:
    clash = Clash(("b\n",), ("1\n", "x\n", "2\n"), ("1\n", "2\n"))
    text = marked([clash], LABELS, base_shown=False)
    assert text == "1\n<<<<<<< HEAD\nx\n=======\n>>>>>>> topic\n2\n"


def test_longer_markers_and_no_labels() -> None:
    text = marked([CLASH], Labels("", "", ""), size=9)
    assert text == "<<<<<<<<<\nx\n|||||||||\nb\n=========\ny\n>>>>>>>>>\n"


def test_a_label_is_one_line() -> None:
    text = marked([CLASH], Labels("a\nb", "c\r\nd", "e\u2028f"))
    assert text.splitlines()[0] == "<<<<<<< a b"
    assert len(text.splitlines()) == 7


def test_a_last_line_without_an_end_gets_one() -> None:
    text = marked([Clash(("b",), ("x",), ())], LABELS)
    assert text == "<<<<<<< HEAD\nx\n||||||| base\nb\n=======\n>>>>>>> topic\n"


def test_a_settled_last_line_without_an_end_stays_so() -> None:
    assert marked([Agreed(("a\n", "b"))], LABELS) == "a\nb"


@pytest.mark.parametrize(
    ("before", "ours", "theirs", "end"),
    [
        pytest.param(("a\r\n",), ("x\r\n",), ("y\r\n",), "\r\n", id="everywhere"),
        pytest.param(("a\r\n",), ("x",), ("y",), "\r\n", id="before, at the end of the file"),
        pytest.param((), ("x\r\n", "z"), ("y",), "\r\n", id="in one side"),
        pytest.param((), ("x\r\n",), ("y\n",), "\n", id="in one side of two"),
        pytest.param((), ("x",), ("y",), "\n", id="nowhere"),
    ],
)
def test_markers_end_like_the_lines_around(
    before: tuple[str, ...], ours: tuple[str, ...], theirs: tuple[str, ...], end: str
) -> None:
    text = marked((Agreed(before), Clash((), ours, theirs)), LABELS)
    assert f"======={end}" in text
    assert text.endswith(f">>>>>>> topic{end}")
    assert all(line.endswith("\n") for line in lines_of(text))
