"""Items that move between the lists of a tree: who is whose child in the result.

Where an item is, is an aspect of its own. It is decided for all items before the walk, since
what one side put into another the other side may have put into the first.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from stui_workspace.document.nodes import Mapping, Node, Sequence, key_text
from stui_workspace.merge.engine.context import Context, Nodes, Texts, side_of
from stui_workspace.merge.engine.matching import Triple, Versions
from stui_workspace.merge.engine.members import Member, item_key, members
from stui_workspace.merge.engine.sides import Side
from stui_workspace.merge.paths import ItemKey, MergePath
from stui_workspace.merge.policy import Rule, Where
from stui_workspace.model.records import dataclass, field

Parent = tuple[ItemKey | None, tuple[Hashable, ...]]
"""A list: the item around it, None for none, and the steps from there."""


@dataclass(slots=True)
class Items:
    """The items of all tree lists of one side."""

    lists: dict[Parent, list[Member]] = field(default_factory=dict)
    names: dict[int, Parent] = field(default_factory=dict)
    """Which list a node is."""
    parents: dict[ItemKey, Parent] = field(default_factory=dict)
    found: dict[ItemKey, Member] = field(default_factory=dict)
    paths: dict[ItemKey, MergePath] = field(default_factory=dict)
    is_doubtful: bool = False
    """Whether two items are called alike."""


@dataclass(slots=True)
class Moves:
    """Where each item of a tree belongs in the result. Made by `planned`."""

    items: tuple[Items, ...] = ()
    parents: dict[ItemKey, Parent] = field(default_factory=dict)

    @property
    def is_active(self) -> bool:
        """Whether anything moved at all."""
        return bool(self.items)

    def concern(self, where: Where) -> bool:
        """Whether items may have moved at this place or below."""
        return self.is_active and where.leads_to_tree

    def is_elsewhere(self, key: Hashable, lists: tuple[Node | None, Node | None]) -> bool:
        """Whether an item lives in another list than these versions of one."""
        home = self.parents.get(key) if isinstance(key, ItemKey) else None
        return home is not None and home != self._list((*lists, None))

    def members(self, context: Context, nodes: Nodes, rule: Rule) -> Versions:
        """The members of a collection on the three sides, a list of a tree wherever it is."""
        parent = self._list(nodes) if rule.tree else None
        if parent is None:
            return tuple(members(s, n) for s, n in zip(context.sides, nodes, strict=True))  # type: ignore[return-value]
        return tuple(items.lists.get(parent, []) for items in self.items)  # type: ignore[return-value]

    def settled(self, triples: list[Triple], nodes: Nodes) -> list[Triple]:
        """The triples that belong into a list, with their versions from everywhere."""
        parent = self._list(nodes)
        if parent is None:
            return triples
        here: list[Triple] = []
        for triple in triples:
            key = triple.label[0] if isinstance(triple.label, tuple) else None
            if not isinstance(key, ItemKey):
                here.append(triple)
            elif self.parents.get(key) == parent:
                for name, items in zip(("base", "ours", "theirs"), self.items, strict=True):
                    setattr(triple, name, getattr(triple, name) or items.found.get(key))
                here.append(triple)
        return here

    def path(self, label: Hashable) -> MergePath | None:
        """What an item of the base is called by paths, wherever it goes."""
        key = label[0] if isinstance(label, tuple) and label else None
        if not self.items or not isinstance(key, ItemKey):
            return None
        return self.items[0].paths.get(key)

    def _list(self, nodes: Nodes) -> Parent | None:
        for node in nodes:
            for items in self.items:
                found = items.names.get(id(node)) if node is not None else None
                if found is not None:
                    return found
        return None


def planned(context: Context, root: Where) -> Moves:
    """Who is whose child in the result; inactive where nothing moved.

    What cannot be, as of an item inside itself, is a conflict, and stays as ours.
    """
    if not root.leads_to_tree:
        return Moves()
    items = tuple(_items(side, root) for side in context.sides)
    if any(found.is_doubtful for found in items):
        return Moves()
    base, ours, theirs = (found.parents for found in items)
    keys = dict.fromkeys((*base, *ours, *theirs))
    if all(
        base.get(k) == side.get(k)
        for k in keys
        for side in (ours, theirs)
        if k in base and k in side
    ):
        return Moves()
    moves = Moves(items)
    for key in keys:
        parent = _parent(context, key, moves)
        if parent is not None:
            moves.parents[key] = parent
    _break_cycles(context, moves)
    return moves


def _parent(context: Context, key: ItemKey, moves: Moves) -> Parent | None:
    base, ours, theirs = (found.parents.get(key) for found in moves.items)
    if ours is None or theirs is None:
        return ours or theirs
    if ours in (base, theirs):
        if theirs != base:
            context.decide(_path(moves, key), "both" if ours == theirs else "theirs", "it moved")
        return theirs
    if theirs == base:
        context.decide(_path(moves, key), "ours", "only ours moved it")
        return ours
    return _clash(context, moves, key, "both sides moved it, and not to the same place")


def _clash(context: Context, moves: Moves, key: ItemKey, reason: str) -> Parent | None:
    places = [found.parents.get(key) for found in moves.items]
    texts = Texts(*(_named(place) for place in places))
    answer = context.clash(_path(moves, key), texts, reason)
    return places[side_of(answer)] or places[1]


def _path(moves: Moves, key: ItemKey) -> MergePath:
    paths = [items.paths[key] for items in moves.items if key in items.paths]
    path = moves.path((key,)) or min(paths, key=str)  # swapped sides must not change it
    return path.of("parent")


def _named(place: Parent | None) -> str | None:
    if place is None:
        return None
    owner, steps = place
    return "/".join((str(owner) if owner is not None else "", *(str(step) for step in steps)))


def _break_cycles(context: Context, moves: Moves) -> None:
    for _ in range(len(moves.parents) + 1):
        cycle = _cycle(moves.parents)
        if not cycle:
            return
        base, ours = moves.items[0].parents, moves.items[1].parents
        for key in cycle:
            if moves.parents[key] != base.get(key) or ours.get(key) != base.get(key):
                parent = _clash(context, moves, key, "each side moved one into the other")
                moves.parents[key] = parent or moves.parents[key]


def _cycle(parents: dict[ItemKey, Parent]) -> list[ItemKey]:
    done: set[ItemKey] = set()
    for start in parents:
        line: list[ItemKey] = []
        key: ItemKey | None = start
        while key is not None and key in parents and key not in done:
            if key in line:
                return line[line.index(key) :]
            line.append(key)
            key = parents[key][0]
        done.update(line)
    return []


def _items(side: Side, root: Where) -> Items:
    items = Items()
    for node, where, parent, path in _lists(side, root):
        there = members(side, node)
        items.lists[parent] = there
        items.names[id(node)] = parent
        for member in there:
            key = None if member.is_note else item_key(side, member.node, where.rule.key or ("id",))
            if key is None:
                continue
            items.is_doubtful = items.is_doubtful or key in items.found
            items.found[key] = member
            items.parents[key] = parent
            items.paths[key] = path.below(key)
    return items


def _lists(side: Side, root: Where) -> Iterator[tuple[Sequence, Where, Parent, MergePath]]:
    stack: list[tuple[Node | None, Where, Parent, MergePath]] = [
        (side.document.root, root, (None, ()), MergePath())
    ]
    while stack:
        node, where, (owner, steps), path = stack.pop()
        if not where.leads_to_tree:
            continue
        if isinstance(node, Mapping):
            for entry in reversed(node.entries):
                name = key_text(side.text, entry.key)
                place: Parent = (owner, (*steps, name))
                stack.append((entry.value, where.below(name), place, path.below(name)))
        elif isinstance(node, Sequence):
            fields = where.rule.key or ("id",)
            if where.rule.tree:
                yield node, where, (owner, steps), path
            for index, item in reversed(list(enumerate(node.items))):
                key = item_key(side, item, fields) if where.rule.tree else None
                place = (key, ()) if key is not None else (owner, (*steps, index))
                stack.append((item, where.below("*"), place, path.below(key or index)))
