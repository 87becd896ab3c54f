"""The lossless document: YAML text, the tree over it, and edits that splice the text."""

from __future__ import annotations

from stui_workspace.document.document import Document
from stui_workspace.document.edits import delete, insert_item, insert_key, set_value
from stui_workspace.document.emit import dump_fragment, to_yaml
from stui_workspace.document.limits import WORKSPACE_LIMITS, Limits
from stui_workspace.document.moves import move_item, move_key, rename_key
from stui_workspace.document.nodes import Alias, Entry, Mapping, Node, Scalar, Sequence
from stui_workspace.document.reading import Reading, decode, parse, read

__all__ = [
    "WORKSPACE_LIMITS",
    "Alias",
    "Document",
    "Entry",
    "Limits",
    "Mapping",
    "Node",
    "Reading",
    "Scalar",
    "Sequence",
    "decode",
    "delete",
    "dump_fragment",
    "insert_item",
    "insert_key",
    "move_item",
    "move_key",
    "parse",
    "read",
    "rename_key",
    "set_value",
    "to_yaml",
]
