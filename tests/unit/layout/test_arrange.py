"""Changing an arrangement, drawn before and after."""

# ruff: noqa: E501
# Tables are read side by side, however wide.

from __future__ import annotations

import pytest

from stui_workspace.layout import (
    Column,
    Direction,
    Leaf,
    Node,
    Row,
    Tabs,
    add,
    close,
    even,
    join,
    move,
    resize,
)

UP, DOWN, LEFT, RIGHT = Direction.UP, Direction.DOWN, Direction.LEFT, Direction.RIGHT
A, B, C, D = (Leaf(name) for name in "abcd")


@pytest.mark.parametrize(
    ("tree", "name", "direction", "expected"),
    [
        pytest.param(Row((A, B)), "a", RIGHT, Row((Leaf("a", 1.1), Leaf("b", 0.9))), id="grows"),
        pytest.param(Row((A, B)), "a", LEFT, Row((Leaf("a", 0.9), Leaf("b", 1.1))),
            id="at the first edge its other border moves"),
        pytest.param(Row((A, B)), "b", RIGHT, Row((Leaf("a", 1.1), Leaf("b", 0.9))),
            id="at the last edge too"),
        pytest.param(Row((A, B)), "b", LEFT, Row((Leaf("a", 0.9), Leaf("b", 1.1))), id="grows back"),
        pytest.param(Row((A, B, C)), "b", RIGHT, Row((A, Leaf("b", 1.15), Leaf("c", 0.85))),
            id="in the middle the border on that side"),
        pytest.param(Row((A, B, C)), "b", LEFT, Row((Leaf("a", 0.85), Leaf("b", 1.15), C)),
            id="and the other one for the other side"),
        pytest.param(Row((A, B)), "a", DOWN, Row((A, B)), id="a row has no border that way"),
        pytest.param(Row((A, Column((B, C)))), "b", DOWN,
            Row((A, Column((Leaf("b", 1.1), Leaf("c", 0.9))))), id="an inner split"),
        pytest.param(Row((A, Column((B, C)))), "b", LEFT,
            Row((Leaf("a", 0.9), Column((B, C), 1.1))), id="the outer split where the inner has none"),
        pytest.param(Row((A, Column((B, Row((Leaf("c", 19), Leaf("d", 1))))))), "c", RIGHT,
            Row((A, Column((B, Row((Leaf("c", 19), Leaf("d", 1))))))),
            id="an inner border that cannot go on moves no outer one"),
        pytest.param(Row((Leaf("a", 0.06), Leaf("b", 1.94))), "a", LEFT,
            Row((Leaf("a", 0.06), Leaf("b", 1.94))), id="what the file made tiny is not made larger by shrinking"),
        pytest.param(Row((Leaf("a", 0.12), Leaf("b", 1.88))), "a", LEFT,
            Row((Leaf("a", 0.1), Leaf("b", 1.9))), id="down to the smallest share"),
        pytest.param(Row((Tabs(("a", "c")), B)), "c", RIGHT,
            Row((Tabs(("a", "c"), 1.1), Leaf("b", 0.9))), id="a tab resizes its group"),
        pytest.param(Row((A,)), "a", RIGHT, Row((A,)), id="alone"),
        pytest.param(A, "a", RIGHT, A, id="a single leaf"),
    ],
)  # fmt: skip
def test_resize(tree: Node, name: str, direction: Direction, expected: Node) -> None:
    assert resize(tree, name, direction) == expected


@pytest.mark.parametrize(
    ("tree", "name", "direction", "expected"),
    [
        pytest.param(Row((A, B)), "a", RIGHT, Row((B, A)), id="changes places"),
        pytest.param(Row((Leaf("a", 3), Leaf("b", 1))), "a", RIGHT, Row((Leaf("b", 3), Leaf("a", 1))),
            id="the places keep their sizes"),
        pytest.param(Row((Leaf("a", 3), Tabs(("b", "c")))), "a", RIGHT, Row((Tabs(("b", "c"), 3), A)),
            id="with a whole group"),
        pytest.param(Row((Tabs(("a", "b"), 2), C)), "b", RIGHT, Row((Leaf("a", 1), Leaf("b", 1), C)),
            id="a tab leaves its group within the row"),
        pytest.param(Row((Tabs(("a", "b"), 2), C)), "b", DOWN, Row((Column((A, B), 2), C)),
            id="a tab leaves its group across the row"),
        pytest.param(Tabs(("a", "b", "c")), "b", UP, Column((B, Tabs(("a", "c")))),
            id="the only group"),
        pytest.param(Row((A, B, C)), "b", DOWN, Column((Row((A, C), 2), B)),
            id="at the edge it gets that side of the screen"),
        pytest.param(Column((Row((A, B)), C)), "a", LEFT, Row((A, Column((B, C), 2))),
            id="out of a split"),
        pytest.param(Row((Leaf("a", 4), Column((B, C), 2))), "c", RIGHT,
            Row((Leaf("a", 4), Leaf("b", 2), Leaf("c", 3))), id="as large as its siblings on average"),
        pytest.param(Row((A, B)), "a", LEFT, Row((A, B)), id="it has the side already"),
        pytest.param(Row((Tabs(("a",)), B)), "a", LEFT, Row((Tabs(("a",)), B)), id="as one tab too"),
        pytest.param(Row((Row((A, B), 2), C)), "a", LEFT, Row((Row((A, B), 2), C)),
            id="in a row within the row too"),
        pytest.param(A, "a", UP, A, id="alone"),
    ],
)  # fmt: skip
def test_move(tree: Node, name: str, direction: Direction, expected: Node) -> None:
    assert move(tree, name, direction) == expected


@pytest.mark.parametrize(
    ("tree", "name", "direction", "expected"),
    [
        pytest.param(Row((A, B)), "a", RIGHT, Tabs(("b", "a")), id="two become one place"),
        pytest.param(Row((A, Column((B, C)))), "a", RIGHT, Column((Tabs(("b", "a")), C)),
            id="what stood beside gets the room"),
        pytest.param(Row((Tabs(("a", "b")), C)), "a", RIGHT, Row((B, Tabs(("c", "a")))),
            id="a tab changes groups"),
        pytest.param(Row((A, B)), "a", LEFT, Row((A, B)), id="nobody there"),
    ],
)  # fmt: skip
def test_join(tree: Node, name: str, direction: Direction, expected: Node) -> None:
    assert join(tree, name, direction) == expected


@pytest.mark.parametrize(
    ("tree", "name", "expected"),
    [
        pytest.param(Row((A, B)), "a", B, id="the other one stays"),
        pytest.param(Row((A, Column((B, C), 3))), "b", Row((A, Leaf("c", 3))), id="in its place"),
        pytest.param(Row((A, Column((B, Row((C, D)))))), "b", Row((A, Leaf("c", 0.5), Leaf("d", 0.5))),
            id="a row within a row is dissolved in proportion"),
        pytest.param(Tabs(("a", "b", "c"), 2), "b", Tabs(("a", "c"), 2), id="a tab"),
        pytest.param(Tabs(("a", "b"), 2), "b", Leaf("a", 2), id="the last but one tab"),
        pytest.param(Row((Tabs(("a",)), B, C)), "b", Row((Tabs(("a",)), C)),
            id="groups that are not concerned stay as they are"),
        pytest.param(A, "a", None, id="the last"),
        pytest.param(Row((Row((A, B)), C)), "nobody", Row((Row((A, B)), C)), id="not there"),
    ],
)  # fmt: skip
def test_close(tree: Node, name: str, expected: Node | None) -> None:
    assert close(tree, name) == expected


@pytest.mark.parametrize(
    ("tree", "beside", "expected"),
    [
        pytest.param(Row((A, Tabs(("b", "c")))), "b", Row((A, Tabs(("b", "n", "c")))), id="after it"),
        pytest.param(Row((A, B)), "b", Row((A, Tabs(("b", "n")))), id="a leaf becomes tabs"),
        pytest.param(Row((Tabs(("a", "b")), C)), None, Row((Tabs(("a", "b", "n")), C)),
            id="last in the first group"),
        pytest.param(Row((A, B)), "nobody", Row((Tabs(("a", "n")), B)), id="beside nobody"),
        pytest.param(Row((Leaf("a", 2), Leaf("n"))), "a", Row((Leaf("a", 2), Leaf("n"))),
            id="it is there already"),
    ],
)  # fmt: skip
def test_add(tree: Node, beside: str | None, expected: Node) -> None:
    assert add(tree, "n", beside) == expected


def test_even() -> None:
    tree = Row((Leaf("a", 3), Column((Leaf("b", 2), Tabs(("c", "d"), 5)), 4)), 2)
    assert even(tree) == Row((A, Column((B, Tabs(("c", "d"))))))


def test_sizes_stay_short_to_write() -> None:
    tree: Node = Row((A, B, C))
    for name, direction in [("a", RIGHT), ("b", RIGHT), ("b", LEFT), ("c", LEFT)] * 20:
        tree = resize(tree, name, direction, 0.03)
    assert isinstance(tree, Row)
    assert all(len(f"{child.size!r}") <= 8 for child in tree.children)
