"""The keys of the search of the history; letters are typed into it."""

from __future__ import annotations

from typing import Final

from stui_workspace.tui.keys.words import Action, Group

SEARCHING: Final[tuple[Action, ...]] = (
    Action("insert", Group.SEARCHING, "Insert it into the last pad", ("enter",), "insert"),
    Action("new-pad", Group.SEARCHING, "Copy it into a new pad", ("ctrl+n",), "new pad"),
    Action("next", Group.SEARCHING, "Mark the next one", ("down", "ctrl+r")),
    Action("previous", Group.SEARCHING, "Mark the one before", ("up",)),
    Action("page-down", Group.SEARCHING, "Mark one a page on", ("pagedown",)),
    Action("page-up", Group.SEARCHING, "Mark one a page back", ("pageup",)),
    Action("scroll-down", Group.SEARCHING, "Scroll the text below", ("alt+down",)),
    Action("scroll-up", Group.SEARCHING, "Scroll it back", ("alt+up",)),
    Action("connection", Group.SEARCHING, "Only the pad's connection, or all", ("alt+c",)),
    Action("workspace", Group.SEARCHING, "Only this workspace, or all", ("alt+w",)),
    Action("machine", Group.SEARCHING, "Only this machine, or all", ("alt+m",)),
    Action("failed", Group.SEARCHING, "Only what ended in an error, or all", ("alt+e",)),
    Action("forget", Group.SEARCHING, "Forget it", ("alt+x",), "forget"),
    Action("toggle-theme", Group.SEARCHING, "Toggle the theme: dark or light", ("f12",)),
    Action("help", Group.SEARCHING, "Help: all keys", ("f1",), "help"),
    Action("close", Group.SEARCHING, "Back to the workbench", ("escape",), "back"),
)

FOOTER_SEARCHING: Final = ("close", "insert", "new-pad", "forget", "help")
"""The keys that widen and narrow stand beside what they do, in a line of their own."""
