"""The keys of the sessions screen and of the start screen."""

from __future__ import annotations

from typing import Final

from stui_workspace.model.records import replace
from stui_workspace.tui.keys.twofold import common_actions
from stui_workspace.tui.keys.words import Action, Group

SESSIONS: Final[tuple[Action, ...]] = (
    Action("choose", Group.SESSIONS, "Go on in it, in place of this session", ("enter",), "open"),
    Action("rename", Group.SESSIONS, "Give it another name", ("r",), "rename"),
    Action("clone", Group.SESSIONS, "Make a second one of it", ("c",), "clone"),
    Action("remove", Group.SESSIONS, "Remove it", ("d", "delete"), "remove"),
    Action("undo", Group.SESSIONS, "Bring back what was removed", ("u",), "undo"),
    Action("prune", Group.SESSIONS, "Remove many by a rule", ("p",), "prune"),
    Action("statistics", Group.SESSIONS, "How much was done, and when", ("s",), "statistics"),
    *common_actions(Group.SESSIONS),
)

FOOTER_SESSIONS: Final = (
    "close",
    "choose",
    "rename",
    "clone",
    "remove",
    "undo",
    "filter",
    "palette",
    "prune",
    "statistics",
    "help",
)
"""The most wanted first."""

START: Final[tuple[Action, ...]] = (
    Action("choose", Group.START, "Go on in it", ("enter",), "continue"),
    Action("fresh", Group.START, "Start a new session; the others are kept", ("f",), "fresh"),
    Action("safe", Group.START, "Restore nothing, connect to nothing", ("s",), "safe"),
    Action("timeline", Group.START, "Go on in it, as it was another time", ("t",), "another time"),
    Action("projects", Group.START, "Another project, or back to this one", ("p",), "projects"),
    *(
        replace(one, word="quit") if one.name == "close" else one
        for one in common_actions(Group.START, "Quit")
    ),
)

FOOTER_START: Final = (
    "close",
    "choose",
    "fresh",
    "safe",
    "timeline",
    "projects",
    "filter",
    "palette",
    "help",
)
