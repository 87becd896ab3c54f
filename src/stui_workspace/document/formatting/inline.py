"""Nodes on one line: scalars, aliases, keys, and collections between brackets."""

from __future__ import annotations

from typing import Final

from stui_workspace.document.formatting.gaps import words
from stui_workspace.document.formatting.scalars import on_one_line
from stui_workspace.document.nodes import Alias, Entry, Mapping, Node, Scalar, Sequence
from stui_workspace.document.scan import after_indicator, skip_blank

WIDTH: Final = 100
"""How many characters a line may have before the brackets on it are opened."""


def is_one_line(text: str, node: Node) -> bool:
    """Whether the node itself, without what announces it, stands on one line."""
    return "\n" not in text[node.body : node.end]


def inline_text(text: str, node: Node, *, flow: bool = False) -> str:
    """The node on one line, anchor and tag included; it stands on one line already.

    `flow` says that it stands between brackets.
    """
    properties = [word for word, _, _ in words(text, node.start, node.body)]
    return " ".join(filter(None, (*properties, body_text(text, node, flow=flow))))


def body_text(text: str, node: Node, *, flow: bool = False) -> str:
    """The node on one line without anchor and tag."""
    if isinstance(node, Scalar):
        return on_one_line(text, node, flow=flow)
    if isinstance(node, Alias):
        return text[node.start : node.end]
    if isinstance(node, Sequence):
        return "[" + ", ".join(inline_text(text, item, flow=True) for item in node.items) + "]"
    position = node.body
    pairs = []
    for entry in node.entries:
        pairs.append(_pair(text, entry, position))
        position = entry.end
    inside = ", ".join(pairs)
    return inside if node.single_pair else "{" + inside + "}"


def _pair(text: str, entry: Entry, position: int) -> str:
    mark = "? " if has_mark(text, position, entry) else ""
    key = key_text_of(text, entry.key, flow=True)
    if after_indicator(text, entry.key.end, ":") is None:
        return mark + key
    return f"{mark}{key}{colon(entry.key)} {inline_text(text, entry.value, flow=True)}"


def key_text_of(text: str, key: Node, *, flow: bool = False) -> str:
    """A key on one line. One that is a collection is called what is written: it stays so."""
    if isinstance(key, (Mapping, Sequence)):
        return text[key.start : key.end]
    return inline_text(text, key, flow=flow)


def has_mark(text: str, position: int, entry: Entry) -> bool:
    """Whether a `?` stands before the key of an entry that begins behind `position`."""
    while position < entry.key.start:
        position = skip_blank(text, position)
        if position < entry.key.start and text[position] == "?":
            return True
        position += 1
    return False


def colon(key: Node) -> str:
    """The colon behind a key; behind an alias, an anchor or a tag it would be part of the name."""
    is_name = isinstance(key, Alias) or (key.start < key.body == key.end)
    return " :" if is_name else ":"


def can_be_block(text: str, node: Node) -> bool:
    """Whether a flow collection can be written without its brackets."""
    if isinstance(node, Sequence):
        return bool(node.items)
    if not isinstance(node, Mapping) or not node.entries:
        return False
    position = node.body
    for entry in node.entries:
        if has_mark(text, position, entry) or not _is_simple(text, entry.key):
            return False
        position = entry.end
    return True


def _is_simple(text: str, key: Node) -> bool:
    """Whether a key can announce its value without a `?`."""
    return isinstance(key, (Scalar, Alias)) and "\n" not in text[key.start : key.end]
