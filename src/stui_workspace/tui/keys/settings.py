"""The keys of the settings screen."""

from __future__ import annotations

from typing import Final

from stui_workspace.tui.keys.twofold import common_actions
from stui_workspace.tui.keys.words import Action, Group

SETTINGS: Final[tuple[Action, ...]] = (
    Action("choose", Group.SETTINGS, "Change it, here or there", ("enter",), "change"),
    Action("in-session", Group.SETTINGS, "Change it for this session", ("s",), "this session"),
    Action("in-overlay", Group.SETTINGS, "Change it for you, in this workspace", ("o",), "overlay"),
    Action("in-config", Group.SETTINGS, "Change it for you, everywhere", ("c",), "your config"),
    Action("in-file", Group.SETTINGS, "Change it for all, in the workspace file", ("w",), "file"),
    Action("take-back", Group.SETTINGS, "Back to what is said below", ("d", "delete"), "unset"),
    Action("undo", Group.SETTINGS, "Undo the last change", ("u",), "undo"),
    *common_actions(Group.SETTINGS),
)

FOOTER_SETTINGS: Final = (
    "close",
    "choose",
    "take-back",
    "undo",
    "filter",
    "in-session",
    "in-overlay",
    "in-config",
    "in-file",
    "next-part",
    "palette",
    "help",
)
