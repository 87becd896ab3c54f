"""Going back to a state that a session had before, all of it or some of its items."""

from stui_workspace.runtime.taking_back.comparing import (
    Comparison,
    ItemDifference,
    Kind,
    compare,
    in_order,
)
from stui_workspace.runtime.taking_back.lines import Line
from stui_workspace.runtime.taking_back.past import Past
from stui_workspace.runtime.taking_back.planning import Changes, Plan, plan
from stui_workspace.runtime.taking_back.restoring import TakenBack, take_back
from stui_workspace.runtime.taking_back.strip import Strip, strip_of
from stui_workspace.runtime.taking_back.timeline import Moment, newest_before, timeline

__all__ = [
    "Changes",
    "Comparison",
    "ItemDifference",
    "Kind",
    "Line",
    "Moment",
    "Past",
    "Plan",
    "Strip",
    "TakenBack",
    "compare",
    "in_order",
    "newest_before",
    "plan",
    "strip_of",
    "take_back",
    "timeline",
]
