"""The keys of the promote screen."""

from __future__ import annotations

from typing import Final

from stui_workspace.tui.keys.twofold import common_actions
from stui_workspace.tui.keys.words import Action, Group

PROMOTING: Final[tuple[Action, ...]] = (
    Action("pick", Group.PROMOTING, "Pick it, or not", ("space",), "pick"),
    Action("pick-all", Group.PROMOTING, "Pick all that can be taken, or none", ("a",), "all"),
    Action("choose", Group.PROMOTING, "Write what is picked", ("enter", "w"), "write"),
    Action("edit", Group.PROMOTING, "Edit its text before it is written", ("e",), "edit"),
    Action("undo", Group.PROMOTING, "Undo the last write", ("u",), "undo"),
    Action("freeze", Group.PROMOTING, "Write the whole session as a new file", ("f",), "freeze"),
    *common_actions(Group.PROMOTING),
)

FOOTER_PROMOTING: Final = (
    "close",
    "pick",
    "choose",
    "pick-all",
    "edit",
    "undo",
    "freeze",
    "filter",
    "next-part",
    "palette",
    "help",
)
"""What the footer of that screen shows, the most wanted first."""
