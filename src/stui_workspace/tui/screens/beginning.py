"""The card that asks whether to write a workspace file to a folder that has none."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from stui_workspace.model.printable import printable_line
from stui_workspace.tui.screens.card import Careful
from stui_workspace.tui.themes import paint_of


class Beginning(Careful):
    """Says what would be written where, and gives whether it is to be."""

    TITLE_TEXT = "Start a workspace file here?"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "agree", "Write it", show=False),
        Binding("n", "refuse", "Do not", show=False),
    ]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (("enter", "write it"), ("escape", "do not"))
    folder = Path()

    def body(self) -> Iterable[Widget]:
        paint = paint_of(self.app)
        yield Static(
            Content.assemble(
                (f"To {printable_line(str(self.folder), 200)}:\n\n", paint.text),
                (".stui-workspace.yaml", paint.strong),
                ("  a connection, two pads, a layout\n", paint.muted),
                (".stui", paint.strong),
                ("                 the schema, from which your editor completes\n\n", paint.muted),
                ("What you wrote stays in this session. Nothing is overwritten.", paint.text),
            )
        )
