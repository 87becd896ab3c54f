"""Which child of one collection is which of another, in an order to be read in."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import TypeAlias

from stui_workspace.document.nodes import Alias, Collection, Entry, Mapping, Node, Scalar, key_text
from stui_workspace.merge.differing.remarks import Child, children_of, value_of
from stui_workspace.merge.lines import matching
from stui_workspace.merge.naming import item_key
from stui_workspace.merge.paths import MergeStep
from stui_workspace.merge.policy import Rule
from stui_workspace.model.records import dataclass

_DEFAULT_KEY = ("id",)
_BY_CONTENT = ("set", "mru")


@dataclass(frozen=True, slots=True)
class Member:
    """One child of a collection, with what it is known by."""

    child: Child
    index: int
    label: Hashable
    step: MergeStep
    """How a path calls it."""

    @property
    def value(self) -> Node:
        """The value of the entry, or the item."""
        return value_of(self.child)


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing before and after; None where it is not there."""

    before: Member | None
    after: Member | None
    moved: bool = False
    """Whether it is not in the order that most of its siblings are in."""

    @property
    def step(self) -> MergeStep:
        """How a path calls it: as before, if it was there."""
        member = self.before or self.after
        return 0 if member is None else member.step


Text: TypeAlias = str


def identity(text: Text, node: Node) -> Hashable:
    """What a node says, whatever its spelling: aliases by their names, tags included."""
    if isinstance(node, Scalar):
        plain = repr(node.plain) if isinstance(node.plain, float) else node.plain
        return node.tag, type(node.plain).__name__, plain
    if isinstance(node, Alias):
        return "alias", node.name
    if isinstance(node, Mapping):
        pairs = ((key_text(text, one.key), identity(text, one.value)) for one in node.entries)
        return node.tag, frozenset(pairs)
    return node.tag, tuple(identity(text, item) for item in node.items)


def key_fields(rule: Rule, versions: Sequence[tuple[Text, Collection]]) -> tuple[str, ...] | None:
    """The fields that the items of a list are known by; None for a list without names."""
    if rule.kind == "keyed" and rule.key:
        return rule.key
    if rule.kind not in (None, "keyed"):
        return None
    items = [(text, value_of(one)) for text, list_ in versions for one in children_of(list_)]
    is_keyed = all(item_key(text, item, _DEFAULT_KEY) is not None for text, item in items)
    return _DEFAULT_KEY if items and is_keyed else None


def pairs_of(
    before: tuple[Text, Collection], after: tuple[Text, Collection], rule: Rule
) -> tuple[Pair, ...]:
    """The children of two collections of one kind, paired.

    What is gone stands behind what it stood behind before.
    """
    fields = None
    if not isinstance(before[1], Mapping):
        fields = key_fields(rule, (before, after))
        if fields is None:
            return _unkeyed(before, after, rule)
    ones, others = _named(*before, fields), _named(*after, fields)
    return _in_order(ones, _renamed(ones, others, before[0], after[0], fields))


def _named(text: Text, collection: Collection, fields: tuple[str, ...] | None) -> list[Member]:
    counts: Counter[Hashable] = Counter()
    members = []
    for index, child in enumerate(children_of(collection)):
        step: MergeStep
        label: Hashable
        if isinstance(child, Entry):
            step = key_text(text, child.key)
            label = step
        else:
            named = item_key(text, child, fields or _DEFAULT_KEY)
            step = index if named is None else named
            label = identity(text, child) if named is None else named
        members.append(Member(child, index, (label, counts[label]), step))
        counts[label] += 1
    return members


def _renamed(
    ones: list[Member],
    others: list[Member],
    text: Text,
    other_text: Text,
    fields: tuple[str, ...] | None,
) -> list[Member]:
    """The members after, where those of another name and the same content have the label before."""
    known = {one.label for one in ones}
    there = {other.label for other in others}
    gone = [(_content(text, one, fields), one) for one in ones if one.label not in there]
    fresh = [(_content(other_text, one, fields), one) for one in others if one.label not in known]
    counts = Counter(content for content, _ in gone)
    fresh_counts = Counter(content for content, _ in fresh)
    labels = {content: one.label for content, one in gone if counts[content] == 1}
    renames = {
        other.index: labels[content]
        for content, other in fresh
        if content is not None and content in labels and fresh_counts[content] == 1
    }
    return [
        Member(other.child, other.index, renames.get(other.index, other.label), other.step)
        for other in others
    ]


def _content(text: Text, member: Member, fields: tuple[str, ...] | None) -> Hashable:
    """What a member says beside its name; None where that is too little to know it by."""
    node = member.value
    if fields is None:
        return identity(text, node) if _is_filled(node) else None
    if not isinstance(node, Mapping):
        return None
    rest = frozenset(
        (key_text(text, one.key), identity(text, one.value))
        for one in node.entries
        if key_text(text, one.key) not in fields
    )
    return rest or None


def _is_filled(node: Node) -> bool:
    return not isinstance(node, (Scalar, Alias)) and bool(children_of(node))


def _in_order(ones: list[Member], others: list[Member]) -> tuple[Pair, ...]:
    """The members paired by label; those that are out of order are said to have moved."""
    before = {one.label: one for one in ones}
    after = {other.label: other for other in others}
    kept = [one.label for one in ones if one.label in after]
    kept_after = [other.label for other in others if other.label in before]
    steady = {kept[place] for place, _ in matching(kept, kept_after)}
    pairs = [
        Pair(before.get(other.label), other, other.label in before and other.label not in steady)
        for other in others
    ]
    return tuple(_with_gone(pairs, [one for one in ones if one.label not in after]))


def _unkeyed(
    before: tuple[Text, Collection], after: tuple[Text, Collection], rule: Rule
) -> tuple[Pair, ...]:
    """Items without names: the same ones by what they say, others by their places in between."""
    ones, others = _by_content(*before), _by_content(*after)
    if rule.kind in _BY_CONTENT:
        known = {one.label: one for one in ones}
        there = {other.label for other in others}
        pairs = [Pair(known.get(other.label), other) for other in others]
        return tuple(_with_gone(pairs, [one for one in ones if one.label not in there]))
    said = [identity(before[0], one.value) for one in ones]
    same = matching(said, [identity(after[0], other.value) for other in others])
    pairs, gone = [], []
    start, start2 = 0, 0
    for end, end2 in (*same, (len(ones), len(others))):
        some, more = ones[start:end], others[start2:end2]
        if len(some) == len(more):
            pairs += [Pair(one, other) for one, other in zip(some, more, strict=True)]
        else:
            pairs += [Pair(None, other) for other in more]
            gone += some
        pairs += [
            Pair(one, other)
            for one, other in zip(ones[end : end + 1], others[end2 : end2 + 1], strict=True)
        ]
        start, start2 = end + 1, end2 + 1
    return tuple(_with_gone(pairs, gone))


def _by_content(text: Text, collection: Collection) -> list[Member]:
    counts: Counter[Hashable] = Counter()
    members = []
    for index, child in enumerate(children_of(collection)):
        said = identity(text, value_of(child))
        members.append(Member(child, index, (said, counts[said]), index))
        counts[said] += 1
    return members


def _with_gone(pairs: list[Pair], gone: list[Member]) -> list[Pair]:
    """The pairs with what is gone, each right behind what stood before it."""
    kept = sorted(pair.before.index for pair in pairs if pair.before is not None)
    behind: dict[int, list[Pair]] = {}
    for one in gone:
        place = bisect_left(kept, one.index)
        behind.setdefault(kept[place - 1] if place else -1, []).append(Pair(one, None))
    found = behind.get(-1, [])
    for pair in pairs:
        found.append(pair)
        if pair.before is not None:
            found += behind.get(pair.before.index, ())
    return found
