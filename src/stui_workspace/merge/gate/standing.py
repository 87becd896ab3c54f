"""The items of a document that may move between lists, and which of them have another name."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import TypeAlias

from stui_workspace.document import Mapping, Node, Sequence
from stui_workspace.merge.gate.excuses import named
from stui_workspace.merge.gate.renames import MANY, Key, Renames
from stui_workspace.merge.gate.rows import keyed, names_of
from stui_workspace.merge.gate.scene import Scene
from stui_workspace.merge.gate.spot import BASE, OURS, RESULT, THEIRS
from stui_workspace.merge.policy import Where
from stui_workspace.model.records import dataclass, field

Home: TypeAlias = tuple[Key | None, tuple[str, ...]]
"""The list of an item: the item around that list, None for none, and the steps from there."""


_Place: TypeAlias = tuple[Node, Where, Home, str]
"""A node, where it is, the list it would be in, and what it is called."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An item at its place in one document."""

    node: Mapping
    home: Home
    where: Where
    path: str


@dataclass(slots=True)
class Tree:
    """The items of one document that may move, and their lists."""

    items: dict[Key, Standing] = field(default_factory=dict)
    lists: dict[Home, list[Key]] = field(default_factory=dict)
    paths: dict[Home, tuple[str, Where]] = field(default_factory=dict)
    is_plain: bool = True
    """Whether each item has a key, and no two have the same."""


def tree_of(scene: Scene, side: int) -> Tree:
    tree = Tree()
    root = scene.roots[side]
    stack: list[_Place] = [] if root is None else [(root, scene.policy.root, (None, ()), "")]
    while stack:
        node, where, home, path = stack.pop()
        if where.rule.tree and isinstance(node, Sequence):
            stack.extend(_settle(scene, side, tree, (node, where, home, path)))
        else:
            stack.extend(_inner(scene, side, (node, where, home, path)))
    return tree


def _inner(scene: Scene, side: int, place: _Place) -> Iterator[_Place]:
    node, where, (owner, steps), path = place
    if isinstance(node, Mapping):
        for key, value in scene.forms.entries(side, node).items():
            inner = where.below(key)
            if inner.leads_to_tree:
                yield value, inner, (owner, (*steps, key)), f"{path}/{named(key)}"
    elif isinstance(node, Sequence):
        inner = where.below("*")
        for number, item in enumerate(node.items if inner.leads_to_tree else ()):
            yield item, inner, (owner, (*steps, str(number))), f"{path}/{number}"


def _settle(scene: Scene, side: int, tree: Tree, place: _Place) -> Iterator[_Place]:
    node, where, home, path = place
    fields = where.rule.key or ("id",)
    found = keyed(scene.forms, side, node, fields)
    tree.is_plain &= not found.bare and not found.has_twins
    tree.lists[home] = list(found.items)
    tree.paths[home] = path, where
    for key, item in found.items.items():
        tree.is_plain &= key not in tree.items
        if isinstance(item, Mapping):
            name = next(names_of(scene.forms, fields, iter([(side, item)])))
            tree.items[key] = Standing(item, home, where.below("*"), f"{path}/{name}")
            yield item, where.below("*"), (key, ()), tree.items[key].path


def called_as_before(scene: Scene, trees: tuple[Tree, ...]) -> tuple[Tree, ...]:
    """The trees, with all that was renamed called as in the base."""
    base, ours, theirs, result = trees
    ours_names = _names(scene, trees, OURS)
    theirs_names = _names(scene, trees, THEIRS)
    both = {
        new: old
        for new, old in {**theirs_names, **ours_names}.items()
        if new in result.items and old not in result.items
    }
    return base, _called(ours, ours_names), _called(theirs, theirs_names), _called(result, both)


def _names(scene: Scene, trees: tuple[Tree, ...], side: int) -> dict[Key, Key]:
    """What the renamed items of a side were called in the base."""
    base, tree, shown = trees[BASE], trees[side], trees[RESULT].items
    other = trees[THEIRS if side == OURS else OURS]
    gone = [key for key in base.items if key not in tree.items]
    new = [key for key in tree.items if key not in base.items]
    waiting: dict[Hashable, list[Key]] = {}
    for key in new if gone else ():
        waiting.setdefault(_rest(scene, side, tree, key), []).append(key)
    names: dict[Key, Key] = {}
    for key in gone:
        rest = _rest(scene, BASE, base, key)
        if rest is not None and len(waiting.get(rest, ())) == 1:
            names[waiting[rest].pop()] = key
        elif key in other.items and key not in shown and len(gone) * len(new) <= MANY:
            candidates = (  # where the other side has both, they are two
                one for one in new if one in shown and one not in names and one not in other.items
            )
            close = [
                one
                for one in candidates
                if _is_like(scene, base.items[key], (side, tree.items[one]))
            ]
            names.update(dict.fromkeys(close[:1], key))
    return names


def _is_like(scene: Scene, base: Standing, other: tuple[int, Standing]) -> bool:
    """Whether an item of a side is one of the base by where it stands and most of what it says."""
    side, item = other
    renames = Renames(scene.forms, ("id",), base.where, ())
    return (
        item.home == base.home and renames.likeness((BASE, base.node), (side, item.node)) * 2 >= 1
    )


def _rest(scene: Scene, side: int, tree: Tree, key: Key) -> Hashable:
    """What an item says beside its key, where it stands and what it holds; None for nothing."""
    item = tree.items[key]
    around = tree.paths[item.home][1]
    fields = around.rule.key or ("id",)
    parts = frozenset(
        (name, scene.forms.of(side, value, item.where.below(name)))
        for name, value in scene.forms.entries(side, item.node).items()
        if name not in fields and not item.where.below(name).rule.tree
    )
    inside = tuple(tuple(keys) for home, keys in tree.lists.items() if home[0] == key)
    return (item.home, parts, inside) if parts or inside else None


def _called(tree: Tree, names: dict[Key, Key]) -> Tree:
    if not names:
        return tree

    def home_of(home: Home) -> Home:
        return (names.get(home[0], home[0]) if home[0] is not None else None), home[1]

    return Tree(
        {
            names.get(key, key): Standing(item.node, home_of(item.home), item.where, item.path)
            for key, item in tree.items.items()
        },
        {home_of(home): [names.get(key, key) for key in keys] for home, keys in tree.lists.items()},
        {home_of(home): known for home, known in tree.paths.items()},
    )
