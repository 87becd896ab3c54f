"""The histories: what was evaluated on one's machines, and how their connections fared."""

from stui_workspace.history.connections import ConnectionLog, Damage
from stui_workspace.history.episodes import Episode
from stui_workspace.history.finds import Found, Within
from stui_workspace.history.log import HistoryLog
from stui_workspace.history.matching import Near, Query
from stui_workspace.history.policy import Refusal, refusals, should_keep
from stui_workspace.history.segments import Entry
from stui_workspace.storage.machines import folder_name

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
