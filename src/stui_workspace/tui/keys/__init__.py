"""All keys: the tables of actions that bindings, palette, footers, help and docs are made of."""

from stui_workspace.tui.keys.conflicts import CONFLICTS, FOOTER_CONFLICTS, FOOTER_MERGES, MERGES
from stui_workspace.tui.keys.connecting import CONNECTING, FOOTER_CONNECTING
from stui_workspace.tui.keys.doctor import DOCTOR, FOOTER_DOCTOR
from stui_workspace.tui.keys.local import LOCALS
from stui_workspace.tui.keys.merging import FOOTER_MERGING, MERGING
from stui_workspace.tui.keys.notices import FOOTER_NOTICES, NOTICES
from stui_workspace.tui.keys.promoting import FOOTER_PROMOTING, PROMOTING
from stui_workspace.tui.keys.receipt import FOOTER_RECEIPT, RECEIPT
from stui_workspace.tui.keys.searching import FOOTER_SEARCHING, SEARCHING
from stui_workspace.tui.keys.sessions import FOOTER_SESSIONS, FOOTER_START, SESSIONS, START
from stui_workspace.tui.keys.settings import FOOTER_SETTINGS, SETTINGS
from stui_workspace.tui.keys.timeline import FOOTER_TIMELINE, TIMELINE
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
    "CONFLICTS",
    "CONNECTING",
    "DOCTOR",
    "FOOTER",
    "FOOTER_ARRANGING",
    "FOOTER_CONFLICTS",
    "FOOTER_CONNECTING",
    "FOOTER_DOCTOR",
    "FOOTER_MERGES",
    "FOOTER_MERGING",
    "FOOTER_NOTICES",
    "FOOTER_PROMOTING",
    "FOOTER_RECEIPT",
    "FOOTER_SEARCHING",
    "FOOTER_SESSIONS",
    "FOOTER_SETTINGS",
    "FOOTER_START",
    "FOOTER_TIMELINE",
    "IN_ORDER",
    "LOCALS",
    "MERGES",
    "MERGING",
    "NOTICES",
    "PROMOTING",
    "RECEIPT",
    "SEARCHING",
    "SESSIONS",
    "SETTINGS",
    "START",
    "TIMELINE",
    "Action",
    "Group",
    "Local",
    "Place",
    "key_of",
    "shown_key",
]
