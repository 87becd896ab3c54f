"""The keys of the receipt."""

from __future__ import annotations

from typing import Final

from stui_workspace.tui.keys.twofold import common_actions
from stui_workspace.tui.keys.words import Action, Group

RECEIPT: Final[tuple[Action, ...]] = (
    Action("choose", Group.RECEIPT, "Try it again, or bring it back", ("r", "enter"), "try again"),
    Action("try-all", Group.RECEIPT, "Try all again that can be tried", ("a",), "all"),
    Action("rebuild", Group.RECEIPT, "A pad with what would rebuild it", ("b",), "rebuild"),
    Action("copy", Group.RECEIPT, "Copy what would rebuild it", ("c",), "copy"),
    *common_actions(Group.RECEIPT),
)

FOOTER_RECEIPT: Final = (
    "close",
    "choose",
    "try-all",
    "rebuild",
    "copy",
    "next-part",
    "palette",
    "help",
    "filter",
)
"""What the footer of that screen shows, the most wanted first."""
