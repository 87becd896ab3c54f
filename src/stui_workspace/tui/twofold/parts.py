"""The parts of a screen of two parts."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual.binding import BindingType
from textual.content import Content

from stui_workspace.tui.panels.listing import Listing
from stui_workspace.tui.scrollback import Scrollback


class Entry(NamedTuple):
    """One thing of the list."""

    key: str
    row: Content
    """One or two lines, safe to show, no wider than what `rows_of` was told."""
    text: str = ""
    """What the filter looks in; nothing for the row's own text."""


class List(Listing):
    """The list, of which a row is marked although the keyboard is elsewhere."""

    DEFAULT_CSS = """
    List > .option-list--option-highlighted { background: $block-cursor-blurred-background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = []


class Details(Scrollback):
    """What is known of the marked thing."""

    EMPTY: ClassVar[str] = ""

    def __init__(self) -> None:
        super().__init__()
        self._follows = False  # it is read from its top, and does not grow
