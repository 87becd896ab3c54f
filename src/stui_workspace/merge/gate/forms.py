"""What a node says, in a form that compares: spelling, comments and anchors left out.

Maps do not mind their order, nor do sets and keyed lists. An alias is its name, a tag is part of
the value. Names that one side changed count as one where something refers to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from collections.abc import Mapping as AnyMapping
from typing import Final

from stui_workspace.document import Alias, Entry, Mapping, Node, Scalar, Sequence
from stui_workspace.document.nodes import children, key_text
from stui_workspace.merge.gate.spot import SIDES, Four
from stui_workspace.merge.policy import Where

_CORE: Final = "tag:yaml.org,2002:"
_MEANT: Final = {str: "str", bool: "bool", int: "int", float: "float", type(None): "null"}


class Forms:
    """The forms of the nodes of four documents, each worked out once."""

    def __init__(self, texts: tuple[str, str, str, str]) -> None:
        self.texts = texts
        self.names: dict[str, dict[str, str]] = {}
        """By the pattern of a collection: what its renamed items were called before."""
        self.anchors: dict[str, str] = {}
        """What an anchor of the result was called where it comes from."""
        self.doubtful: frozenset[str] = frozenset()
        """The names that anchors of different nodes have."""
        self.trees_apart = False
        """Whether lists between which items move are looked at elsewhere."""
        self.lists: dict[int, object] = {}
        """What others worked out about lists, by the identity of the node."""
        self._known: dict[tuple[int, int, bool], Hashable] = {}

    def of(self, side: int, node: Node, where: Where | None, *, lasting: bool = False) -> Hashable:
        """The form of a node; with `lasting` without what keeps no deleted thing alive.

        Without `where` the order of lists counts.
        """
        if isinstance(node, Scalar):
            return self._scalar(node, where)
        if isinstance(node, Alias):
            return self._alias(side, node)
        key = (id(node), id(where), lasting)
        found = self._known.get(key)
        if found is None:
            if isinstance(node, Mapping):
                found = self._map(side, node, where, lasting=lasting)
            else:
                found = self._list(side, node, where, lasting=lasting)
            self._known[key] = found
        return found

    def _alias(self, side: int, node: Alias) -> Hashable:
        """The name, and what it stands for where the name says too little."""
        name = self.anchors.get(node.name, node.name)
        if name not in self.doubtful:
            return "*", name
        return "*", name, self.of(side, node.target, None)

    def _scalar(self, node: Scalar, where: Where | None) -> Hashable:
        plain: Hashable = node.plain
        kind = type(plain)
        if where is not None and where.rule.ref is not None and isinstance(plain, str):
            plain = self.names.get(where.rule.ref, {}).get(plain, plain)
        elif plain != plain or (kind is float and len(node.text) > 40):  # noqa: PLR0124, PLR2004
            plain = node.text.lower() if plain != plain else node.text  # noqa: PLR0124
        return kind.__name__, plain, _tag(node, kind)

    def _map(self, side: int, node: Mapping, where: Where | None, *, lasting: bool) -> Hashable:
        parts = []
        for key, value in self.entries(side, node).items():
            inner = None if where is None else where.below(key)
            if inner is not None and self._is_left_out(inner, lasting=lasting):
                continue
            if inner is not None and inner.rule.kind == "atomic":
                inner = _only_reference(inner)
            parts.append((key, self.of(side, value, inner, lasting=lasting)))
        return "map", frozenset(parts), _tag(node, dict)

    def _is_left_out(self, where: Where, *, lasting: bool) -> bool:
        return (lasting and where.rule.transient) or (self.trees_apart and where.rule.tree)

    def _list(self, side: int, node: Sequence, where: Where | None, *, lasting: bool) -> Hashable:
        inner = None if where is None else where.below("*")
        if where is not None and where.rule.ref is not None:
            inner = where  # a list of names: each of them refers
        items = [self.of(side, item, inner, lasting=lasting) for item in node.items]
        kind = None if where is None else where.rule.kind
        if kind == "set":
            return "list", frozenset(items), _tag(node, list)
        if kind == "keyed" or (kind is None and where is not None and self.has_ids(side, node)):
            return "list", frozenset(Counter(items).items()), _tag(node, list)
        return "list", tuple(items), _tag(node, list)

    def has_ids(self, side: int, node: Sequence) -> bool:
        """Whether a list has items, and all are maps with an `id`."""
        return bool(node.items) and all(
            isinstance(item, Mapping) and isinstance(self.field(side, item, "id"), Scalar)
            for item in node.items
        )

    def field(self, side: int, node: Mapping, name: str) -> Node | None:
        """The value of a key; None for none."""
        for entry in node.entries:
            key = entry.key
            if key.plain == name if isinstance(key, Scalar) else self.key(side, entry) == name:
                return entry.value
        return None

    def key(self, side: int, entry: Entry) -> str:
        """What the key of an entry is called."""
        key = entry.key
        if isinstance(key, Scalar) and isinstance(key.plain, str):
            return key.plain
        return key_text(self.texts[side], key)

    def entries(self, side: int, node: Node | None) -> dict[str, Node]:
        """The values of a map by key; none for everything else."""
        if not isinstance(node, Mapping):
            return {}
        return {self.key(side, entry): entry.value for entry in node.entries}

    def same(
        self, one: tuple[int, Node | None], other: tuple[int, Node | None], where: Where | None
    ) -> bool:
        """Whether two nodes say the same, or are both missing."""
        if one[1] is None or other[1] is None:
            return one[1] is other[1]
        if self.is_written_alike(one, other):
            return True
        return self.of(one[0], one[1], where) == self.of(other[0], other[1], where)

    def is_written_alike(
        self, one: tuple[int, Node | None], other: tuple[int, Node | None]
    ) -> bool:
        """Whether two nodes are the same characters at the same column: so they say the same."""
        (side, node), (second, twin) = one, other
        if node is None or twin is None:
            return node is twin
        if isinstance(node, Scalar):
            return (
                isinstance(twin, Scalar)
                and node.text == twin.text
                and node.style == twin.style
                and node.tag == twin.tag
                and node.anchor == twin.anchor
            )
        start, end, other_start = node.start, node.end, twin.start
        if end - start != twin.end - other_start:
            return False
        text, other_text = self.texts[side], self.texts[second]
        written = text[start:end]
        if written != other_text[other_start : twin.end]:
            return False
        if self.doubtful and "*" in written:
            return False  # the same alias may stand for something else
        return _column(text, start) == _column(other_text, other_start)

    def leaves(self, side: int, node: Node | None) -> Counter[Hashable]:
        """All values and aliases below a node."""
        return Counter(self._leaves(side, node))

    def _leaves(self, side: int, node: Node | None) -> Iterator[Hashable]:
        stack = [] if node is None else [node]
        while stack:
            node = stack.pop()
            if isinstance(node, (Scalar, Alias)):
                yield self.of(side, node, None)
            elif isinstance(node, Mapping):
                stack.extend(entry.value for entry in node.entries)
            else:
                stack.extend(children(node))


def sides_of(nodes: Four) -> Iterator[tuple[int, Node]]:
    """The nodes of base, ours and theirs that are there."""
    for side in SIDES:
        node = nodes[side]
        if node is not None:
            yield side, node


def is_nothing(node: Node | None) -> bool:
    """Whether a node is missing, or a null: an empty map, and an empty list as well."""
    return node is None or (isinstance(node, Scalar) and node.plain is None and node.tag is None)


def _only_reference(where: Where) -> Where | None:
    return where if where.leads_to_reference else None


def _tag(node: Scalar | Sequence | Mapping, kind: type) -> str | None:
    tag = node.tag
    if tag is None:
        return None
    names: AnyMapping[type, str] = {**_MEANT, dict: "map", list: "seq"}
    return None if tag == _CORE + names.get(kind, "") else tag


def _column(text: str, position: int) -> int:
    return position - text.rfind("\n", 0, position)
