"""The members of a collection on one side: their values, their pieces of text, what is theirs."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from stui_workspace.document.nodes import (
    Collection,
    Mapping,
    Node,
    Scalar,
    Sequence,
    key_text,
)
from stui_workspace.document.scan import after_indicator
from stui_workspace.document.trivia import Slot, line_start, line_stop
from stui_workspace.merge import naming
from stui_workspace.merge.engine.sides import Side
from stui_workspace.merge.paths import ItemKey
from stui_workspace.model.records import dataclass

_HEADER: Final = re.compile(r"[|>][-+0-9]*([ \t]+#[^\n]*)")
_PROPERTY: Final = re.compile(r"#[^\n]*|([&!][^\s]*)")

Label: TypeAlias = object
"""What a member is matched by: hashable, the same on all sides for the same thing."""


@dataclass(slots=True, eq=False)
class Member:
    """One member of a collection on one side: a key with its value, an item, or a section note."""

    side: Side
    owner: Collection
    index: int
    node: Node | None
    """The value; None for a section note."""
    key: Node | None
    slot: Slot | None
    """None in a flow collection."""
    column: int
    """Of the block collection; 0 in flow."""
    label: Label = None
    renamed: Label = None
    """Its label in the base, where it has another name now."""
    words: str | None = None
    """The lines of a section note that is only a part of its comment block."""

    @property
    def is_note(self) -> bool:
        """Whether it is a comment block that belongs to nobody."""
        return self.node is None

    @property
    def value(self) -> Node:
        """The value of what is no note."""
        if self.node is None:
            raise TypeError("a note has no value")
        return self.node

    def raw(self) -> str:
        """All that is its own as whole lines, in its own column; in flow its element."""
        text, slot = self.side.text, self.slot
        if slot is None:
            return text[self.start : self.end]
        if self.is_note:
            return text[slot.gap : slot.lead] if self.words is None else self.words
        if slot.inline:
            return " " * self.column + text[slot.head : slot.end]
        return text[slot.lead if slot.noted else slot.own : slot.end]

    @property
    def start(self) -> int:
        """Where its first token stands."""
        if self.slot is not None:
            return self.slot.head
        return self.key.start if self.key is not None else self.value.start

    @property
    def end(self) -> int:
        """Where its content ends."""
        if self.slot is not None:
            return self.slot.content_end
        return self.value.end if self.key is None else max(self.key.end, self.value.end)

    @property
    def blanks(self) -> str:
        """The blank lines that set it off."""
        slot = self.slot
        if slot is None or slot.inline or slot.noted:
            return ""
        return self.side.text[slot.own : slot.lead]

    @property
    def comment(self) -> str:
        """Its leading comment, in whole lines."""
        slot = self.slot
        if slot is None or slot.inline:
            return ""
        return self.side.text[slot.lead : line_start(self.side.text, slot.head)]

    @property
    def announced(self) -> int:
        """Right behind the `:` or dash that announces the value."""
        if self.key is None:
            return self.start + (self.slot is not None)
        return after_indicator(self.side.text, self.key.end, ":") or self.key.end

    @property
    def head(self) -> str:
        """Its key with the colon, or its dash."""
        text = self.side.text[self.start : self.announced]
        if self.key is not None and not text.endswith(":"):
            return text + ":"
        return text

    @property
    def is_nested(self) -> bool:
        """Whether the value is a block collection, with lines of its own."""
        return isinstance(self.node, (Mapping, Sequence)) and not self.node.flow

    @property
    def inline(self) -> str:
        """What stands between the announcement and the end of the value, or of its properties.

        A comment behind the header of a block scalar is left out: it is the trail.
        """
        node, text = self.value, self.side.text
        if self.is_nested:
            return text[self.announced : max(self.announced, self.properties_end)]
        whole = text[self.announced : max(self.announced, node.end)]
        header = self._header_comment()
        return whole if header is None else whole.replace(header, "", 1)

    @property
    def properties_end(self) -> int:
        """Where the anchor and tag of a nested value end; 0 for none."""
        node = self.value
        return (
            body_properties(self.side.text, node.start, node.body) if node.start < node.body else 0
        )

    def _header_comment(self) -> str | None:
        """The blanks and the comment behind the `|` of a block scalar."""
        node = self.value
        if not isinstance(node, Scalar) or node.style not in ("literal", "folded"):
            return None
        match = _HEADER.match(self.side.text, node.body, node.end)
        return match[1] if match else None

    @property
    def is_compact(self) -> bool:
        """Whether a nested value begins on the line of its dash."""
        return self.is_nested and "\n" not in self.side.text[self.announced : self.value.body]

    @property
    def trail(self) -> str:
        """The blanks and the comment on the line of the value's end, or of its announcement."""
        slot, text = self.slot, self.side.text
        if slot is None:
            return ""
        if not self.is_nested:
            return self._header_comment() or text[slot.content_end : slot.stop]
        if self.is_compact:
            return ""
        stop = line_stop(text, self.announced)
        behind = max(self.announced, self.properties_end)
        return text[behind:stop] if behind <= stop else ""

    @property
    def below(self) -> str:
        """The comment lines under a value that go on from it; for nested values their tail."""
        slot, text = self.slot, self.side.text
        if slot is None:
            return ""
        if self.is_nested and isinstance(self.node, (Mapping, Sequence)):
            return text[self.side.slots(self.node)[-1].end : slot.end]
        start = text.find("\n", slot.stop) + 1
        return text[start : slot.end] if 0 < start < slot.end else ""

    def remarks(self) -> list[str]:
        """The comments inside a collection, above its first member and behind its last included."""
        node, slot, text = self.node, self.slot, self.side.text
        if not isinstance(node, (Mapping, Sequence)):
            return []
        if slot is None or not self.is_nested:
            return sorted(self.side.comments_within(node.start, node.end))
        start = node.body if self.is_compact else line_stop(text, self.announced)
        return sorted(self.side.comments_within(start, slot.end))

    def written(self) -> str:
        """What a person would call its text: key and value, without what stands around."""
        if self.is_note:
            return self.raw().strip("\n")
        text, slot = self.side.text, self.slot
        if slot is None:
            return text[self.start : self.end]
        return " " * self.column + text[slot.head : slot.end].rstrip("\n")


def body_properties(text: str, start: int, body: int) -> int:
    """Where the last anchor or tag between two places ends."""
    end = start
    for match in _PROPERTY.finditer(text, start, body):
        if match[1] is not None:
            end = match.end()
    return end


def members(side: Side, collection: Node | None) -> list[Member]:
    """The members of a collection in order, the section notes above them as members too."""
    if not isinstance(collection, (Mapping, Sequence)):
        return []
    parts = collection.entries if isinstance(collection, Mapping) else collection.items
    if not parts:
        return []
    places: tuple[Slot | None, ...] = (None,) * len(parts)
    column = 0
    if not collection.flow:
        places, column = side.slots(collection), side.column(collection)
    found: list[Member] = []
    for index, (part, slot) in enumerate(zip(parts, places, strict=True)):
        if slot is not None and slot.noted:
            found.append(Member(side, collection, index, None, None, slot, column))
        if isinstance(collection, Mapping):
            found.append(Member(side, collection, index, part.value, part.key, slot, column))  # type: ignore[union-attr]
            found[-1].label = key_text(side.text, part.key)  # type: ignore[union-attr]
        else:
            found.append(Member(side, collection, index, part, None, slot, column))  # type: ignore[arg-type]
    return found


def item_key(side: Side, node: Node | None, fields: tuple[str, ...]) -> ItemKey | None:
    """What an item of a keyed list is called; None for one without a name."""
    return naming.item_key(side.text, node, fields)


def is_null(node: Node | None) -> bool:
    """Whether nothing is there, or a null without anchor and tag."""
    return node is None or (
        isinstance(node, Scalar) and node.plain is None and node.anchor is None and node.tag is None
    )
