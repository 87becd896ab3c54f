"""Changing an arrangement: each function returns a new tree.

A name that is not there changes nothing.
"""

from __future__ import annotations

from stui_workspace.layout.placing import neighbour
from stui_workspace.layout.tree import (
    Column,
    Direction,
    Group,
    Leaf,
    Node,
    Row,
    Split,
    Tabs,
    focus_order,
    group_of,
    groups,
    names_of,
    rebuild,
    tidy,
)
from stui_workspace.model.records import replace

SMALLEST_SHARE = 0.05
"""Of the two parts beside a border, each keeps at least this much of them together."""

_EXACT = 12
"""Digits that leave out the noise of floating point and nothing else."""


def resize(tree: Node, name: str, direction: Direction, amount: float = 0.05) -> Node:
    """The tree with the border of `name` moved in `direction`, as far as it goes.

    It is the border on that side, or at the edge of the split the one on the other side, so
    that one key always moves a border the way it points. Of splits within splits, it is the
    innermost one that runs that way.

    Args:
        tree: The arrangement.
        name: Whose border.
        direction: Where to.
        amount: How far, as a share of the split; 0.05 is a twentieth.
    """
    return _resized(tree, name, direction, amount) or tree


def move(tree: Node, name: str, direction: Direction) -> Node:
    """The tree with `name` moved that way.

    One of several tabs leaves its group, to a place of its own on that side. What is alone
    changes places with its neighbour; at the edge it gets that whole side of the screen.
    """
    group = group_of(tree, name)
    if not group:
        return tree
    if len(group) > 1:
        return _split_off(tree, name, direction)
    other = neighbour(tree, name, direction)
    if other:
        return _exchange(tree, group, other)
    return _to_the_edge(tree, name, direction)


def join(tree: Node, name: str, direction: Direction) -> Node:
    """The tree with `name` as the last tab of its neighbour on that side."""
    other = neighbour(tree, name, direction)
    if not other:
        return tree
    rest = close(tree, name)
    return tree if rest is None else add(rest, name, other[-1])


def close(tree: Node, name: str) -> Node | None:
    """The tree without `name`; None when nothing is left."""
    if name not in focus_order(tree):
        return tree

    def without(group: Group) -> Node | None:
        names = names_of(group)
        if name not in names:
            return group
        rest = tuple(each for each in names if each != name)
        return _group(rest, group.size) if rest else None

    return rebuild(tree, without)


def add(tree: Node, name: str, beside: str | None = None) -> Node:
    """The tree with `name` as a tab after `beside`, or as the last tab of the first group.

    A name that is there already stays where it is.
    """
    if name in focus_order(tree):
        return tree
    target = group_of(tree, beside) if beside is not None else ()
    target = target or groups(tree)[0]
    position = target.index(beside) + 1 if beside in target else len(target)

    def joined(group: Group) -> Node:
        names = names_of(group)
        if names != target:
            return group
        return Tabs((*names[:position], name, *names[position:]), group.size)

    return rebuild(tree, joined) or tree


def even(tree: Node) -> Node:
    """The tree with all siblings of the same size."""
    if isinstance(tree, (Leaf, Tabs)):
        return replace(tree, size=1.0)
    return replace(tree, size=1.0, children=tuple(even(child) for child in tree.children))


def _resized(tree: Node, name: str, direction: Direction, amount: float) -> Node | None:
    """None where no split runs that way."""
    if isinstance(tree, (Leaf, Tabs)) or name not in focus_order(tree):
        return None
    index = next(i for i, child in enumerate(tree.children) if name in focus_order(child))
    inner = _resized(tree.children[index], name, direction, amount)
    if inner is not None:
        return _with_children(tree, index, inner)
    if isinstance(tree, Row) != direction.sideways or len(tree.children) == 1:
        return None
    return _with_border_moved(tree, index, direction, amount)


def _with_children(tree: Split, index: int, *new: Node) -> Node:
    """The tree with the children from `index` on replaced by as many others."""
    children = (*tree.children[:index], *new, *tree.children[index + len(new) :])
    return replace(tree, children=children)


def _with_border_moved(tree: Split, index: int, direction: Direction, amount: float) -> Node:
    """The border after the child at `index`, or the one before it where it is the last."""
    first = min(index, len(tree.children) - 2) if direction.forward else max(index - 1, 0)
    one, two = tree.children[first], tree.children[first + 1]
    both = one.size + two.size
    step = amount * sum(child.size for child in tree.children)
    least = both * SMALLEST_SHARE
    if direction.forward:
        size = max(one.size, min(tidy(one.size + step), both - least))
    else:
        size = min(one.size, max(tidy(one.size - step), least))
    if size == one.size:
        return tree
    size = tidy(size, _EXACT)
    rest = tidy(both - size, _EXACT)
    return _with_children(tree, first, replace(one, size=size), replace(two, size=rest))


def _split_off(tree: Node, name: str, direction: Direction) -> Node:
    def split(group: Group) -> Node:
        names = names_of(group)
        if name not in names:
            return group
        rest = tuple(each for each in names if each != name)
        return _beside(_group(rest, 1.0), Leaf(name), direction, group.size)

    return rebuild(tree, split) or tree


def _exchange(tree: Node, one: tuple[str, ...], other: tuple[str, ...]) -> Node:
    place_of = {one: other, other: one}

    def exchanged(group: Group) -> Node:
        names = place_of.get(names_of(group))
        return group if names is None else _group(names, group.size)

    return rebuild(tree, exchanged) or tree


def _to_the_edge(tree: Node, name: str, direction: Direction) -> Node:
    """A place as large as its new siblings have on average, or a third of the screen."""
    rest = close(tree, name)
    if rest is None or _has_the_side(tree, name, direction):
        return tree
    whole, part = 2.0, 1.0
    if isinstance(rest, (Row, Column)) and isinstance(rest, Row) == direction.sideways:
        whole = sum(child.size for child in rest.children)
        part = whole / len(rest.children)
    edge = _beside(
        replace(rest, size=tidy(whole, _EXACT)), Leaf(name, tidy(part)), direction, tree.size
    )
    return rebuild(edge, lambda group: group) or tree


def _has_the_side(tree: Node, name: str, direction: Direction) -> bool:
    """Whether `name` alone stands along that whole side of the screen."""
    if isinstance(tree, (Leaf, Tabs)):
        return name in names_of(tree)
    if isinstance(tree, Row) != direction.sideways:
        return len(tree.children) == 1 and _has_the_side(tree.children[0], name, direction)
    return _has_the_side(tree.children[-1 if direction.forward else 0], name, direction)


def _beside(node: Node, new: Leaf, direction: Direction, size: float) -> Node:
    pair: tuple[Node, ...] = (node, new) if direction.forward else (new, node)
    return Row(pair, size) if direction.sideways else Column(pair, size)


def _group(names: tuple[str, ...], size: float) -> Group:
    return Leaf(names[0], size) if len(names) == 1 else Tabs(names, size)
