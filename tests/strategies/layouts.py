"""Arrangements of any shape and size, each name once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from hypothesis import strategies as st

from stui_workspace.layout import Column, Leaf, Node, Row, Tabs

SIZES = st.sampled_from([1.0, 1.0, 2.0, 3.0, 0.5, 1.5, 0.6667]) | st.floats(0.01, 100.0)

LEAVES = st.builds(Leaf, st.just("?"), SIZES)
TABS = st.builds(lambda many, size: Tabs(("?",) * many, size), st.integers(1, 4), SIZES)


def _splits(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    children = st.lists(inner, min_size=1, max_size=4).map(tuple)
    return st.builds(Row, children, SIZES) | st.builds(Column, children, SIZES)


SHAPES: st.SearchStrategy[Node] = st.recursive(LEAVES | TABS, _splits, max_leaves=10)


def trees() -> st.SearchStrategy[Node]:
    """Trees as people and files make them: also with splits of one child or of their own kind."""
    return SHAPES.map(lambda shape: _named(shape, (f"n{number}" for number in count())))


def _named(shape: Node, names: Iterator[str]) -> Node:
    match shape:
        case Leaf():
            return Leaf(next(names), shape.size)
        case Tabs():
            return Tabs(tuple(next(names) for _ in shape.names), shape.size)
        case Row() | Column():
            children = tuple(_named(child, names) for child in shape.children)
            return type(shape)(children, shape.size)


def names_in(tree: Node) -> list[str]:
    """Every name of a tree, found by walking it: an oracle that owes `focus_order` nothing."""
    match tree:
        case Leaf():
            return [tree.name]
        case Tabs():
            return list(tree.names)
        case Row() | Column():
            return [name for child in tree.children for name in names_in(child)]
