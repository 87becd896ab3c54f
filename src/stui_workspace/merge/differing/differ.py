"""One walk through two documents at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final, TypeAlias

from stui_workspace.document import Document
from stui_workspace.document.document import plain_of
from stui_workspace.document.nodes import (
    Alias,
    Collection,
    Entry,
    Mapping,
    Node,
    Sequence,
    key_text,
    resolved,
    style_of,
)
from stui_workspace.merge.differing import making
from stui_workspace.merge.differing.difference import Difference, Kind
from stui_workspace.merge.differing.making import At, Place
from stui_workspace.merge.differing.pairing import Member, Pair, identity, pairs_of
from stui_workspace.merge.differing.remarks import Remarks, children_of, remarks_of
from stui_workspace.merge.differing.wanderers import Wanderers, wanderers_of
from stui_workspace.merge.paths import MergePath
from stui_workspace.merge.policy import Policy
from stui_workspace.model.values import ABSENT

_Found: TypeAlias = Iterator[Difference]
_EMPTY: Final = Mapping(0, 0, 0, flow=False, entries=())
_AS_ONE: Final = ("atomic", "scalar", "text", "counter", "max")
"""Kinds of places that are looked at as one, whatever stands there."""


def differences(
    before: Document | None, after: Document | None, policy: Policy
) -> tuple[Difference, ...]:
    """What differs between two documents, in the order of the second.

    What is gone stands where it was. None stands for a document that is not there. Nothing that
    comes back holds a secret.

    Args:
        before: The first document.
        after: The second one.
        policy: How the items of lists are known, and which places are sensitive.
    """
    place = Place(MergePath(), policy.root)
    ones, others = _Version(before), _Version(after)
    found = tuple(_Walk(ones, others, policy).all(place))
    if not all(making.is_spacing(one) for one in found) or before is None or after is None:
        return found
    return () if before.content == after.content else (making.spaced_otherwise(place, (0, 0)),)


class _Version:
    """One of the two documents, with whose its comments are."""

    def __init__(self, document: Document | None) -> None:
        self.text = "" if document is None else document.text
        root = None if document is None else document.root
        self.root: Node = _EMPTY if root is None else root
        self.remarks = Remarks("", []) if document is None else remarks_of(document)


class _Walk:
    def __init__(self, before: _Version, after: _Version, policy: Policy) -> None:
        self.before = before
        self.after = after
        self.wanderers = Wanderers()
        if any(rule.tree for _, rule in policy.rules):
            roots = ((before.text, before.root), (after.text, after.root))
            self.wanderers = wanderers_of(*roots, policy.root)

    def all(self, place: Place) -> _Found:
        """Everything that differs."""
        yield from making.comments_changed(
            place, Kind.COMMENT, self.before.remarks.rest, self.after.remarks.rest
        )
        yield from self._values(place, self.before.root, self.after.root)

    def _values(self, place: Place, before: Node, after: Node) -> _Found:
        at = (before.start, after.start)
        one, other = resolved(before), resolved(after)
        if not isinstance(before, Alias) and before.tag != after.tag:
            yield self._changed_text(place, before, after)
        elif _are_alike(before, after) and not self._is_another(place, before, after):
            yield from self._collections(place, before, after)  # type: ignore[arg-type]
        elif self._say_the_same(before, after):
            texts = (self.before.text, self.after.text)
            yield from making.written_otherwise(place, (texts[0], before), (texts[1], after))
        else:
            old, new = plain_of(self.before.text, one), plain_of(self.after.text, other)
            yield making.value_changed(place, Kind.CHANGED, old, new, at)
            inner = self.before.remarks.between(before.start, before.end)
            inner_now = self.after.remarks.between(after.start, after.end)
            if isinstance(one, (Mapping, Sequence)) or isinstance(other, (Mapping, Sequence)):
                yield from making.comments_changed(place, Kind.COMMENT, inner, inner_now, at)

    def _changed_text(self, place: Place, before: Node, after: Node) -> Difference:
        """The change of a tag, which has no plain value."""
        old = self.before.text[before.start : before.end]
        new = self.after.text[after.start : after.end]
        return making.value_changed(place, Kind.CHANGED, old, new, (before.start, after.start))

    def _is_another(self, place: Place, before: Node, after: Node) -> bool:
        """Whether a collection that is decided on as one says something else now."""
        return place.where.rule.kind in _AS_ONE and not self._say_the_same(before, after)

    def _say_the_same(self, before: Node, after: Node) -> bool:
        if isinstance(before, Alias) is not isinstance(after, Alias):
            before, after = resolved(before), resolved(after)
        return identity(self.before.text, before) == identity(self.after.text, after)

    def _collections(self, place: Place, before: Collection, after: Collection) -> _Found:
        if before.flow is not after.flow and children_of(before) and children_of(after):
            styles = (style_of(before), style_of(after))
            yield making.styled_otherwise(place, *styles, (before.start, after.start))
        pairs = pairs_of((self.before.text, before), (self.after.text, after), place.where.rule)
        notes = self._notes(place, before, after, pairs)
        for pair in pairs:
            below = place.below(pair)
            yield from notes.pop(id(pair), ())
            if pair.before is None or pair.after is None:
                yield from self._one_sided(place, below, pair)
            else:
                yield from self._both(below, pair.before, pair.after, moved=pair.moved)
        tail = self.before.remarks.around(before).tail
        tail_now = self.after.remarks.around(after).tail
        yield from making.comments_changed(place, Kind.COMMENT, tail, tail_now)

    def _notes(
        self, place: Place, before: Collection, after: Collection, pairs: tuple[Pair, ...]
    ) -> dict[int, list[Difference]]:
        """The differences of the comments that are nobody's, by the pair that they stand above."""
        over = {
            id(member.child): pair
            for pair in pairs
            for member in (pair.before, pair.after)
            if member is not None
        }
        notes = self.before.remarks.around(before).notes
        notes_now = self.after.remarks.around(after).notes
        gone = Counter(text for _, text in notes) - Counter(text for _, text in notes_now)
        fresh = Counter(text for _, text in notes_now) - Counter(text for _, text in notes)
        old = [(child, text) for child, text in notes if _spend(gone, text)]
        new = [(child, text) for child, text in notes_now if _spend(fresh, text)]
        found: dict[int, list[Difference]] = {}
        for number in range(max(len(old), len(new))):
            child, text = old[number] if number < len(old) else (None, "")
            child_now, text_now = new[number] if number < len(new) else (None, "")
            pair = over[child_now if child_now is not None else child]  # type: ignore[index]
            found.setdefault(id(pair), []).extend(
                making.comments_changed(place.below(pair), Kind.COMMENT, text, text_now)
            )
        return found

    def _one_sided(self, around: Place, place: Place, pair: Pair) -> _Found:
        if pair.before is not None:
            if not self.wanderers.goes(around.where, pair.before.value):
                value = plain_of(self.before.text, pair.before.value)
                gone = (pair.before.child.start, None)
                yield making.value_changed(place, Kind.REMOVED, value, ABSENT, gone)
        elif pair.after is not None:
            node = pair.after.value
            arrived = list(self.wanderers.arrived(around.where, place.where, place.path, node))
            if not any(found.path == place.path for _, found in arrived):
                value = plain_of(self.after.text, node)
                yield making.value_changed(
                    place, Kind.ADDED, ABSENT, value, (None, pair.after.child.start)
                )
            for origin, found in arrived:
                here = Place(origin.path, origin.where, place.sensitive)
                parents = [MergePath(one.path.steps[:-1]) for one in (origin, found)]
                places = _at(origin.member, found.member)
                yield making.moved(here.of("parent"), str(parents[0]), str(parents[1]), places)
                yield from self._inside(here, origin.member, found.member)

    def _both(self, place: Place, before: Member, after: Member, *, moved: bool) -> _Found:
        """What differs in a child that is on both sides."""
        at = _at(before, after)
        if moved:
            yield making.moved(place.of("order"), before.index, after.index, at)
        found = list(self._inside(place, before, after))
        if all(making.is_spacing(one) for one in found) and self._is_spaced(before, after):
            yield making.spaced_otherwise(place, at)
        else:
            yield from found

    def _inside(self, place: Place, before: Member, after: Member) -> _Found:
        at = _at(before, after)
        one, other = before.child, after.child
        said, now = self.before.remarks.of(one), self.after.remarks.of(other)
        yield from making.comments_changed(place, Kind.COMMENT, said.leading, now.leading, at)
        if isinstance(one, Entry) and isinstance(other, Entry):
            yield from self._keys(place, one, other)
        yield from self._values(place, before.value, after.value)
        yield from making.comments_changed(place, Kind.COMMENT, said.inside, now.inside, at)
        yield from making.comments_changed(place, Kind.EOL, said.behind, now.behind, at)

    def _keys(self, place: Place, before: Entry, after: Entry) -> _Found:
        texts = self.before.text, self.after.text
        old, new = key_text(texts[0], before.key), key_text(texts[1], after.key)
        if old != new:
            yield making.renamed(place, old, new, (before.start, after.start))
        else:
            yield from making.written_otherwise(
                Place(place.path, place.where), (texts[0], before.key), (texts[1], after.key)
            )

    def _is_spaced(self, before: Member, after: Member) -> bool:
        """Whether the lines of a child are not the same to the blank."""
        extents = (
            self.before.remarks.of(before.child).extent,
            self.after.remarks.of(after.child).extent,
        )
        if extents[0] is None or extents[1] is None:
            return False
        if not self._say_the_same(before.value, after.value):
            return False  # something of it is told elsewhere, where it is now
        one = self.before.text[slice(*extents[0])].replace("\r\n", "\n")
        other = self.after.text[slice(*extents[1])].replace("\r\n", "\n")
        return one.rstrip("\n") != other.rstrip("\n")


def _are_alike(one: Node, other: Node) -> bool:
    """Whether both are maps, or both are lists."""
    return (isinstance(one, Mapping) and isinstance(other, Mapping)) or (
        isinstance(one, Sequence) and isinstance(other, Sequence)
    )


def _spend(counts: Counter[str], text: str) -> bool:
    """Whether there was one left of it; then there is one less."""
    if counts[text] <= 0:
        return False
    counts[text] -= 1
    return True


def _at(before: Member, after: Member) -> At:
    return before.child.start, after.child.start
