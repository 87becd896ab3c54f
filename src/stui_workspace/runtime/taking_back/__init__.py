"""Going back to a state that a session had before, all of it or some of its items."""

from stui_workspace.runtime.taking_back.planning import Changes, Plan, plan
from stui_workspace.runtime.taking_back.restoring import TakenBack, take_back
from stui_workspace.runtime.taking_back.timeline import Moment, newest_before, timeline

__all__ = [
    "Changes",
    "Moment",
    "Plan",
    "TakenBack",
    "newest_before",
    "plan",
    "take_back",
    "timeline",
]
