"""When two nodes say the same, and when a change of one counts as an edit."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Final, Protocol

from stui_workspace.document.nodes import Alias, Mapping, Node, Scalar, Sequence, key_text
from stui_workspace.merge.engine.members import Member, item_key, members
from stui_workspace.merge.engine.sides import Side
from stui_workspace.merge.policy import Rule, Where

_ITEM: Final = "*"


def identity(side: Side, node: Node | None) -> Hashable:
    """What a node says, whatever its spelling: aliases by name, tags included, anchors not.

    Map keys count in any order, list items in theirs.
    """
    if node is None:
        return None
    if isinstance(node, Scalar):
        plain = repr(node.plain) if isinstance(node.plain, float) else node.plain
        return ("scalar", node.tag, type(node.plain).__name__, plain)
    if isinstance(node, Alias):
        return ("alias", node.name)
    if isinstance(node, Mapping):
        pairs = ((key_text(side.text, e.key), identity(side, e.value)) for e in node.entries)
        return ("map", node.tag, frozenset(pairs))
    return ("list", node.tag, tuple(identity(side, item) for item in node.items))


def meaning(side: Side, node: Node | None, where: Where) -> Hashable:
    """As `identity`, but for lists whose order says nothing: those count in any order."""
    if isinstance(node, Mapping):
        pairs = (
            (name, meaning(side, entry.value, where.below(name)))
            for entry in node.entries
            for name in (key_text(side.text, entry.key),)
        )
        return ("map", node.tag, frozenset(pairs))
    if isinstance(node, Sequence):
        items = [meaning(side, item, where.below(_ITEM)) for item in node.items]
        if where.rule.kind in ("set", "keyed") and not where.rule.strict:
            items.sort(key=repr)
        return ("list", node.tag, tuple(items))
    return identity(side, node)


def is_same(one: tuple[Side, Node | None], other: tuple[Side, Node | None]) -> bool:
    """Whether two nodes say the same."""
    first, second = one[1], other[1]
    if first is None or second is None:
        return first is second
    if type(first) is not type(second):
        return False
    written = one[0].text[first.start : first.end]
    if (
        written == other[0].text[second.start : second.end]
        and "\n" not in written
        and getattr(first, "style", None) not in ("literal", "folded")
    ):
        return True
    return identity(*one) == identity(*other)


class Homes(Protocol):
    """Where the items of a tree live in the result, as far as edits need it."""

    @property
    def is_active(self) -> bool:
        """Whether anything moved at all."""

    def is_elsewhere(self, key: Hashable, lists: tuple[Node | None, Node | None]) -> bool:
        """Whether an item lives in another list than these versions of one."""


class Edits:
    """What counts as an edit of a thing that the other side deleted: values and comments.

    Form, order and transient values do not; neither does what lives elsewhere in the result.
    """

    def __init__(self, homes: Homes) -> None:
        self.homes = homes

    def are_in(self, base: Member, side: Member, where: Where) -> bool:
        """Whether `side` is an edited `base`."""
        if base.raw() == side.raw() and not self.homes.is_active:
            return False
        if self.value(base.side, base.node, side.side, side.node, where):
            return True
        return _comments(base) != _comments(side)

    def value(
        self, base_side: Side, base: Node | None, side: Side, node: Node | None, where: Where
    ) -> bool:
        """Whether the value was changed, at any depth."""
        if where.rule.transient:
            return False
        if isinstance(base, Mapping) and isinstance(node, Mapping):
            return base.tag != node.tag or self._map(base_side, base, side, node, where)
        if isinstance(base, Sequence) and isinstance(node, Sequence):
            return base.tag != node.tag or self._list(base_side, base, side, node, where)
        return not is_same((base_side, base), (side, node))

    def _map(self, base_side: Side, base: Mapping, side: Side, node: Mapping, where: Where) -> bool:
        before = {key_text(base_side.text, e.key): e.value for e in base.entries}
        after = {key_text(side.text, e.key): e.value for e in node.entries}
        for name in before.keys() | after.keys():
            below = where.below(name)
            if below.rule.transient:
                continue
            if below.rule.tree:
                if self._list(base_side, before.get(name), side, after.get(name), below):
                    return True
            elif (
                name not in before
                or name not in after
                or self.value(base_side, before[name], side, after[name], below)
            ):
                return True
        return False

    def _list(
        self, base_side: Side, base: Node | None, side: Side, node: Node | None, where: Where
    ) -> bool:
        before, after = members(base_side, base), members(side, node)
        before = [m for m in before if not m.is_note]
        after = [m for m in after if not m.is_note]
        fields = key_fields(where.rule, (before, after))
        below = where.below(_ITEM)
        if fields is None:
            one = [identity(base_side, m.node) for m in before]
            two = [identity(side, m.node) for m in after]
            if where.rule.kind in ("set", "mru"):
                return sorted(map(repr, one)) != sorted(map(repr, two))
            return one != two
        old, new = _by_key(before, fields), _by_key(after, fields)
        for key in old.keys() | new.keys():
            if where.rule.tree and self.homes.is_elsewhere(key, (base, node)):
                continue
            if len(old.get(key, ())) != len(new.get(key, ())):
                return True
            pairs = zip(old[key], new[key], strict=True)
            if any(self.value(base_side, b.node, side, n.node, below) for b, n in pairs):
                return True
        return False


def _by_key(items: Iterable[Member], fields: tuple[str, ...]) -> dict[Hashable, list[Member]]:
    found: dict[Hashable, list[Member]] = {}
    for item in items:
        key = item_key(item.side, item.node, fields)
        name: Hashable = identity(item.side, item.node) if key is None else key
        found.setdefault(name, []).append(item)
    return found


def _comments(member: Member) -> list[str]:
    if member.slot is None:
        return member.side.comments_within(member.start, member.end)
    start = member.slot.head if member.slot.inline else member.slot.lead
    found = member.side.comments_within(start, member.slot.end)
    return sorted(found)


def key_fields(rule: Rule, versions: Iterable[list[Member]]) -> tuple[str, ...] | None:
    """The key fields of a list: by its rule, or `id` where all items of all versions have one."""
    if rule.kind == "keyed" and rule.key:
        return rule.key
    if rule.kind is not None and rule.kind != "keyed":
        return None
    fields = ("id",)
    items = [item for version in versions for item in version]
    if items and all(item_key(item.side, item.node, fields) is not None for item in items):
        return fields
    return None
