"""What an item of a keyed list is called, read from its key fields."""

from __future__ import annotations

from collections.abc import Sequence

from stui_workspace.document.nodes import Mapping, Node, Scalar, key_text, resolved
from stui_workspace.merge.paths import ItemKey


def item_key(text: str, node: Node | None, fields: Sequence[str]) -> ItemKey | None:
    """What an item is called; None for one without the first key field, or with a strange one."""
    if not isinstance(node, Mapping):
        return None
    named: dict[str, str] = {}
    for entry in node.entries:
        name = key_text(text, entry.key)
        if name in fields:
            value = resolved(entry.value)
            if not isinstance(value, Scalar):
                return None
            named[name] = value.text
    if fields[0] not in named:
        return None
    return ItemKey(tuple((name, named[name]) for name in fields if name in named))
