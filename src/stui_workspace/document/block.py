"""Splices for block collections: entries come and go as whole lines with their trivia."""

from __future__ import annotations

from stui_workspace.document.document import Document
from stui_workspace.document.emit import indented
from stui_workspace.document.nodes import Collection, Node, Scalar, children
from stui_workspace.document.place import Place, Plan
from stui_workspace.document.splice import Edit, insertion, removal
from stui_workspace.document.trivia import Slot, column_of, line_stop, lines_from, slots
from stui_workspace.model.diagnostics import Span


def insert_lines(
    document: Document,
    collection: Collection,
    index: int,
    lines: list[str],
    *,
    before: bool = False,
) -> Plan:
    """The splices that put an entry of `lines` at `index` of a block collection.

    Args:
        lines: At column 0.
        before: Whether it is meant to stand before the entry at `index` rather than
            after the one above it; a section note between the two makes a difference.
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
        return Plan((insertion(place, f"{eol}{spacing}{block}"),))
    return Plan((insertion(place, f"{spacing}{block}{eol}"),))


def _are_spaced(places: tuple[Slot, ...]) -> bool:
    """Whether blank lines stand between all of at least three entries."""
    return len(places) > 2 and all(slot.own < slot.lead or slot.noted for slot in places[1:])  # noqa: PLR2004 (two gaps make a habit)


def delete_entry(document: Document, collection: Collection, index: int) -> Plan:
    """The splices that take one of several entries out of a block collection."""
    text = document.text
    places = slots(text, collection)
    slot = places[index]
    if slot.inline:
        return _delete_inline(text, slot, places[1])
    start, end = whole_lines(text, slot, _last_leaf(children(collection), slot))
    return Plan((removal(start, end),), (Span(slot.own, slot.end),))


def _delete_inline(text: str, slot: Slot, following: Slot) -> Plan:
    """Take out what begins behind a dash; the next entry moves up where it has no trivia."""
    doomed = (Span(slot.head, slot.end),)
    if following.own == following.head - column_of(text, following.head):
        return Plan((removal(slot.head, following.head),), doomed)
    start = slot.head
    while text[start - 1] in " \t":
        start -= 1
    last = line_stop(text, slot.end - 1) if slot.end else slot.stop
    return Plan((removal(start, last),), doomed)


def whole_lines(text: str, slot: Slot, before: Node | None = None) -> tuple[int, int]:
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
    brackets = "{}" if place.document.node(place.path) and _is_map(collection) else "[]"
    doomed = (Span(slot.own, slot.end),)
    if place.parent is None and collection.start == collection.body:
        return _empty_root(document, slot, brackets, doomed)
    announced = place.announced
    if slot.inline:
        last = _before_break(text, slot.end)
        return Plan((Edit(Span(announced, last), f" {brackets}"),), doomed)
    start, end = whole_lines(text, slot)
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


def _is_map(collection: Collection) -> bool:
    from stui_workspace.document.nodes import Mapping

    return isinstance(collection, Mapping)


def reorder(document: Document, collection: Collection, order: list[int]) -> Plan:
    """The splices that put the entries of a block collection into another order.

    Each takes its own trivia along; section notes stay where they are.
    """
    text, eol = document.text, document.eol
    places = slots(text, collection)
    column = column_of(text, collection.body)
    chunks = [_chunk(text, eol, column, slot) for slot in places]
    if order[0] != 0:
        _settle_first(chunks, order[0], eol)
    edits: list[Edit] = []
    for slot, source in zip(places, order, strict=True):
        chunk = chunks[source]
        if slot.inline:
            chunk = _inline(chunk, eol, column)
        if text[slot.end - 1 : slot.end] != "\n":
            chunk = chunk.removesuffix(eol)
        start = slot.head if slot.inline else slot.own
        edits.append(Edit(Span(start, slot.end), chunk))
    return Plan(tuple(edits))


def _chunk(text: str, eol: str, column: int, slot: Slot) -> str:
    """An entry as whole lines with its own trivia."""
    chunk = text[slot.own : slot.end]
    if slot.inline:
        chunk = " " * column + chunk
    return chunk if chunk.endswith("\n") else chunk + eol


def _settle_first(chunks: list[str], first: int, eol: str) -> None:
    """Hand the blank lines of the entry that comes first to the one that was first."""
    moved = chunks[first]
    blanks = ""
    while moved.startswith(eol):
        blanks += eol
        moved = moved[len(eol) :]
    if blanks and not chunks[0].startswith(eol):
        chunks[first] = moved
        chunks[0] = blanks + chunks[0]


def _inline(chunk: str, eol: str, column: int) -> str:
    """A chunk as it can stand behind a dash."""
    stripped = chunk[column:]
    if chunk[:column].strip(" ") or stripped[:1] in ("#", "\r", "\n"):
        return eol + chunk
    return stripped
