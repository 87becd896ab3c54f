"""The input history: what was evaluated on one's machines, searched backwards."""

from stui_workspace.history.log import HistoryLog
from stui_workspace.history.policy import Refusal, refusals, should_keep
from stui_workspace.history.segments import Entry
from stui_workspace.storage.machines import folder_name

__all__ = ["Entry", "HistoryLog", "Refusal", "folder_name", "refusals", "should_keep"]
