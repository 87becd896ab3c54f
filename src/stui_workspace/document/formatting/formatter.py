"""Formatting a document, and the second look at what came of it."""

from __future__ import annotations

from collections import Counter
from typing import Final

from stui_workspace.document.document import Document
from stui_workspace.document.formatting.printer import Printer
from stui_workspace.document.nodes import Alias, Mapping, Node, Scalar, Sequence, children
from stui_workspace.document.reading import read
from stui_workspace.document.slices import comments, slices
from stui_workspace.model.records import dataclass
from stui_workspace.model.values import same

_UNREADABLE: Final = "the formatted text could not be read"
_OTHER: Final = "the formatted text would say something else"
_COMMENTS: Final = "the formatted text would not have the same comments"


@dataclass(frozen=True, slots=True)
class Formatted:
    """A document in the canonical style."""

    document: Document
    """As it was where there is an objection."""
    objection: str | None = None
    """Why it could not be formatted; None where it was. A mistake of ours, never of the file."""


def formatted(document: Document) -> Formatted:
    """The document in the canonical style: what it says is the same, and so are its comments.

    That is checked on the result, read anew; where it is not so, the document comes back as it was.
    A document that is one scalar has no style, and stays as it is.
    """
    if isinstance(document.root, (Scalar, Alias)):
        return Formatted(document)
    text = Printer(document.text).printed(document.root, document.eol)
    content = (("\ufeff" if document.bom else "") + text).encode("utf-8", "surrogatepass")
    result = read(content, document.limits, pure=document.pure).document
    objection = _UNREADABLE if result is None else _objection(document, result)
    if result is None or objection is not None:
        return Formatted(document, objection)
    return Formatted(result)


def _objection(before: Document, after: Document) -> str | None:
    if not _say_the_same(before.root, after.root):
        return _OTHER
    if _comment_texts(before) != _comment_texts(after):
        return _COMMENTS
    if any(piece.kind == "unknown" for piece in slices(after)):
        return _UNREADABLE
    return None


def _say_the_same(one: Node | None, other: Node | None) -> bool:
    """Whether two trees are the same in all that has meaning: values, order, names and tags."""
    pairs = [(one, other)]
    while pairs:
        here, there = pairs.pop()
        if here is None or there is None or type(here) is not type(there):
            if here is not there:
                return False
            continue
        if not _are_alike(here, there):
            return False
        inside, outside = children(here), children(there)
        if len(inside) != len(outside):
            return False
        pairs.extend(zip(inside, outside, strict=True))
    return True


def _are_alike(one: Node, other: Node) -> bool:
    if one.anchor != other.anchor or one.tag != other.tag:
        return False
    if isinstance(one, Scalar) and isinstance(other, Scalar):
        return same(one.plain, other.plain) and one.text == other.text
    if isinstance(one, Alias) and isinstance(other, Alias):
        return one.name == other.name
    return isinstance(one, (Mapping, Sequence))


def _comment_texts(document: Document) -> Counter[str]:
    """The comments; blanks at the end of a line are no part of them."""
    return Counter(document.text[piece.start : piece.end].rstrip() for piece in comments(document))
