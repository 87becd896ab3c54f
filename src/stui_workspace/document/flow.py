"""Splices for flow collections: elements, their commas, and the comments between them."""

from __future__ import annotations

from stui_workspace.document.document import Document
from stui_workspace.document.nodes import Collection, Mapping
from stui_workspace.document.place import Plan
from stui_workspace.document.scan import skip_blank
from stui_workspace.document.splice import Edit, insertion, removal
from stui_workspace.document.trivia import line_start, line_stop, lines_above, next_line
from stui_workspace.errors import EditError
from stui_workspace.model.diagnostics import Span
from stui_workspace.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a flow collection."""

    head: int
    end: int
    comma: int | None
    """Where its comma stands; None for a last one without."""
    lead: int
    """The start of the comment lines that touch it from above; `head` where it is not alone."""
    stop: int
    """Behind its comma and end-of-line comment; behind its line where it is alone."""
    alone: bool
    """Whether it has its lines to itself."""

    @property
    def after(self) -> int:
        """Behind its comma, or its end where it has none."""
        return self.end if self.comma is None else self.comma + 1


def elements(text: str, collection: Collection) -> tuple[Element, ...]:
    """The elements of a flow collection, in order."""
    parts = collection.entries if isinstance(collection, Mapping) else collection.items
    found: list[Element] = []
    position = collection.body + 1
    for part in parts:
        head = skip_blank(text, position)
        place = skip_blank(text, part.end, collection.end)
        comma = place if text.startswith(",", place) else None
        after = part.end if comma is None else comma + 1
        found.append(_element(text, head, part.end, comma, after))
        position = after
    return tuple(found)


def _element(text: str, head: int, end: int, comma: int | None, after: int) -> Element:
    first = line_start(text, head)
    last = line_stop(text, after)
    rest = text[after:last].lstrip(" \t")
    ends_line = not rest or rest.startswith("#")
    alone = ends_line and not text[first:head].strip() and first > 0
    if not alone:
        return Element(head, end, comma, head, last if rest.startswith("#") else after, alone)
    lead = first
    for line in reversed(lines_above(text, first)):
        if line.column is None:
            break
        lead = line.start
    return Element(head, end, comma, lead, next_line(text, after), alone)


def insert_element(document: Document, collection: Collection, index: int, written: str) -> Plan:
    """The splices that put `written` at `index` of a flow collection."""
    if isinstance(collection, Mapping) and collection.single_pair:
        raise EditError("a pair without braces holds one key only", "put it in braces first")
    text, eol = document.text, document.eol
    there = elements(text, collection)
    if not there:
        return _insert_first(text, collection, written)
    if index < len(there):
        following = there[index]
        if following.alone:
            return Plan((insertion(following.lead, f"{_margin(text, following)}{written},{eol}"),))
        return Plan((insertion(following.head, f"{written}, "),))
    last = there[-1]
    if not last.alone:
        return Plan((insertion(last.end, f", {written}"),))
    comma = "" if last.comma is None else ","
    line = insertion(last.stop, f"{_margin(text, last)}{written}{comma}{eol}")
    return Plan((line,) if last.comma is not None else (insertion(last.end, ","), line))


def _insert_first(text: str, collection: Collection, written: str) -> Plan:
    opened, closed = collection.body + 1, collection.end - 1
    if text[opened:closed] == " ":
        return Plan((Edit(Span(opened, closed), f" {written} "),))
    return Plan((insertion(opened, written),))


def _margin(text: str, element: Element) -> str:
    return text[line_start(text, element.head) : element.head]


def delete_element(document: Document, collection: Collection, index: int) -> Plan:
    """The splices that take one element out of a flow collection."""
    if isinstance(collection, Mapping) and collection.single_pair:
        raise EditError("a pair without braces cannot be emptied", "delete the whole item")
    text = document.text
    there = elements(text, collection)
    element = there[index]
    before = there[index - 1] if index else None
    following = there[index + 1] if index + 1 < len(there) else None
    doomed = (Span(element.lead, element.stop),)
    if element.alone:
        edits = [removal(element.lead, element.stop)]
        if following is None and element.comma is None and before is not None:
            edits += _without_comma(before)
        return Plan(tuple(edits), doomed)
    if following is not None and element.stop == element.after:
        if _is_near(text, element.after, following.head):
            return Plan((removal(element.head, following.head),), doomed)
        return Plan((removal(_trimmed(text, element.head, before), element.after),), doomed)
    if following is not None:
        start = _trimmed(text, element.head, before)
        if before is None and _is_blank(text, element.stop, following.head):
            return Plan((removal(element.head, following.head),), doomed)
        return Plan((removal(start, element.stop),), doomed)
    return Plan(tuple(_delete_last(text, collection, element, before)), doomed)


def _delete_last(
    text: str, collection: Collection, element: Element, before: Element | None
) -> list[Edit]:
    if before is None:
        return [_delete_only(text, collection, element)]
    if element.comma is not None:
        return [removal(_trimmed(text, element.head, before), element.stop)]
    if (
        _is_blank(text, before.after, element.head)
        and "\n" not in text[before.after : element.head]
    ):
        return [removal(before.end, element.stop)]
    return [*_without_comma(before), removal(element.head, element.stop)]


def _delete_only(text: str, collection: Collection, element: Element) -> Edit:
    opened, closed = collection.body + 1, collection.end - 1
    if text[opened : element.head] == text[element.stop : closed] == " ":
        return removal(opened, closed - 1)
    return removal(element.head, element.stop)


def _without_comma(element: Element) -> list[Edit]:
    return [] if element.comma is None else [removal(element.comma, element.comma + 1)]


def _trimmed(text: str, head: int, before: Element | None) -> int:
    """`head`, or where the blanks before it begin on the line of the element before."""
    if before is not None and not text[before.after : head].strip(" \t"):
        return before.after
    return head


def _is_near(text: str, start: int, end: int) -> bool:
    return not text[start:end].strip(" \t")


def _is_blank(text: str, start: int, end: int) -> bool:
    return not text[start:end].strip()


def reorder(document: Document, collection: Collection, order: list[int]) -> Plan:
    """The splices that put the elements of a flow collection into another order."""
    text = document.text
    there = elements(text, collection)
    if all(element.alone for element in there):
        return _reorder_lines(text, there, order)
    between = "".join(
        text[start:end]
        for start, end in zip(
            [collection.body, *(element.end for element in there)],
            [*(element.head for element in there), collection.end],
            strict=True,
        )
    )
    if "#" in between:
        raise EditError("comments stand between the elements", "put each on a line of its own")
    return Plan(
        tuple(
            Edit(Span(place.head, place.end), text[there[source].head : there[source].end])
            for place, source in zip(there, order, strict=True)
        )
    )


def _reorder_lines(text: str, there: tuple[Element, ...], order: list[int]) -> Plan:
    edits = []
    for place, source in zip(there, order, strict=True):
        element = there[source]
        comma = "" if place.comma is None else ","
        chunk = f"{text[element.lead : element.end]}{comma}{text[element.after : element.stop]}"
        edits.append(Edit(Span(place.lead, place.stop), chunk))
    return Plan(tuple(edits))
