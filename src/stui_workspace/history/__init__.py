"""The input history: what was evaluated on this machine, searched backwards."""

from stui_workspace.history.log import Entry, HistoryLog
from stui_workspace.history.policy import Refusal, refusals, should_keep

__all__ = ["Entry", "HistoryLog", "Refusal", "refusals", "should_keep"]
