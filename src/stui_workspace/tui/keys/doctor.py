"""The keys of the doctor's screen."""

from __future__ import annotations

from typing import Final

from stui_workspace.tui.keys.twofold import common_actions
from stui_workspace.tui.keys.words import Action, Group

DOCTOR: Final[tuple[Action, ...]] = (
    Action("choose", Group.DOCTOR, "Do what mends it", ("enter", "f"), "mend"),
    Action("again", Group.DOCTOR, "Look again", ("r", "f5"), "look again"),
    *common_actions(Group.DOCTOR),
)

FOOTER_DOCTOR: Final = ("close", "choose", "again", "filter", "next-part", "palette", "help")
