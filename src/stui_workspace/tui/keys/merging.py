"""The keys of the screen that settles a merge."""

from __future__ import annotations

from typing import Final

from stui_workspace.tui.keys.words import Action, Group

MERGING: Final[tuple[Action, ...]] = (
    Action("take-ours", Group.MERGING, "Take ours", ("o",), "ours"),
    Action("take-theirs", Group.MERGING, "Take theirs", ("t",), "theirs"),
    Action("take-both", Group.MERGING, "Take both: ours, then theirs", ("b",), "both"),
    Action("take-base", Group.MERGING, "Take the base: as it was before", ("a",), "base"),
    Action("edit", Group.MERGING, "Write something else", ("e", "enter"), "edit"),
    Action("undo", Group.MERGING, "Undo the last choice", ("u", "ctrl+z"), "undo"),
    Action("skip", Group.MERGING, "Leave it; to the next that is open", ("s",), "skip"),
    Action("next", Group.MERGING, "Next conflict", ("n", "down"), "next"),
    Action("previous", Group.MERGING, "Previous conflict", ("p", "up"), "previous"),
    Action("scroll-down", Group.MERGING, "Scroll the three sides down", ("pagedown",)),
    Action("scroll-up", Group.MERGING, "Scroll the three sides up", ("pageup",)),
    Action("result", Group.MERGING, "See the whole result", ("r", "tab"), "result"),
    Action("write", Group.MERGING, "Write the file and leave", ("w", "ctrl+s"), "write"),
    Action("toggle-theme", Group.MERGING, "Toggle the theme: dark or light", ("f12",)),
    Action("help", Group.MERGING, "Help: all keys", ("f1", "question_mark"), "help"),
    Action("quit", Group.MERGING, "Leave without writing", ("q", "ctrl+q"), "quit"),
)
"""What the screen of `stui git mergetool` can do: nothing is typed there, so letters are keys."""

FOOTER_MERGING: Final = (
    "quit",
    "take-ours",
    "take-theirs",
    "take-both",
    "edit",
    "undo",
    "write",
    "skip",
    "result",
    "help",
    "take-base",
    "previous",
    "next",
)
"""What the footer of that screen shows, the most wanted first."""
