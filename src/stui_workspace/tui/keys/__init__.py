"""All keys: the tables of actions that bindings, palette, footers, help and docs are made of."""

from stui_workspace.tui.keys.connecting import CONNECTING, FOOTER_CONNECTING
from stui_workspace.tui.keys.local import LOCALS
from stui_workspace.tui.keys.merging import FOOTER_MERGING, MERGING
from stui_workspace.tui.keys.words import Action, Group, Local, Place, shown_key
from stui_workspace.tui.keys.workbench import (
    ACTIONS,
    BY_KEY,
    BY_NAME,
    FOOTER,
    FOOTER_ARRANGING,
    IN_ORDER,
    key_of,
)

__all__ = [
    "ACTIONS",
    "BY_KEY",
    "BY_NAME",
    "CONNECTING",
    "FOOTER",
    "FOOTER_ARRANGING",
    "FOOTER_CONNECTING",
    "FOOTER_MERGING",
    "IN_ORDER",
    "LOCALS",
    "MERGING",
    "Action",
    "Group",
    "Local",
    "Place",
    "key_of",
    "shown_key",
]
