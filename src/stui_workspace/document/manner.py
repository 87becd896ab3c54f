"""The manner in which a document is written, so that what is added looks at home."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import TypeAlias

from stui_workspace.document.document import Document
from stui_workspace.document.emit import Style
from stui_workspace.document.nodes import Collection, Mapping, Node, Scalar, Sequence, children
from stui_workspace.document.trivia import column_of, line_start

Columns: TypeAlias = tuple[int | None, int | None, int | None]
"""How far a map stands inside a map, a list inside a map, and an item behind its dash."""


class Manner:
    """The manner of one document, for several edits; the whole of it is looked at once at most."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def near(self, near: Collection | None) -> Style:
        """How the neighbours of `near` are written, else the document, else our own manner."""
        step, dash, gap = self.columns_near(near)
        step = step or 2
        quote = _quote(_inside(near)) or self._quote or "double"
        return Style(step, step if dash is None else dash, gap or 2, quote)

    def columns_near(self, near: Collection | None) -> Columns:
        """The columns of what stands near; where that has no case, of the whole document."""
        step, dash, gap = columns_inside(self._document, near)
        if step is not None and dash is not None and gap is not None:
            return step, dash, gap
        wide = self._columns
        return (
            wide[0] if step is None else step,
            wide[1] if dash is None else dash,
            wide[2] if gap is None else gap,
        )

    @cached_property
    def _columns(self) -> Columns:
        return columns_everywhere(self._document)

    @cached_property
    def _quote(self) -> str | None:
        return _quote(_everywhere(self._document))


def manner_near(document: Document, near: Collection | None) -> Style:
    """How the neighbours of `near` are written, else the document, else our own manner."""
    return Manner(document).near(near)


def columns_near(document: Document, near: Collection | None) -> Columns:
    """The columns of what stands near; where that has no case, of the whole document."""
    return Manner(document).columns_near(near)


def columns_inside(document: Document, near: Collection | None) -> Columns:
    """How far a map stands inside a map, a list inside a map, and an item behind its dash.

    None for what `near` has no case of in its upper levels.
    """
    text = document.text
    return (
        next(_steps(text, _inside(near)), None),
        next(_dashes(text, _inside(near)), None),
        next(_gaps(text, _inside(near)), None),
    )


def columns_everywhere(document: Document) -> Columns:
    """The same of the whole document: its first case of each."""
    text = document.text
    return (
        next(_steps(text, _everywhere(document)), None),
        next(_dashes(text, _everywhere(document)), None),
        next(_gaps(text, _everywhere(document)), None),
    )


def _inside(near: Collection | None) -> Iterator[Node]:
    return iter(()) if near is None else _walk(near, 3)


def _everywhere(document: Document) -> Iterator[Node]:
    return iter(()) if document.root is None else _walk(document.root, 200)


def _walk(node: Node, depth: int) -> Iterator[Node]:
    """The node and all below it, the shallow ones first."""
    level = [node]
    while level and depth:
        yield from level
        level = [child for parent in level for child in children(parent)]
        depth -= 1


def _steps(text: str, nodes: Iterator[Node]) -> Iterator[int]:
    for node in nodes:
        if isinstance(node, Mapping) and not node.flow:
            outer = column_of(text, node.body)
            for entry in node.entries:
                if isinstance(entry.value, Mapping) and not entry.value.flow:
                    yield column_of(text, entry.value.body) - outer


def _dashes(text: str, nodes: Iterator[Node]) -> Iterator[int]:
    for node in nodes:
        if isinstance(node, Mapping) and not node.flow:
            outer = column_of(text, node.body)
            for entry in node.entries:
                if isinstance(entry.value, Sequence) and not entry.value.flow:
                    yield column_of(text, entry.value.body) - outer


def _gaps(text: str, nodes: Iterator[Node]) -> Iterator[int]:
    for node in nodes:
        if isinstance(node, Sequence) and not node.flow:
            column = column_of(text, node.body)
            for item in node.items:
                head = line_start(text, item.start) + column
                if item.end > item.start and text[head : item.start].strip() == "-":
                    yield item.start - head


def _quote(nodes: Iterator[Node]) -> str | None:
    counts = Counter(
        node.style
        for node in nodes
        if isinstance(node, Scalar) and node.style in ("single", "double")
    )
    return counts.most_common(1)[0][0] if counts else None


def key_gap(text: str, mapping: Mapping, key_length: int) -> int:
    """How many spaces to leave behind the colon of a new key of `mapping`.

    Where all values stand in one column, so will the new one.
    """
    gaps: list[int] = []
    columns: set[int] = set()
    for entry in mapping.entries:
        value = entry.value
        between = text[entry.key.end : value.start]
        if value.end > value.start and "\n" not in between and between[:1] == ":":
            gaps.append(len(between) - 1)
            columns.add(column_of(text, value.start))
    if not gaps or max(gaps) <= 1:
        return 1
    if len(columns) == 1 and len(gaps) > 1:
        return max(1, columns.pop() - column_of(text, mapping.body) - key_length - 1)
    return gaps[0] if len(set(gaps)) == 1 else 1
