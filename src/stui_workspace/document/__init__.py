"""The lossless document: YAML text, the tree over it, and edits that splice the text.

Reading is loaded at once, editing at its first use (PEP 562): most programs that read never edit.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from stui_workspace.document.document import Document
from stui_workspace.document.limits import WORKSPACE_LIMITS, Limits
from stui_workspace.document.nodes import Alias, Entry, Mapping, Node, Scalar, Sequence
from stui_workspace.document.reading import Reading, decode, parse, read

if TYPE_CHECKING:
    from stui_workspace.document.edits import delete, insert_item, insert_key, set_value
    from stui_workspace.document.emit import dump_fragment, to_yaml
    from stui_workspace.document.moves import move_item, move_key, rename_key
    from stui_workspace.document.several import replace_each
    from stui_workspace.document.splice import Edit, apply_edits

__all__ = [
    "WORKSPACE_LIMITS",
    "Alias",
    "Document",
    "Edit",
    "Entry",
    "Limits",
    "Mapping",
    "Node",
    "Reading",
    "Scalar",
    "Sequence",
    "apply_edits",
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
    "replace_each",
    "set_value",
    "to_yaml",
]

_EDITING: Final = {
    **dict.fromkeys(("delete", "insert_item", "insert_key", "set_value"), "edits"),
    **dict.fromkeys(("dump_fragment", "to_yaml"), "emit"),
    **dict.fromkeys(("move_item", "move_key", "rename_key"), "moves"),
    **dict.fromkeys(("Edit", "apply_edits"), "splice"),
    "replace_each": "several",
}


def __getattr__(name: str) -> object:
    if name not in _EDITING:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_EDITING[name]}"), name)
