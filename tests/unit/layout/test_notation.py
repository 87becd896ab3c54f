"""Layouts as files write them, read into trees and written again."""

# ruff: noqa: E501
# Tables are read side by side, however wide.

from __future__ import annotations

from types import MappingProxyType

import pytest

from stui_workspace.layout import (
    Column,
    Leaf,
    Node,
    Row,
    Tabs,
    groups,
    layout_revision,
    parse_layout,
    to_plain,
)
from stui_workspace.layout.notation import DEEPEST
from stui_workspace.model.values import Plain

WRITTEN: dict[str, Plain] = {
    "row": [
        {"panel": "connections", "size": 1},
        {
            "size": 3,
            "column": [
                {"tabs": ["scratch", "notes"], "size": 3},
                {"tabs": ["results", "inspector"], "size": 2},
            ],
        },
    ],
    "narrow": {"below": 100, "tabs": ["scratch", "notes", "results"]},
}
TREE = Row(
    (
        Leaf("connections"),
        Column((Tabs(("scratch", "notes"), 3), Tabs(("results", "inspector"), 2)), 3),
    )
)


@pytest.mark.parametrize(
    ("plain", "tree"),
    [
        pytest.param(WRITTEN, TREE, id="the layout of the format's own page"),
        pytest.param("scratch", Leaf("scratch"), id="a bare name"),
        pytest.param({"panel": "results"}, Leaf("results"), id="a panel"),
        pytest.param({"buffer": "scratch", "size": 2}, Leaf("scratch", 2), id="a buffer"),
        pytest.param({"tabs": ["one"]}, Tabs(("one",)), id="one tab stays a tab"),
        pytest.param({"row": ["a", "b"]}, Row((Leaf("a"), Leaf("b"))), id="names as children"),
        pytest.param({"row": ["a", {"tabs": ["a", "b"]}]},
            Row((Leaf("a"), Tabs(("b",)))), id="twice counts once"),
        pytest.param({"row": [{"tabs": []}, "a"]}, Row((Leaf("a"),)), id="no tabs is no place"),
        pytest.param({"row": [3, None, "", ["a"], "b"]}, Row((Leaf("b"),)), id="passed over"),
        pytest.param({"tabs": ["a", 3, None, "", "b"]}, Tabs(("a", "b")), id="odd tabs"),
        pytest.param({"row": [{"column": []}]}, None, id="nothing in it"),
        pytest.param({"row": "scratch"}, None, id="a row of text is no row"),
        pytest.param({}, None, id="an empty map"),
        pytest.param([], None, id="a list"),
        pytest.param(None, None, id="nothing"),
        pytest.param("", None, id="an empty name"),
    ],
)  # fmt: skip
def test_reading(plain: Plain, tree: Node | None) -> None:
    assert parse_layout(plain) == tree


@pytest.mark.parametrize(
    ("size", "read"),
    [
        pytest.param(2, 2.0, id="whole"),
        pytest.param(0.5, 0.5, id="a part"),
        pytest.param(0, 1.0, id="none"),
        pytest.param(-1, 1.0, id="negative"),
        pytest.param(True, 1.0, id="a boolean"),
        pytest.param("2", 1.0, id="text"),
        pytest.param(float("nan"), 1.0, id="not a number"),
        pytest.param(float("inf"), 1.0, id="infinite"),
        pytest.param(10**400, 1.0, id="longer than any float"),
        pytest.param(1e-300, 1.0, id="too small to be a ratio"),
    ],
)
def test_a_size_that_is_no_ratio_is_one(size: Plain, read: float) -> None:
    tree = parse_layout({"panel": "results", "size": size})
    assert tree == Leaf("results", read)


def test_what_lies_too_deep_becomes_tabs_in_reading_order() -> None:
    plain: Plain = {"column": ["a", {"tabs": ["b", "c"]}, {"row": [{"panel": "d"}, "e", "a"]}]}
    for _ in range(DEEPEST):
        plain = {"row": [plain]}
    tree = parse_layout(plain)
    assert tree is not None
    assert groups(tree) == (("a", "b", "c", "d", "e"),)


@pytest.mark.parametrize("wrong", [0.0, -1.0, float("inf"), float("nan"), 1e300])
def test_a_node_with_such_a_size_cannot_be_made(wrong: float) -> None:
    with pytest.raises(ValueError, match="not a ratio"):
        Leaf("results", wrong)


@pytest.mark.parametrize("kind", [Tabs, Row, Column])
def test_an_empty_node_cannot_be_made(kind: type[Tabs | Row | Column]) -> None:
    with pytest.raises(ValueError, match=r"empty|no tabs"):
        kind(())


def test_what_is_written_is_short() -> None:
    assert to_plain(TREE) == {
        "row": [
            {"panel": "connections"},
            {
                "column": [
                    {"tabs": ["scratch", "notes"], "size": 3},
                    {"tabs": ["results", "inspector"], "size": 2},
                ],
                "size": 3,
            },
        ]
    }
    assert to_plain(Leaf("results", 0.25)) == {"panel": "results", "size": 0.25}


def test_the_revision_of_a_layout_is_of_what_it_says() -> None:
    layout: dict[str, Plain] = {"default": "work", "work": WRITTEN}
    revision = layout_revision(layout)
    assert layout_revision({"work": WRITTEN, "default": "work"}) == revision
    assert layout_revision(MappingProxyType(layout)) == revision
    assert layout_revision({**layout, "work": MappingProxyType(WRITTEN)}) == revision
    assert layout_revision({**layout, "work": {"tabs": ["scratch"]}}) != revision


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param({"a": {"panel": "p", "size": 1}}, {"a": {"panel": "p", "size": True}}, id="true"),
        pytest.param({"a": {"row": ["x", "y"]}}, {"a": {"row": ["y", "x"]}}, id="order of children"),
        pytest.param({"a": "x"}, {"b": "x"}, id="another name"),
    ],
)  # fmt: skip
def test_another_layout_has_another_revision(
    one: dict[str, Plain], other: dict[str, Plain]
) -> None:
    assert layout_revision(one) != layout_revision(other)
