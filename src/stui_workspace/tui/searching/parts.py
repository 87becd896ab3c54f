"""The parts of the search: what was found, all of one of them, and the keys."""

from __future__ import annotations

from typing import ClassVar

from stui_workspace.tui.hints import Hint, HintLine, footer_of
from stui_workspace.tui.keys import FOOTER_SEARCHING, SEARCHING
from stui_workspace.tui.panels.listing import Listing
from stui_workspace.tui.scrollback import Scrollback


class Keys(HintLine):
    """The keys of the search."""

    def hints(self) -> tuple[Hint, ...]:
        return footer_of(SEARCHING, FOOTER_SEARCHING)


class FoundList(Listing):
    """What was found."""

    DEFAULT_CSS = """
    FoundList { text-wrap: nowrap; text-overflow: ellipsis; }
    FoundList > .option-list--option-highlighted { background: $block-cursor-background; }
    """
    EMPTY: ClassVar[str] = ""


class Preview(Scrollback):
    """All of what is marked."""

    EMPTY: ClassVar[str] = ""

    def __init__(self) -> None:
        super().__init__()
        self._follows = False
