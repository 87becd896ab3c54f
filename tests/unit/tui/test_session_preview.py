"""The small picture of an arrangement: as wide and as high as asked, whatever is in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from textual._cells import cell_len

from stui_workspace.layout import Column, Leaf, Node, Row, Tabs
from stui_workspace.tui.sessions.preview import preview

NAMES = st.text(min_size=1, max_size=12)
SIZES = st.floats(0.1, 10.0)
TREES: st.SearchStrategy[Node] = st.recursive(
    st.builds(Leaf, NAMES, SIZES)
    | st.builds(Tabs, st.lists(NAMES, min_size=1, max_size=4, unique=True).map(tuple), SIZES),
    lambda inner: (
        st.builds(Row, st.lists(inner, min_size=1, max_size=3).map(tuple), SIZES)
        | st.builds(Column, st.lists(inner, min_size=1, max_size=3).map(tuple), SIZES)
    ),
    max_leaves=6,
)


def drawn(tree: Node, width: int, height: int) -> list[str]:
    return [row.text for row in preview(tree, width, height)]


def test_frames_share_their_lines() -> None:
    tree = Row((Leaf("conn", 1), Column((Tabs(("scratch", "notes"), 3), Leaf("results", 2)), 3)))
    assert drawn(tree, 30, 7) == [
        "┌──────┬─────────────────────┐",
        "│ conn │ scratch · notes     │",
        "│      │                     │",
        "│      │                     │",
        "│      ├─────────────────────┤",
        "│      │ results             │",
        "└──────┴─────────────────────┘",
    ]


def test_names_that_do_not_fit_are_counted_or_cut() -> None:
    assert drawn(Tabs(("scratch", "notes", "more")), 16, 3)[1] == "│ scratch +2   │"
    assert drawn(Leaf("a-very-long-name"), 10, 3)[1] == "│ a-ver… │"


@given(TREES, st.integers(16, 60), st.integers(3, 12))
def test_it_is_never_larger_than_there_is_room(tree: Node, width: int, height: int) -> None:
    lines = drawn(tree, width, height)
    assert len(lines) == height
    assert {cell_len(line) for line in lines} == {width}
