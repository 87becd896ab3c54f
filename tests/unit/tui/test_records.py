"""Evaluations as rows: all of it is there, and nothing of it is obeyed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.model.printable import printable
from stui_workspace.model.session import TranscriptEntry
from stui_workspace.tui.panels.records import (
    SIGNS,
    explored,
    inspected,
    rows_of,
    transcript_rows,
)


def texts(rows: object) -> list[str]:
    return [row.text for row in rows]  # type: ignore[attr-defined]


entries = st.builds(
    TranscriptEntry,
    number=st.integers(1, 999),
    connection=st.text(max_size=12),
    code=st.text(max_size=40),
    outcome=st.sampled_from([*SIGNS, "from the future"]),
    output=st.text(max_size=60),
    result=st.none() | st.text(max_size=60),
)


@given(entries)
def test_no_row_is_obeyed_or_spans_lines(entry: TranscriptEntry) -> None:
    for make in (rows_of, transcript_rows, inspected):
        for text in texts(make(entry)):
            assert printable(text) == text
            assert "\n" not in text


@pytest.mark.parametrize(
    ("entry", "rows"),
    [
        pytest.param(
            TranscriptEntry(3, "py", "1 + 1\n", "ok", result="2"),
            ["✓ 3 py  1 + 1", "  → 2"],
            id="a result",
        ),
        pytest.param(
            TranscriptEntry(4, "py", "a\nb", "error", output="out\nValueError: x\n"),
            ["✗ 4 py  error  a …", "    out", "    ValueError: x"],
            id="an error, and code of two lines",
        ),
        pytest.param(
            TranscriptEntry(5, "py", "go()", "ok", output=" 1%\r 50%\r100%\n"),
            ["✓ 5 py  go()", "    100%"],
            id="a progress bar ends as it would in a terminal",
        ),
        pytest.param(
            TranscriptEntry(6, "py", "x", "ok", output="\x1b[31m[red]x[/]"),
            ["✓ 6 py  x", "    ␛[31m[red]x[/]"],
            id="control sequences and markup are text",
        ),
        pytest.param(
            TranscriptEntry(7, "py", "x", "refused"),
            ["⊘ 7 py  refused  x"],
            id="the outcome is said in a word",
        ),
    ],
)
def test_an_evaluation(entry: TranscriptEntry, rows: list[str]) -> None:
    assert texts(rows_of(entry)) == rows


@pytest.mark.parametrize(
    ("result", "rows"),
    [
        pytest.param(
            "{'a': 1, 'bb': [2]}",
            ["type         dict", "size         2 items", "  'a'   1", "  'bb'  [2]"],
            id="a dict",
        ),
        pytest.param("[1]", ["type         list", "size         1 items", "  0  1"], id="a list"),
        pytest.param(
            "'a\\nb'",
            ["type         str", "size         3 characters", "value", "    a", "    b"],
            id="a text, as it reads",
        ),
        pytest.param("<Order 7>", ["value", "    <Order 7>"], id="no literal"),
        pytest.param("__import__('os')", ["value", "    __import__('os')"], id="nothing is run"),
    ],
)
def test_a_result_taken_apart(result: str, rows: list[str]) -> None:
    assert texts(explored(result)) == rows


def test_a_deep_or_huge_result_is_no_trouble() -> None:
    assert texts(explored("[" * 10_000 + "]" * 10_000))
    assert len(texts(explored(repr(list(range(5_000)))))) == 103
