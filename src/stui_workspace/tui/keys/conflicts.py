"""The keys of the screens that settle conflicts, and list what was merged."""

from __future__ import annotations

from typing import Final

from stui_workspace.model.records import replace
from stui_workspace.tui.keys.merging import MERGING
from stui_workspace.tui.keys.twofold import common_actions
from stui_workspace.tui.keys.words import Action, Group

_OTHERS: Final = ("write", "quit", "undo")

CONFLICTS: Final[tuple[Action, ...]] = (
    *(replace(one, group=Group.CONFLICTS) for one in MERGING if one.name not in _OTHERS),
    Action("undo", Group.CONFLICTS, "Take back what was settled last", ("u", "ctrl+z"), "undo"),
    Action("merges", Group.CONFLICTS, "What was merged by itself", ("m",), "merges"),
    Action("palette", Group.CONFLICTS, "Commands by name", ("ctrl+p",), "commands"),
    Action("close", Group.CONFLICTS, "Back to the workbench", ("escape", "q"), "back"),
)
"""As on the screen of `stui git mergetool`, but that each choice is in the file at once."""

FOOTER_CONFLICTS: Final = (
    "close",
    "take-ours",
    "take-theirs",
    "take-both",
    "edit",
    "undo",
    "skip",
    "merges",
    "result",
    "help",
    "take-base",
    "previous",
    "next",
)
"""What the footer of that screen shows, the most wanted first."""

MERGES: Final[tuple[Action, ...]] = (
    Action("choose", Group.MERGES, "Settle what is in conflict", ("enter", "s"), "settle"),
    Action("undo", Group.MERGES, "Take the last merge back", ("u",), "take back"),
    *common_actions(Group.MERGES),
)

FOOTER_MERGES: Final = ("close", "choose", "undo", "next-part", "palette", "help", "filter")
"""What the footer of that screen shows, the most wanted first."""
