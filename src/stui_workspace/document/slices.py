"""The text cut into slices that, put together again, are the text.

What is between the nodes is only ever white space, comments, indicators and
document markers. A slice that is none of them would be a bug of the tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stui_workspace.document.document import Document
from stui_workspace.document.nodes import Alias, Node, Scalar, children
from stui_workspace.model.records import dataclass

_GAP: Final = re.compile(
    r"(?P<comment>#[^\r\n]*)|(?P<space>[ \t]+)|(?P<break>\r?\n)"
    r"|(?P<marker>(?:(?<=\n)|(?<![\s\S]))(?:(?:---|\.\.\.)(?=\s|\Z)|%[^\r\n]*))"
    r"|(?P<indicator>[-?:,\[\]{}])|(?P<unknown>.)",
    re.DOTALL,
)
_PROPERTY: Final = re.compile(
    r"(?P<property>[&!][^\s]*)|(?P<comment>#[^\r\n]*)|(?P<space>[ \t]+)|(?P<break>\r?\n)"
)
_QUIET: Final = re.compile(r"(?:[-?:,\[\]{} \t\n]|\r\n)*")
"""A gap with no comment in it, and nothing that is not known."""
_HEADER: Final = re.compile(r"([|>][-+0-9]*)([ \t]+)(#[^\r\n]*)")


@dataclass(frozen=True, slots=True)
class Slice:
    """A piece of the text, and what it is.

    The kinds are scalar, alias, property, comment, space, break, marker, indicator
    and, where the tree is wrong, unknown.
    """

    kind: str
    start: int
    end: int


def slices(document: Document) -> Iterator[Slice]:
    """The whole text from left to right, without gaps and overlaps."""
    position = 0
    for node in _in_order(document.root):
        if isinstance(node, (Scalar, Alias)):
            yield from _gap(document.text, position, node.start)
            yield from _leaf(document.text, node)
            position = node.end
        elif node.body > node.start:
            yield from _gap(document.text, position, node.start)
            yield from _properties(document.text, node.start, node.body)
            position = node.body
    yield from _gap(document.text, position, len(document.text))


def comments(document: Document) -> tuple[Slice, ...]:
    """All the comments in file order, those behind `|` and `>` included."""
    return tuple(piece for piece in remarks(document) if piece.kind == "comment")


def remarks(document: Document) -> Iterator[Slice]:
    """The comments, and what is unknown, in file order: the slices that an edit may spoil."""
    text, position = document.text, 0
    for node in _in_order(document.root):
        if isinstance(node, (Scalar, Alias)):
            end, pieces = node.end, _leaf(text, node)
        elif node.body > node.start:
            end, pieces = node.body, _properties(text, node.start, node.body)
        else:
            continue
        yield from _loud(text, position, node.start)
        if text.find("#", node.start, end) >= 0:
            yield from (piece for piece in pieces if piece.kind == "comment")
        position = end
    yield from _loud(text, position, len(text))


def _in_order(root: Node | None) -> Iterator[Node]:
    stack = [] if root is None else [root]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def _gap(text: str, start: int, end: int) -> Iterator[Slice]:
    for match in _GAP.finditer(text, start, end):
        yield Slice(match.lastgroup or "unknown", *match.span())


def _loud(text: str, start: int, end: int) -> Iterator[Slice]:
    if not _QUIET.fullmatch(text, start, end):
        yield from (one for one in _gap(text, start, end) if one.kind in ("comment", "unknown"))


def _properties(text: str, start: int, end: int) -> Iterator[Slice]:
    for match in _PROPERTY.finditer(text, start, end):
        yield Slice(match.lastgroup or "unknown", *match.span())


def _leaf(text: str, node: Scalar | Alias) -> Iterator[Slice]:
    if isinstance(node, Alias):
        yield Slice("alias", node.start, node.end)
        return
    yield from _properties(text, node.start, node.body)
    header = (
        _HEADER.match(text, node.body, node.end) if node.style in ("literal", "folded") else None
    )
    position = node.body
    if header is not None:
        yield Slice("scalar", *header.span(1))
        yield Slice("space", *header.span(2))
        yield Slice("comment", *header.span(3))
        position = header.end()
    if position < node.end:
        yield Slice("scalar", position, node.end)
