"""The merge of a text: line by line, and its end on its own."""

from __future__ import annotations

import pytest

from stui_workspace.merge.lines import lines_of, merge_text


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "expected"),
    [
        pytest.param("a\nb\nc\n", "x\nb\nc\n", "a\nb\ny\n", "x\nb\ny\n", id="two lines"),
        pytest.param("a\nb\n", "a\nb", "x\nb\n", "x\nb", id="end dropped, first line edited"),
        pytest.param("a\nb\n", "a\nb", "a\nx\n", "a\nx", id="end dropped, last line edited"),
        pytest.param("a\nb", "a\nb\n", "a\nx", "a\nx\n", id="end added, last line edited"),
        pytest.param("a\nb\n", "x\na\nb", "a\nb", "x\na\nb", id="both dropped the end"),
        pytest.param("a\nb\nc", "a\nb\nc\nd", "x\nb\nc", "x\nb\nc\nd", id="added after the last"),
        pytest.param("a\n\n\n", "a\n\n\n", "x\na\n\n\n", "x\na\n\n\n", id="blank lines at the end"),
        pytest.param("a\nb\nc\n", "a\nb\nc\n\n", "x\nb\nc\n", "x\nb\nc\n\n", id="one more blank"),
        pytest.param("a\r\nb\r\n", "a\r\nb", "x\r\nb\r\n", "x\r\nb", id="CR LF dropped"),
        pytest.param("a\r\nb", "a\r\nb\r\n", "x\r\nb", "x\r\nb\r\n", id="CR LF added"),
        pytest.param("b\n", "b", "a\nb\n", "a\nb", id="a line without any end"),
        pytest.param("b", "b\r\n", "a\r\nb", "a\r\nb\r\n", id="a base without any end"),
        pytest.param("b", "b\n", "a\r\nb", "a\r\nb\r\n", id="two kinds of ends added"),
        pytest.param("", "a\n", "a\n", "a\n", id="both began alike"),
        pytest.param("a\n", "", "a\n", "", id="ours emptied it"),
        pytest.param("a\n", "", "a", "", id="ours emptied it, theirs dropped the end"),
        pytest.param(
            "a\f\u2028b\rc\nd\n", "x\nd\n", "a\f\u2028b\rc\nd", "x\nd", id="odd line ends"
        ),
    ],
)
def test_what_merges(base: str, ours: str, theirs: str, expected: str) -> None:
    assert merge_text(base, ours, theirs) == expected
    assert merge_text(base, theirs, ours) == expected


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        pytest.param("a\nb\n", "x\nb\n", "y\nb\n", id="one line"),
        pytest.param("a\nb\n", "x\nb\n", "a\ny\n", id="neighbours"),
        pytest.param("", "a\n", "b\n", id="begun differently"),
        pytest.param("", "a\n", "a", id="begun with an end and without"),
        pytest.param("a\n", "", "a\nb\n", id="emptied, added to"),
        pytest.param("a\nb\n", "a\r\nb", "a\nb\nc\n", id="all ends changed, the last dropped"),
    ],
)
def test_what_clashes(base: str, ours: str, theirs: str) -> None:
    assert merge_text(base, ours, theirs) is None
    assert merge_text(base, theirs, ours) is None


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("a", ["a"], id="no end"),
        pytest.param("a\n\nb\n", ["a\n", "\n", "b\n"], id="blank between"),
        pytest.param("a\r\n\n", ["a\r\n", "\n"], id="both ends"),
        pytest.param("a\rb\fc\x85\u2028\n", ["a\rb\fc\x85\u2028\n"], id="no ends"),
    ],
)
def test_lines(text: str, lines: list[str]) -> None:
    assert lines_of(text) == lines
