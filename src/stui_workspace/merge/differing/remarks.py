"""Whose each comment of a document is, so that comments can be compared owner by owner."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final, TypeAlias

from stui_workspace.document import Document
from stui_workspace.document.nodes import Collection, Entry, Mapping, Node, Sequence
from stui_workspace.document.slices import comments
from stui_workspace.document.trivia import Slot, line_stop, slots
from stui_workspace.model.records import dataclass, field

Child: TypeAlias = Entry | Node
"""A key with its value, or an item of a list."""


@dataclass(frozen=True, slots=True)
class Said:
    """The comments of one entry or item, and how far its text reaches."""

    leading: str = ""
    behind: str = ""
    inside: str = ""
    extent: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """The comments of a collection that are of none of its entries."""

    notes: tuple[tuple[int, str], ...] = ()
    """Each with the `id` of the entry below it."""
    tail: str = ""


_BLANK: Final = re.compile(r"\n(?=[ \t]*\r?\n)")

NOTHING = Said()
NOBODY = Around()


@dataclass(slots=True)
class Remarks:
    """All comments of one document by owner. Made by `remarks_of`."""

    text: str
    found: list[tuple[int, str]]
    """Each comment with its place, in order."""
    of_child: dict[int, Said] = field(default_factory=dict)
    of_collection: dict[int, Around] = field(default_factory=dict)
    owned: set[int] = field(default_factory=set)

    def of(self, child: Child) -> Said:
        """The comments of an entry or item."""
        return self.of_child.get(id(child), NOTHING)

    def around(self, collection: Collection) -> Around:
        """The comments of a collection."""
        return self.of_collection.get(id(collection), NOBODY)

    def between(self, start: int, end: int) -> str:
        """The comments in `[start, end)`, a line each."""
        first = bisect_left(self.found, (start, ""))
        last = bisect_left(self.found, (end, ""))
        return "\n".join(text for _, text in self.found[first:last])

    def take(self, start: int, end: int) -> str:
        """As `between`; they are somebody's from now on."""
        first = bisect_left(self.found, (start, ""))
        last = bisect_left(self.found, (end, ""))
        fresh = [(place, text) for place, text in self.found[first:last] if place not in self.owned]
        self.owned.update(place for place, _ in fresh)
        return "\n".join(text for _, text in fresh)

    @property
    def rest(self) -> str:
        """The comments that are nobody's."""
        return "\n".join(text for place, text in self.found if place not in self.owned)


def remarks_of(document: Document) -> Remarks:
    """Whose each comment of `document` is."""
    text = document.text
    found = [(one.start, text[one.start : one.end].rstrip()) for one in comments(document)]
    remarks = Remarks(text, found)
    root = document.root
    if isinstance(root, (Mapping, Sequence)) and root.flow:
        _own_flow(remarks, root)
        return remarks
    stack: list[tuple[Node | None, int]] = [(root, len(text))]
    while stack:
        node, end = stack.pop()
        if isinstance(node, (Mapping, Sequence)) and not node.flow:
            stack.extend(_own(remarks, node, end))
    return remarks


def children_of(collection: Collection) -> tuple[Child, ...]:
    """The entries of a map, or the items of a list."""
    return collection.items if isinstance(collection, Sequence) else collection.entries


def value_of(child: Child) -> Node:
    """The value of an entry, or the item itself."""
    return child.value if isinstance(child, Entry) else child


def _own(remarks: Remarks, node: Collection, end: int) -> Iterator[tuple[Node, int]]:
    """Give the comments of a block collection to their owners; each value with its end comes back.

    From the last to the first, so that what is deepest is given first.
    """
    places = slots(remarks.text, node)
    notes: list[tuple[int, str]] = []
    for child, slot in zip(children_of(node), places, strict=True):
        note = remarks.take(slot.gap, slot.own) if not slot.inline else ""
        if note:
            notes.append((id(child), note))
        remarks.of_child[id(child)] = _said(remarks, value_of(child), slot)
        yield value_of(child), slot.end
    tail = remarks.take(places[-1].end, end)
    remarks.of_collection[id(node)] = Around(tuple(notes), tail)


def _said(remarks: Remarks, value: Node, slot: Slot) -> Said:
    text = remarks.text
    leading = "" if slot.inline else remarks.take(slot.lead, slot.head)
    extent = (slot.head if slot.inline else slot.own, slot.end)
    head_stop = line_stop(text, slot.head)
    if isinstance(value, (Mapping, Sequence)) and not value.flow:
        return Said(leading, remarks.take(slot.head, min(head_stop, value.body)), "", extent)
    behind = _opening(remarks, value, slot.head)
    behind = _joined(behind, remarks.take(slot.head, min(head_stop, slot.content_end)))
    inside = remarks.take(min(head_stop, slot.content_end), slot.content_end)
    behind = _joined(behind, remarks.take(slot.content_end, slot.stop))
    return Said(leading, behind, _joined(inside, remarks.take(slot.stop, slot.end)), extent)


def _own_flow(remarks: Remarks, node: Collection) -> None:
    """Give the comments between brackets to their owners, as if there were none."""
    text = remarks.text
    position = node.body
    notes: list[tuple[int, str]] = []
    for child in children_of(node):
        cut = _last_blank(text, position, child.start)
        note = remarks.take(position, cut)
        if note:
            notes.append((id(child), note))
        leading = remarks.take(cut, child.start)
        remarks.of_child[id(child)] = _said_in_flow(remarks, child, leading, node.end)
        position = child.end
    tail = remarks.take(position, node.end)
    remarks.of_collection[id(node)] = Around(tuple(notes), tail)


def _said_in_flow(remarks: Remarks, child: Child, leading: str, end: int) -> Said:
    behind = _opening(remarks, value_of(child), child.start)
    inside = remarks.take(child.start, child.end)
    stop = min(line_stop(remarks.text, child.end), end)
    return Said(leading, _joined(behind, remarks.take(child.end, stop)), inside)


def _opening(remarks: Remarks, value: Node, head: int) -> str:
    """The comment behind an opening bracket; those between the brackets are given on the way."""
    if not isinstance(value, (Mapping, Sequence)) or not children_of(value):
        return ""
    stop = min(line_stop(remarks.text, head), children_of(value)[0].start)
    behind = remarks.take(head, stop)
    _own_flow(remarks, value)
    return behind


def _last_blank(text: str, start: int, end: int) -> int:
    """The place of the last blank line between two, else the first of them."""
    blanks = [match.end() for match in _BLANK.finditer(text, start, end)]
    return blanks[-1] if blanks else start


def _joined(*parts: str) -> str:
    return "\n".join(filter(None, parts))
