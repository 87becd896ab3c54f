"""The keys that all screens of a list and its details have."""

from __future__ import annotations

from stui_workspace.tui.keys.words import Action, Group


def common_actions(group: Group, back: str = "Back to the workbench") -> tuple[Action, ...]:
    """The actions that are the same on each of these screens."""
    return (
        Action("filter", group, "Narrow the list", ("slash",), "narrow"),
        Action("next-part", group, "Next part of the screen", ("tab", "ctrl+o"), "part"),
        Action("previous-part", group, "Previous part", ("shift+tab", "alt+o")),
        Action("palette", group, "Commands by name", ("ctrl+p",), "commands"),
        Action("toggle-theme", group, "Toggle the theme: dark or light", ("f12",)),
        Action("help", group, "Help: all keys", ("f1", "question_mark"), "help"),
        Action("close", group, back, ("escape", "q"), "back"),
    )
