"""One of the three documents, as the merge looks at it: members, their text, their trivia."""

from __future__ import annotations

from bisect import bisect_left

from stui_workspace.document import Document
from stui_workspace.document.manner import Columns, columns_everywhere, columns_inside
from stui_workspace.document.nodes import (
    Collection,
)
from stui_workspace.document.slices import comments
from stui_workspace.document.trivia import Slot, column_of, slots
from stui_workspace.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Renamed:
    """A name in a text that another stood for before."""

    start: int
    """Where the new one is."""
    new: str
    old: str


def are_at_odds(one: Columns, other: Columns) -> bool:
    """Whether two manners differ in something that both have a case of."""
    return any(a is not None and b is not None and a != b for a, b in zip(one, other, strict=True))


class Side:
    """One of base, ours and theirs. Holds nothing but the document and what is derived of it."""

    def __init__(self, name: str, document: Document, renamed: tuple[Renamed, ...] = ()) -> None:
        self.name = name
        self.document = document
        self.text = document.text
        self.renamed = renamed
        self._slots: dict[int, tuple[Slot, ...]] = {}
        self._comments: list[tuple[int, str]] | None = None
        self._usual: Columns | None = None
        self._manners: dict[int, Columns] = {}

    def said(self, start: int, end: int) -> str:
        """The text between two places as it was before names in it were made to follow."""
        text = self.text[start:end]
        for one in reversed(self.renamed):
            if start <= one.start and one.start + len(one.new) <= end:
                at = one.start - start
                text = text[:at] + one.old + text[at + len(one.new) :]
        return text

    def slots(self, collection: Collection) -> tuple[Slot, ...]:
        """The slots of a block collection, remembered."""
        found = self._slots.get(id(collection))
        if found is None:
            found = self._slots[id(collection)] = slots(self.text, collection)
        return found

    def column(self, collection: Collection) -> int:
        """Where the members of a block collection begin."""
        return column_of(self.text, collection.body)

    def _with_usual(self, found: Columns) -> Columns:
        if self._usual is None:
            self._usual = columns_everywhere(self.document)
        step, dash, gap = (
            usual if own is None else own for own, usual in zip(found, self._usual, strict=True)
        )
        return step, dash, gap

    def comments_within(self, start: int, end: int) -> list[str]:
        """The comments between two places, in order, without what surrounds them."""
        if self.text.find("#", start, end) < 0:
            return []
        if self._comments is None:
            self._comments = [
                (piece.start, self.text[piece.start : piece.end].rstrip())
                for piece in comments(self.document)
            ]
        first = bisect_left(self._comments, (start, ""))
        last = bisect_left(self._comments, (end, ""))
        return [text for _, text in self._comments[first:last]]

    def manner(self, near: Collection | None) -> Columns:
        """Step, dash offset and gap of what stands near."""
        found = self._manners.get(id(near))
        if found is None:
            found = columns_inside(self.document, near)
            if None in found:
                found = self._with_usual(found)
            self._manners[id(near)] = found
        return found
