"""The keys of the screen of notices."""

from __future__ import annotations

from typing import Final

from stui_workspace.tui.keys.twofold import common_actions
from stui_workspace.tui.keys.words import Action, Group

NOTICES: Final[tuple[Action, ...]] = (
    Action("clear", Group.NOTICES, "Forget them all", ("x",), "forget all"),
    *common_actions(Group.NOTICES),
)

FOOTER_NOTICES: Final = ("close", "filter", "clear", "next-part", "palette", "help")
