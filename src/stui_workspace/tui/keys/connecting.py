"""The keys of the connections screen."""

from __future__ import annotations

from typing import Final

from stui_workspace.tui.keys.twofold import common_actions
from stui_workspace.tui.keys.words import Action, Group

CONNECTING: Final[tuple[Action, ...]] = (
    Action("connect", Group.CONNECTING, "Connect, or disconnect", ("c", "f3"), "connect"),
    Action("retry", Group.CONNECTING, "Try to reconnect now", ("t",), "try now"),
    Action("restart", Group.CONNECTING, "Restart", ("r", "f9"), "restart"),
    Action("interrupt", Group.CONNECTING, "Interrupt what it evaluates", ("i", "f8"), "stop"),
    Action("set-up", Group.CONNECTING, "Evaluate what sets it up", ("s", "alt+s"), "set up"),
    Action("rebuild", Group.CONNECTING, "A pad with what would rebuild it", ("b",), "rebuild"),
    Action("disconnect", Group.CONNECTING, "Disconnect", ("d",)),
    Action("review", Group.CONNECTING, "Review what it may do", ("y", "alt+y"), "review"),
    Action("favour", Group.CONNECTING, "Make it a favourite, or not", ("f",), "favourite"),
    Action("order", Group.CONNECTING, "Favourites first, or as in the file", ("o",), "order"),
    Action("new", Group.CONNECTING, "New connection", ("n", "alt+a"), "new"),
    Action("forget", Group.CONNECTING, "Forget a connection of this session"),
    *common_actions(Group.CONNECTING),
)
"""What the connections screen can do: nothing is typed there, so letters are keys."""

FOOTER_CONNECTING: Final = (
    "close",
    "connect",
    "retry",
    "review",
    "interrupt",
    "set-up",
    "new",
    "filter",
    "next-part",
    "palette",
    "restart",
    "favour",
    "order",
    "rebuild",
    "help",
)
"""What the footer of that screen shows, the most wanted first."""
