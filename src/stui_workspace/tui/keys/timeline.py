"""The keys of the timeline."""

from __future__ import annotations

from typing import Final

from stui_workspace.tui.keys.twofold import common_actions
from stui_workspace.tui.keys.words import Action, Group

TIMELINE: Final[tuple[Action, ...]] = (
    Action("choose", Group.TIMELINE, "Bring back one item, or all", ("enter",), "bring back"),
    Action("restore", Group.TIMELINE, "Bring back all of it", ("r",), "all of it"),
    Action("restore-pad", Group.TIMELINE, "Bring back one pad", ("b",), "a pad"),
    Action("undo", Group.TIMELINE, "Undo the last return, or do it again", ("u",), "undo"),
    Action("against", Group.TIMELINE, "Compare with another state", ("v",), "compare"),
    Action("mark", Group.TIMELINE, "Mark it, to compare others with it", ("m",), "mark"),
    Action(
        "confirm", Group.TIMELINE, "Let it count, though most items were lost", ("y",), "counts"
    ),
    *common_actions(Group.TIMELINE, "Back"),
)
"""What the timeline can do: nothing is typed there, so letters are keys."""

FOOTER_TIMELINE: Final = (
    "close",
    "choose",
    "undo",
    "against",
    "mark",
    "confirm",
    "restore",
    "restore-pad",
    "filter",
    "next-part",
    "palette",
    "help",
)
"""What the footer of that screen shows, the most wanted first."""
