"""Tabs on one line: the one on top is always there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stui_workspace.tui.tabs import Piece, Tab, fitted, name_at

tabs = st.lists(st.text("abc", min_size=1, max_size=9), min_size=1, max_size=9, unique=True).map(
    lambda labels: [Tab(label, label) for label in labels]
)


def line(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)


@given(tabs, st.data(), st.integers(0, 60))
def test_the_tab_on_top_is_there_and_the_line_fits(
    given: list[Tab], data: st.DataObject, width: int
) -> None:
    active = data.draw(st.sampled_from(given)).name
    pieces = fitted(given, active, width)
    names = [piece.name for piece in pieces if piece.name]
    assert active in names
    assert len(line(pieces)) <= width or names == [active]
    assert names == [tab.name for tab in given if tab.name in names], "in their order"


@given(tabs, st.data(), st.integers(0, 60))
def test_a_click_finds_the_tab_that_is_under_it(
    given: list[Tab], data: st.DataObject, width: int
) -> None:
    pieces = fitted(given, data.draw(st.sampled_from(given)).name, width)
    shown = line(pieces)
    for piece in pieces:
        if piece.name:
            at = shown.index(piece.text)
            assert name_at(pieces, at) == name_at(pieces, at + len(piece.text) - 1)
    assert name_at(pieces, len(shown)) is None
    assert name_at(pieces, -1) is None


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        pytest.param(40, "One │ Two ● │ Three", id="all fit"),
        pytest.param(14, "One │ Two ● »", id="the last is left out"),
        pytest.param(10, "« Two ● »", id="only the one on top"),
    ],
)
def test_what_does_not_fit_is_left_out_at_the_ends(width: int, shown: str) -> None:
    given = [Tab("one", "One"), Tab("two", "Two", "●"), Tab("three", "Three")]
    assert line(fitted(given, "two", width)) == shown
