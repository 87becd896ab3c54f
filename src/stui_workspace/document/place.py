"""The place of one value in its document: what it belongs to, and what announces it."""

from __future__ import annotations

import re
from typing import Final

from stui_workspace.document.document import Document, child
from stui_workspace.document.nodes import (
    Alias,
    Collection,
    Entry,
    Mapping,
    Node,
    Scalar,
    Sequence,
    children,
    key_text,
)
from stui_workspace.document.scan import after_indicator
from stui_workspace.document.splice import Edit
from stui_workspace.document.trivia import Slot, slots
from stui_workspace.errors import EditError
from stui_workspace.model.diagnostics import Span
from stui_workspace.model.paths import NodePath, format_key_path
from stui_workspace.model.records import dataclass

_ONE_PROPERTY: Final = re.compile(r"[&!][^\s]*")


@dataclass(frozen=True, slots=True)
class Plan:
    """Splices, and the places of the comments that go with what they remove."""

    edits: tuple[Edit, ...]
    doomed: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands. Made by `place_of`."""

    document: Document
    path: NodePath
    parent: Collection | None
    """None for the root."""
    index: int
    """Which child of `parent` it is."""
    node: Node

    @property
    def entry(self) -> Entry | None:
        """The map entry it is the value of."""
        return self.parent.entries[self.index] if isinstance(self.parent, Mapping) else None

    @property
    def slot(self) -> Slot:
        """Its slot in a block collection."""
        if self.parent is None or self.parent.flow:
            raise EditError("only block collections have lines")
        return slots(self.document.text, self.parent)[self.index]

    @property
    def is_unannounced(self) -> bool:
        """Whether it is the missing value of a key alone, as in `{a}`."""
        if not isinstance(self.parent, Mapping) or not self.parent.flow:
            return False
        end = self.parent.entries[self.index].key.end
        return after_indicator(self.document.text, end, ":") is None

    @property
    def indicator_end(self) -> int:
        """Right behind the `:` or dash that announces the value; its own start for the root."""
        text = self.document.text
        if self.parent is None:
            return self.node.start
        entry = self.entry
        if entry is not None:
            end = after_indicator(text, entry.key.end, ":")
            if end is None:
                raise EditError("a key without its `:` cannot take a value", "write the `:` first")
            return end
        return self.node.start if self.parent.flow else self.slot.head + 1

    @property
    def announced(self) -> int:
        """Right behind what stays when the value goes: its indicator, or its anchor and tag."""
        node = self.node
        if isinstance(node, Alias) or node.body == node.start:
            return self.indicator_end
        end = node.start
        for match in _ONE_PROPERTY.finditer(self.document.text, node.start, node.body):
            end = match.end()
        return end


def place_of(document: Document, path: NodePath) -> Place:
    """The place of the value at `path`, reached without going through an alias.

    Raises:
        EditError: There is none, or an alias is on the way.
    """
    node = document.root
    if node is None:
        raise EditError("the document is empty")
    parent: Collection | None = None
    index = 0
    for depth, step in enumerate(path):
        if isinstance(node, Alias):
            raise _through_alias(path[:depth])
        below = child(document.text, node, step)
        if below is None or isinstance(node, Scalar):
            raise EditError(f"there is no `{format_key_path(path[: depth + 1])}`")
        parent = node
        index = step if isinstance(step, int) else _index_of(document, node, step)
        node = below
    return Place(document, path, parent, index, node)


def _through_alias(path: NodePath) -> EditError:
    return EditError(
        f"`{format_key_path(path)}` is an alias, and what it stands for is used elsewhere",
        "edit the anchored value, or write the alias out first",
    )


def _index_of(document: Document, node: Collection, step: str) -> int:
    if isinstance(node, Sequence):
        raise EditError("a list has no keys")
    return next(n for n, e in enumerate(node.entries) if key_text(document.text, e.key) == step)


def collection_at(document: Document, path: NodePath) -> Collection:
    """The collection at `path`, reached without going through an alias.

    Raises:
        EditError: Something else stands there.
    """
    node = place_of(document, path).node
    if isinstance(node, Alias):
        raise _through_alias(path)
    if isinstance(node, Scalar):
        raise EditError(f"`{format_key_path(path)}` is neither a map nor a list")
    return node


def refuse_dangling(document: Document, going: Node, *, but: Node | None = None) -> None:
    """Nothing, where no alias elsewhere stands for anything in `going`.

    `but` is another node that goes too, such as the key of the value.

    Raises:
        EditError: An alias elsewhere would lose what it stands for, or change with it.
    """
    if "&" not in document.text:  # nothing has a name that an alias could stand for
        return
    gone = {id(node) for node in (*_walk(going), *(_walk(but) if but is not None else ()))}
    for node in _walk(document.root):
        if isinstance(node, Alias) and id(node) not in gone and id(node.target) in gone:
            raise EditError(
                "an alias elsewhere stands for this value", f"write `*{node.name}` out first"
            )


def _walk(root: Node | None) -> list[Node]:
    found: list[Node] = []
    stack = [] if root is None else [root]
    while stack:
        node = stack.pop()
        found.append(node)
        stack.extend(children(node))
    return found
