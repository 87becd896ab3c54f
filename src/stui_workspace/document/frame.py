"""A collection of which the beginning has been read and the end has not."""

from __future__ import annotations

from stui_workspace.document.nodes import Collection, Entry, Mapping, Node, Sequence


class Frame:
    """What is known so far of one collection."""

    __slots__ = (
        "anchor",
        "before",
        "body",
        "column",
        "flow",
        "height",
        "is_map",
        "items",
        "key",
        "last_end",
        "pairs",
        "seen",
        "start",
        "tag",
    )

    def __init__(self, start: int, body: int, column: int, *, is_map: bool, flow: bool) -> None:
        self.start = start
        self.body = body
        self.column = column
        """Of the block collection that it is, or that it stands in."""
        self.is_map = is_map
        self.flow = flow
        self.anchor: str | None = None
        self.tag: str | None = None
        self.before = 0
        """How many nodes were counted before it."""
        self.height = 0
        """How deep the deepest of its children is."""
        self.key: Node | None = None
        """The key whose value is next."""
        self.last_end = body
        self.items: list[Node] = []
        self.pairs: list[Entry] = []
        self.seen: dict[str, int] = {}
        """Where each key stands for the first time."""

    def closed(self, end: int, *, bare: bool) -> Collection:
        """The collection, complete.

        `end` is where a flow collection ends, and `bare` says that it has no brackets.
        """
        end = end if self.flow and not bare else self.last_end
        head = (self.start, self.body, end, self.flow)
        if self.is_map:
            return Mapping(*head, tuple(self.pairs), self.anchor, self.tag, bare)
        return Sequence(*head, tuple(self.items), self.anchor, self.tag)
