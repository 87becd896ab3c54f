"""Items of a tree that went from one of its lists to another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from stui_workspace.document.nodes import Mapping, Node, Sequence, key_text
from stui_workspace.merge.differing.pairing import Member
from stui_workspace.merge.naming import item_key
from stui_workspace.merge.paths import ItemKey, MergePath
from stui_workspace.merge.policy import Rule, Where
from stui_workspace.model.records import dataclass, field

_Name: TypeAlias = tuple[int, ItemKey]
"""An item by the rule of its tree, which is one object for all its lists, and its key."""


@dataclass(frozen=True, slots=True)
class Found:
    """An item of a tree, and where it is."""

    name: _Name
    where: Where
    path: MergePath
    member: Member


@dataclass(slots=True)
class Wanderers:
    """The items of trees on both sides. Made by `wanderers_of`; empty where nothing is a tree."""

    text: str = ""
    """Of the second document."""
    before_text: str = ""
    before: dict[_Name, Found] = field(default_factory=dict)
    after: dict[_Name, Found] = field(default_factory=dict)

    def goes(self, where: Where, node: Node) -> bool:
        """Whether an item that its list has no more is somewhere else now."""
        name = _name(self.before_text, where.rule, node)
        return name in self.before and name in self.after

    def arrived(
        self, around: Where, where: Where, path: MergePath, node: Node
    ) -> Iterator[tuple[Found, Found]]:
        """What was elsewhere before, of something that is new where it is, and all inside of it.

        Each with where it was and where it is; without what is inside of another of them.

        Args:
            around: The place of the collection that it is new in.
            where: Its own place.
            path: Of it.
            node: What is new.
        """
        name = _name(self.text, around.rule, node)
        if name in self.before and name in self.after:
            yield self.before[name], self.after[name]
            return
        inside: list[MergePath] = []
        for found in _found(self.text, where, path, node):
            steps = found.path.steps
            if found.name in self.before and not any(
                steps[: len(above.steps)] == above.steps for above in inside
            ):
                inside.append(found.path)
                yield self.before[found.name], found


def wanderers_of(before: tuple[str, Node], after: tuple[str, Node], root: Where) -> Wanderers:
    """The items of trees in two documents; of a name that is there twice, the last."""
    return Wanderers(
        after[0],
        before[0],
        {one.name: one for one in _found(before[0], root, MergePath(), before[1])},
        {one.name: one for one in _found(after[0], root, MergePath(), after[1])},
    )


def _name(text: str, rule: Rule, node: Node) -> _Name | None:
    if not rule.tree or not rule.key:
        return None
    key = item_key(text, node, rule.key)
    return None if key is None else (id(rule), key)


def _found(text: str, where: Where, path: MergePath, node: Node) -> Iterator[Found]:
    """The items of trees below a node, from the top."""
    if isinstance(node, Mapping):
        for entry in node.entries:
            step = key_text(text, entry.key)
            yield from _found(text, where.below(step), path.below(step), entry.value)
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            name = _name(text, where.rule, item)
            below = where.below("*")
            own = path.below(index if name is None else name[1])
            if name is not None:
                yield Found(name, below, own, Member(item, index, name, name[1]))
            yield from _found(text, below, own, item)
