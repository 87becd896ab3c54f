"""The histories: what was evaluated on one's machines, and how their connections fared.

Keeping them is loaded at once, searching and judging at their first use (PEP 562).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from stui_workspace.history.connections import ConnectionLog, Damage
from stui_workspace.history.episodes import Episode
from stui_workspace.history.log import HistoryLog
from stui_workspace.history.segments import Entry
from stui_workspace.storage.machines import folder_name

if TYPE_CHECKING:
    from stui_workspace.history.finds import Found, Within
    from stui_workspace.history.matching import Near, Query
    from stui_workspace.history.policy import Refusal, refusals, should_keep

__all__ = [
    "ConnectionLog",
    "Damage",
    "Entry",
    "Episode",
    "Found",
    "HistoryLog",
    "Near",
    "Query",
    "Refusal",
    "Within",
    "folder_name",
    "refusals",
    "should_keep",
]

_LATER: Final = {
    **dict.fromkeys(("Found", "Within"), "finds"),
    **dict.fromkeys(("Near", "Query"), "matching"),
    **dict.fromkeys(("Refusal", "refusals", "should_keep"), "policy"),
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
