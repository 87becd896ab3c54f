"""Cells and neighbours of one arrangement that can be drawn."""

from __future__ import annotations

import pytest

from stui_workspace.layout import (
    Column,
    Direction,
    Leaf,
    Node,
    Rect,
    Row,
    Tabs,
    focus_order,
    group_of,
    groups,
    neighbour,
    place,
    unknown_names,
)

#  +-----+----------------+
#  |     | scratch, notes |
#  | con |                |
#  |     +-------+--------+
#  |     | res   | history|
#  +-----+-------+--------+
TREE = Row(
    (
        Leaf("con"),
        Column((Tabs(("scratch", "notes"), 2), Row((Leaf("res"), Leaf("history", 2)))), 3),
    )
)


def test_a_drawn_arrangement_in_cells() -> None:
    pads = Rect(20, 0, 60, 16)
    assert place(TREE, 80, 24) == {
        "con": Rect(0, 0, 20, 24),
        "scratch": pads,
        "notes": pads,
        "res": Rect(20, 16, 20, 8),
        "history": Rect(40, 16, 40, 8),
    }


@pytest.mark.parametrize(
    ("width", "widths"),
    [
        pytest.param(10, [3, 4, 3], id="ten in three"),
        pytest.param(2, [1, 0, 1], id="two in three"),
        pytest.param(0, [0, 0, 0], id="nothing in three"),
        pytest.param(-5, [0, 0, 0], id="less than nothing"),
    ],
)
def test_what_cannot_be_shared_evenly(width: int, widths: list[int]) -> None:
    placed = place(Row((Leaf("a"), Leaf("b"), Leaf("c"))), width, 5)
    assert [placed[name].width for name in "abc"] == widths


@pytest.mark.parametrize(
    ("name", "direction", "expected"),
    [
        pytest.param("con", Direction.RIGHT, ("scratch", "notes"), id="the longest border"),
        pytest.param("con", Direction.LEFT, (), id="the edge"),
        pytest.param("notes", Direction.LEFT, ("con",), id="from a tab behind"),
        pytest.param("scratch", Direction.DOWN, ("history",), id="the wider one below"),
        pytest.param("res", Direction.UP, ("scratch", "notes"), id="up"),
        pytest.param("res", Direction.RIGHT, ("history",), id="within an inner row"),
        pytest.param("history", Direction.LEFT, ("res",), id="and back"),
        pytest.param("res", Direction.LEFT, ("con",), id="out of the inner row"),
        pytest.param("history", Direction.DOWN, (), id="the bottom"),
        pytest.param("nobody", Direction.UP, (), id="a name that is not there"),
    ],
)
def test_neighbours(name: str, direction: Direction, expected: tuple[str, ...]) -> None:
    assert neighbour(TREE, name, direction) == expected


def test_of_two_equal_neighbours_the_first_in_reading_order() -> None:
    tree = Row((Leaf("a"), Column((Leaf("b"), Leaf("c")))))
    assert neighbour(tree, "a", Direction.RIGHT) == ("b",)


def test_corners_do_not_make_neighbours() -> None:
    tree = Row((Column((Leaf("a"), Leaf("b"))), Column((Leaf("c"), Leaf("d")))))
    assert neighbour(tree, "a", Direction.RIGHT) == ("c",)
    assert neighbour(tree, "b", Direction.RIGHT) == ("d",)


def test_the_smallest_share_still_has_neighbours() -> None:
    tree = Row((Leaf("a"), Column((Leaf("b", 1e6), Leaf("c", 1e-6)))))
    assert neighbour(tree, "c", Direction.UP) == ("b",)
    assert neighbour(tree, "c", Direction.LEFT) == ("a",)


def test_walking() -> None:
    assert focus_order(TREE) == ("con", "scratch", "notes", "res", "history")
    assert groups(TREE) == (("con",), ("scratch", "notes"), ("res",), ("history",))
    assert group_of(TREE, "notes") == ("scratch", "notes")
    assert group_of(TREE, "nobody") == ()
    assert unknown_names(TREE, {"con", "notes", "res"}) == ("scratch", "history")


@pytest.mark.parametrize("tree", [Leaf("a"), Tabs(("a", "b"))], ids=["a leaf", "tabs"])
def test_what_is_alone_fills_the_area(tree: Node) -> None:
    assert place(tree, 80, 24)["a"] == Rect(0, 0, 80, 24)
