"""Names of items in other places: they follow a new name, and none is left that names nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from stui_workspace.document import Mapping, Node, Scalar, Sequence
from stui_workspace.document.nodes import resolved
from stui_workspace.merge.gate.renames import GUIDED, LASTING, Renames
from stui_workspace.merge.gate.rows import keyed
from stui_workspace.merge.gate.scene import Scene
from stui_workspace.merge.gate.spot import (
    ALL,
    OURS,
    RESULT,
    THEIRS,
    ObjectionError,
)
from stui_workspace.merge.policy import Where

_BOTH: Final = (OURS, THEIRS)


def patterns(scene: Scene) -> Iterator[str]:
    """The patterns of the collections that something refers to, of which any document differs."""
    if not scene.policy.root.leads_to_reference:
        return
    for pattern in dict.fromkeys(rule.ref for _, rule in scene.policy.rules):
        if pattern is None:
            continue
        nodes = [_collection(scene, side, pattern) for side in ALL]
        if not scene.is_untouched((nodes[0], nodes[1], nodes[2], nodes[3])):
            yield pattern


def _collection(scene: Scene, side: int, pattern: str) -> Node | None:
    node = scene.documents[side].node(tuple(pattern[1:].split("/")))
    return None if node is None else resolved(node)


def _where(scene: Scene, pattern: str) -> Where:
    where = scene.policy.root
    for step in pattern[1:].split("/"):
        where = where.below(step)
    return where


def know_names(scene: Scene) -> None:
    """Learn what the renamed items were called, for all that refers to them."""
    for pattern in patterns(scene):
        where = _where(scene, pattern)
        fields = where.rule.key or ("id",)
        base, ours, theirs, result = (
            keyed(scene.forms, side, _collection(scene, side, pattern), fields).items
            for side in ALL
        )
        renames = Renames(scene.forms, fields, where.below("*"), result)
        names: dict[str, str] = {}
        for side, items, other in ((OURS, ours, theirs), (THEIRS, theirs, ours)):
            for reading in (GUIDED, LASTING):
                for old, new in renames.found((base, items, other), side, reading).items():
                    names[str(new[0])] = str(old[0])
        scene.forms.names[pattern] = names


def check_references(scene: Scene) -> None:
    """Nothing, where no name names nothing that named something for its author.

    Raises:
        ObjectionError: One does.
    """
    if scene.excuses.settled:  # a person may delete what something still names
        return
    for pattern in patterns(scene):
        there = [_names(scene, side, pattern) for side in ALL]
        lost = (there[OURS] | there[THEIRS]) - there[RESULT]
        if not lost:
            continue
        loose = _loose(scene, RESULT, pattern, lost)
        own = [_loose(scene, side, pattern, lost - there[side]) for side in _BOTH]
        if loose - (own[0] | own[1]):  # as many as a side had itself are its own affair
            raise ObjectionError(f"the result refers to something in `{pattern}` that is gone")


def _loose(scene: Scene, side: int, pattern: str, names: set[str]) -> Counter[str]:
    """How often a document refers to some names."""
    return Counter(name for name in _referred(scene, side, pattern) if name in names)


def _names(scene: Scene, side: int, pattern: str) -> set[str]:
    node = _collection(scene, side, pattern)
    if isinstance(node, Mapping):
        return set(scene.forms.entries(side, node))
    fields = _where(scene, pattern).rule.key or ("id",)
    return {str(key[0]) for key in keyed(scene.forms, side, node, fields).items}


def _referred(scene: Scene, side: int, pattern: str) -> Iterator[str]:
    """The names that a document refers to, but for those in places that are excused."""
    root = scene.roots[side]
    stack = [] if root is None else [(root, scene.policy.root)]
    while stack:
        node, where = stack.pop()
        if where.rule.ref == pattern:
            items = node.items if isinstance(node, Sequence) else (node,)
            yield from (
                item.plain
                for item in items
                if isinstance(item, Scalar) and isinstance(item.plain, str)
                if side != RESULT or not scene.is_loose(item)
            )
        elif isinstance(node, Mapping):
            inner = (
                (value, where.below(key)) for key, value in scene.forms.entries(side, node).items()
            )
            stack.extend((value, below) for value, below in inner if below.leads_to_reference)
        elif isinstance(node, Sequence) and where.below("*").leads_to_reference:
            stack.extend((item, where.below("*")) for item in node.items)
