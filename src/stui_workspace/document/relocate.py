"""Splices that take an entry of a block collection, with its trivia, to another place.

It is cut and pasted, so that section notes stay above what they stood above.
"""

from __future__ import annotations

from stui_workspace.document.block import cut, inline_cut
from stui_workspace.document.document import Document
from stui_workspace.document.nodes import Collection
from stui_workspace.document.place import Plan
from stui_workspace.document.splice import Edit, insertion, removal
from stui_workspace.document.trivia import Slot, column_of, slots
from stui_workspace.model.diagnostics import Span
from stui_workspace.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Move:
    """From `index` to `to`, the latter as counted after the move."""

    index: int
    to: int
    before: bool = False
    """Whether it is meant to stand before the entry that will follow it."""

    def order(self, count: int) -> list[int]:
        """Which of `count` entries comes where."""
        order = [number for number in range(count) if number != self.index]
        order.insert(self.to, self.index)
        return order


def relocate(document: Document, collection: Collection, move: Move) -> Plan:
    """The splices of one move inside a block collection."""
    text, eol = document.text, document.eol
    places = slots(text, collection)
    column = column_of(text, collection.body)
    order = move.order(len(places))
    slot = places[move.index]
    chunk, taken = _taken(text, eol, column, (slot, places[order[0]] if move.index == 0 else None))
    if move.to == 0:
        return Plan((taken, *_put_first(text, eol, column, (places[0], chunk))))
    following = places[order[move.to + 1]] if move.to + 1 < len(order) else None
    if move.before and following is not None and following.noted:
        return Plan((taken, insertion(following.lead, chunk)))
    above = places[order[move.to - 1]]
    if above.end == len(text) and not text.endswith("\n"):
        return Plan((taken, insertion(above.end, eol + chunk.removesuffix(eol))))
    return Plan((taken, insertion(above.end, chunk)))


def _taken(text: str, eol: str, column: int, bounds: tuple[Slot, Slot | None]) -> tuple[str, Edit]:
    """The entry as whole lines with its own trivia, and the splice that removes it."""
    slot, following = bounds
    if slot.inline and following is not None:
        chunk = " " * column + text[slot.head : slot.end]
        return _ended(chunk, eol), removal(*inline_cut(text, slot, following))
    start, end = cut(text, slot)
    own = slot.lead if start == slot.lead else slot.own
    chunk = _ended(text[own : slot.end], eol)
    if following is not None and slot.own == slot.lead and not following.noted:
        # What comes first now has no use for the blank lines that set it off.
        blanks = text[following.own : following.lead]
        return blanks + chunk, removal(start, end + len(blanks))
    return chunk, removal(start, end)


def _ended(chunk: str, eol: str) -> str:
    return chunk if chunk.endswith("\n") else chunk + eol


def _put_first(text: str, eol: str, column: int, target: tuple[Slot, str]) -> tuple[Edit, ...]:
    first, chunk = target
    lines = chunk.lstrip("\r\n") if first.own == first.lead else chunk
    blanks = chunk[: len(chunk) - len(lines)]
    if not first.inline:
        return (insertion(first.lead if first.noted else first.own, lines + blanks),)
    start = first.head
    if lines[:column].strip(" ") or lines[column : column + 1] in ("#", "\r", "\n"):
        while text[start - 1] in " \t":
            start -= 1
        return (Edit(Span(start, first.head), f"{eol}{lines}{blanks}{' ' * column}"),)
    return (insertion(start, f"{lines[column:]}{blanks}{' ' * column}"),)
