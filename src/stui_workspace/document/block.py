"""Splices for block collections: entries come and go as whole lines with their trivia."""

from __future__ import annotations

from stui_workspace.document.document import Document
from stui_workspace.document.emit import indented
from stui_workspace.document.nodes import Collection, Mapping, Node, Scalar, children
from stui_workspace.document.place import Place, Plan
from stui_workspace.document.scan import header_length
from stui_workspace.document.splice import Edit, insertion, removal
from stui_workspace.document.trivia import Slot, column_of, lines_from, slots
from stui_workspace.model.diagnostics import Span


def insert_lines(
    document: Document,
    collection: Collection,
    index: int,
    lines: list[str],
    *,
    before: bool = False,
) -> Plan:
    """The splices that put an entry of `lines`, at column 0, at `index` of a block collection.

    `before` says that it is meant to stand before the entry at `index` rather than after
    the one above it; a section note between the two makes a difference.
    """
    text, eol = document.text, document.eol
    places = slots(text, collection)
    column = column_of(text, collection.body)
    if index == 0 and places[0].inline:
        first, *rest = lines
        block = eol.join([first, *indented(rest, column)])
        return Plan((insertion(places[0].head, f"{block}{eol}{' ' * column}"),))
    block = eol.join(indented(lines, column))
    if index == 0 or (before and index < len(places) and places[index].noted):
        place = places[index].lead if places[index].noted else places[index].own
        return Plan((insertion(place, block + eol),))
    place = places[index - 1].end
    spacing = eol if _are_spaced(places) else ""
    if place == len(text) and not text.endswith("\n"):
        ended = _end_block_scalar(text, collection)
        return Plan((*ended, insertion(place, f"{eol}{spacing}{block}")))
    return Plan((insertion(place, f"{spacing}{block}{eol}"),))


def _end_block_scalar(text: str, collection: Collection) -> tuple[Edit, ...]:
    """The splice that keeps a last block scalar without a line break as it is, with one behind."""
    last: Node = collection
    while below := children(last):
        last = below[-1]
    if not isinstance(last, Scalar) or last.style not in ("literal", "folded"):
        return ()
    header = text[last.body : last.body + header_length(text, last.body)]
    if "-" in header or last.text.endswith("\n"):
        return ()
    stripped = header.replace("+", "") + "-"
    return (Edit(Span(last.body, last.body + len(header)), stripped),)


def _are_spaced(places: tuple[Slot, ...]) -> bool:
    """Whether blank lines stand between all of at least three entries."""
    return len(places) > 2 and all(slot.own < slot.lead or slot.noted for slot in places[1:])  # noqa: PLR2004 (two gaps make a habit)


def delete_entry(document: Document, collection: Collection, index: int) -> Plan:
    """The splices that take one of several entries out of a block collection."""
    text = document.text
    places = slots(text, collection)
    slot = places[index]
    if slot.inline:
        return Plan((removal(*inline_cut(text, slot, places[1])),), (Span(slot.head, slot.end),))
    start, end = cut(text, slot, _last_leaf(children(collection), slot))
    return Plan((removal(start, end),), (Span(slot.own, slot.end),))


def inline_cut(text: str, slot: Slot, following: Slot) -> tuple[int, int]:
    """The range to remove so that the entry behind a dash is gone.

    The next entry moves up beside the dash where it has no trivia of its own.
    """
    if following.own == following.head - column_of(text, following.head):
        return slot.head, following.head
    start = slot.head
    while text[start - 1] in " \t":
        start -= 1
    return start, _before_break(text, slot.end)


def cut(text: str, slot: Slot, before: Node | None = None) -> tuple[int, int]:
    """The range to remove so that an entry is gone with its own trivia.

    A blank line stays between a section note and what follows, or the note would
    become somebody's comment.
    """
    start, end = slot.own, slot.end
    if slot.noted:
        following = next(lines_from(text, end, min(end + 1, len(text))), None)
        if end < len(text) and not (following is not None and following.column is None):
            start = slot.lead
    if end == len(text) and not text.endswith("\n") and start > 0 and not _is_open_ended(before):
        start -= 2 if text[start - 2 : start] == "\r\n" else 1
    return start, end


def _is_open_ended(node: Node | None) -> bool:
    """Whether the text of `node` would lose its last line break with the file's."""
    return isinstance(node, Scalar) and node.style in ("literal", "folded")


def _last_leaf(nodes: tuple[Node, ...], slot: Slot) -> Node | None:
    """The last scalar above `slot`."""
    last: Node | None = None
    while above := [node for node in nodes if node.end <= slot.own]:
        last = above[-1]
        nodes = children(last)
    return last


def empty_out(place: Place, collection: Collection) -> Plan:
    """The splices that leave `{}` or `[]` where the only entry of a block collection was."""
    document, text = place.document, place.document.text
    slot = slots(text, collection)[0]
    brackets = "{}" if isinstance(collection, Mapping) else "[]"
    doomed = (Span(slot.own, slot.end),)
    if place.parent is None and collection.start == collection.body:
        return _empty_root(document, slot, brackets, doomed)
    announced = place.announced
    if slot.inline:
        last = _before_break(text, slot.end)
        return Plan((Edit(Span(announced, last), f" {brackets}"),), doomed)
    start, end = cut(text, slot)
    return Plan((insertion(announced, f" {brackets}"), removal(start, end)), doomed)


def _empty_root(document: Document, slot: Slot, brackets: str, doomed: tuple[Span, ...]) -> Plan:
    text = document.text
    start = slot.lead if slot.noted else slot.own
    ending = document.eol if text[slot.end - 1 : slot.end] == "\n" else ""
    return Plan((Edit(Span(start, slot.end), brackets + ending),), doomed)


def _before_break(text: str, end: int) -> int:
    if text[end - 1 : end] != "\n":
        return end
    return end - 2 if text[end - 2 : end] == "\r\n" else end - 1
