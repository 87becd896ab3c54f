"""The frame around a part of a screen."""

from __future__ import annotations

from textual.containers import Vertical
from textual.content import Content

from stui_workspace.model.printable import printable
from stui_workspace.tui.themes import paint_of


class Frame(Vertical):
    """A part of the screen with a title; the one with the keyboard stands out."""

    DEFAULT_CSS = """
    Frame {
        border: round $border-blurred;
        border-title-color: $foreground;
        border-title-background: $surface;
        background: $surface;
        padding: 0 0 0 1;
    }
    Frame:focus-within { border: heavy $border; border-title-color: $primary; }
    """

    def entitle(self, *pieces: tuple[str, str]) -> None:
        """Write on the upper line of the frame: texts with the names of their styles."""
        paint = paint_of(self.app)
        styled = ((printable(text), getattr(paint, style)) for text, style in pieces)
        self._border_title = Content.assemble(*styled)  # not markup, and not parsed again
        self.refresh()
