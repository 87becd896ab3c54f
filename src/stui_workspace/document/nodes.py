"""The tree over a document's text: what stands where, and what it says.

Spans are in code points of the text, half open, and exact: a block collection ends
where its last entry ends, a block scalar before the line break after its last line.
"""

from __future__ import annotations

from typing import TypeAlias

from stui_workspace.model.records import dataclass
from stui_workspace.model.values import Scalar as PlainScalar


@dataclass(frozen=True, slots=True)
class Scalar:
    start: int
    """Where the node begins, its anchor and tag included."""
    body: int
    """Where the scalar itself begins; equal to `end` for an empty one."""
    end: int
    style: str
    """plain, single, double, literal or folded."""
    text: str
    """What is written, with quotes, escapes and folding undone."""
    plain: PlainScalar
    """What it says by the YAML 1.2 core schema."""
    anchor: str | None = None
    tag: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written: a null that is only the absence of a value."""
        return self.body == self.end


@dataclass(frozen=True, slots=True)
class Alias:
    start: int
    end: int
    name: str
    target: Node
    """The node of the anchor; never one that contains this alias."""

    @property
    def body(self) -> int:
        """Where the `*` stands."""
        return self.start

    @property
    def anchor(self) -> None:
        """Never one: an alias cannot be anchored."""

    @property
    def tag(self) -> None:
        """Never one: an alias cannot be tagged."""


@dataclass(frozen=True, slots=True)
class Sequence:
    start: int
    body: int
    """Where the `[` or the first dash stands."""
    end: int
    flow: bool
    items: tuple[Node, ...]
    anchor: str | None = None
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping with its value."""

    key: Node
    value: Node

    @property
    def start(self) -> int:
        """Where the key begins; a `?` before it is not counted."""
        return self.key.start

    @property
    def end(self) -> int:
        """Where the value ends, or the key where nothing follows it."""
        return max(self.key.end, self.value.end)


@dataclass(frozen=True, slots=True)
class Mapping:
    start: int
    body: int
    """Where the `{` or the first key (or its `?`) stands."""
    end: int
    flow: bool
    entries: tuple[Entry, ...]
    anchor: str | None = None
    tag: str | None = None
    single_pair: bool = False
    """Whether it is the `a: b` in `[a: b]`, which has no braces."""


Node: TypeAlias = Scalar | Alias | Sequence | Mapping
Collection: TypeAlias = Sequence | Mapping


def style_of(node: Node) -> str:
    """`plain`, `single`, `double`, `literal`, `folded`, `flow`, `block` or `alias`."""
    if isinstance(node, Scalar):
        return node.style
    if isinstance(node, Alias):
        return "alias"
    return "flow" if node.flow else "block"


def resolved(node: Node) -> Scalar | Sequence | Mapping:
    """The node itself, or what an alias stands for."""
    while isinstance(node, Alias):
        node = node.target
    return node


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, in the order of the text; an alias has none."""
    if isinstance(node, Sequence):
        return node.items
    if isinstance(node, Mapping):
        return tuple(part for entry in node.entries for part in (entry.key, entry.value))
    return ()


def key_text(text: str, key: Node) -> str:
    """What a key is called: its text, or for keys that are not text, what is written."""
    while isinstance(key, Alias):
        key = key.target
    if isinstance(key, Scalar):
        return key.plain if isinstance(key.plain, str) else text[key.body : key.end]
    return text[key.body : key.end]
