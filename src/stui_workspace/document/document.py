"""A document: its text, and the tree that says what stands where in it."""

from __future__ import annotations

from stui_workspace.document.limits import WORKSPACE_LIMITS, Limits
from stui_workspace.document.nodes import (
    Alias,
    Entry,
    Mapping,
    Node,
    Scalar,
    key_text,
    resolved,
    style_of,
)
from stui_workspace.errors import NotFoundError
from stui_workspace.model.diagnostics import Span
from stui_workspace.model.paths import NodePath, format_key_path
from stui_workspace.model.records import dataclass, field
from stui_workspace.model.values import Plain


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML document that parsed. Made by `parse`; edits make new ones."""

    text: str
    """Without the byte order mark; line ends as they are in the file."""

    root: Node | None
    """None for a document without content."""

    bom: bool = False

    limits: Limits = field(default=WORKSPACE_LIMITS, compare=False)
    """What it was read with, and what its edits will be read with."""

    pure: bool = field(default=False, compare=False)
    """Whether to leave the C parser out when an edit is read back."""

    @property
    def content(self) -> bytes:
        """The very bytes that were parsed."""
        return ("\ufeff" if self.bom else "").encode() + self.text.encode()

    @property
    def eol(self) -> str:
        """The line end in use: CR LF where the first line has it."""
        first = self.text.find("\n")
        return "\r\n" if first > 0 and self.text[first - 1] == "\r" else "\n"

    def plain(self, path: NodePath = ()) -> Plain:
        """The value at `path` as plain data; null for the root of an empty document.

        Raises:
            NotFoundError: There is nothing at `path`.
        """
        node = self.node(path)
        if node is None:
            if not path:
                return None
            raise NotFoundError("key", format_key_path(path))
        return plain_of(self.text, node)

    def node(self, path: NodePath) -> Node | None:
        """The node at `path`, seen through aliases on the way; None where there is none."""
        node = self.root
        for step in path:
            if node is None:
                return None
            node = child(self.text, node, step)
        return node

    def entry(self, path: NodePath) -> Entry | None:
        """The map entry at `path`; None where it is missing or a list item."""
        parent = self.node(path[:-1]) if path else None
        parent = resolved(parent) if parent is not None else None
        if not isinstance(parent, Mapping) or not isinstance(path[-1], str):
            return None
        return next((e for e in parent.entries if key_text(self.text, e.key) == path[-1]), None)

    def span(self, path: NodePath) -> Span:
        """Where the value at `path` stands, or its nearest ancestor that exists."""
        for length in range(len(path), -1, -1):
            node = self.node(path[:length])
            if node is not None:
                return Span(node.start, node.end)
        return Span(0, 0)

    def key_span(self, path: NodePath) -> Span:
        """Where the key of `path` stands; for a list item, and where it is missing, `span`."""
        entry = self.entry(path)
        return Span(entry.key.start, entry.key.end) if entry is not None else self.span(path)

    def style(self, path: NodePath) -> str | None:
        """How the value at `path` is written, as `nodes.style_of` names it."""
        node = self.node(path)
        return None if node is None else style_of(node)

    def written(self, path: NodePath) -> str:
        """The value at `path` as it stands in the text; empty where there is none."""
        node = self.node(path)
        return "" if node is None else self.text[node.start : node.end]


def child(text: str, node: Node, step: str | int) -> Node | None:
    """The node one step below `node`, seen through an alias; None where there is none."""
    node = resolved(node)
    if isinstance(node, Scalar):
        return None
    if isinstance(node, Mapping):
        if not isinstance(step, str):
            return None
        return next((e.value for e in node.entries if key_text(text, e.key) == step), None)
    if isinstance(step, int) and 0 <= step < len(node.items):
        return node.items[step]
    return None


def plain_of(text: str, node: Node) -> Plain:
    """What a node says, as plain data; values behind aliases are shared, not copied."""
    return _plain(text, node, {})


def _plain(text: str, node: Node, seen: dict[int, Plain]) -> Plain:
    if isinstance(node, Scalar):
        return node.plain
    if isinstance(node, Alias):
        target = node.target
        if id(target) not in seen:
            seen[id(target)] = _plain(text, target, seen)
        return seen[id(target)]
    if isinstance(node, Mapping):
        return {key_text(text, e.key): _plain(text, e.value, seen) for e in node.entries}
    return [_plain(text, item, seen) for item in node.items]
