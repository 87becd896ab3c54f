"""Changing what a hunk would write, before it is written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from stui_workspace.errors import UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.promoting.rewording import is_text, text_of, value_in
from stui_workspace.runtime.promoting.scene import Wish
from stui_workspace.tui.connecting.writing import CodeArea
from stui_workspace.tui.screens.card import Card
from stui_workspace.tui.themes import paint_of

_TEXT: Final = "This text is written; the pad takes it over."
_YAML: Final = "As YAML. This is written; the session takes it over."


class Rewording(Card[str]):
    """Gives the text as a person changed it; None where they left it as it was."""

    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("ctrl+s", "write this"),
        ("escape", "leave it as it was"),
    )

    def __init__(self, wish: Wish, name: str) -> None:
        super().__init__()
        self.TITLE_TEXT = f"Edit {printable_line(name, 60)}"  # type: ignore[misc]
        self._wish = wish

    def body(self) -> Iterable[Widget]:
        note = _TEXT if is_text(self._wish) else _YAML
        yield Static(Content.assemble((note, paint_of(self.app).muted)), id="note")
        yield CodeArea(text_of(self._wish))

    def on_mount(self) -> None:
        self.query_one(CodeArea).focus()

    def on_code_area_accepted(self, message: CodeArea.Accepted) -> None:
        message.stop()
        try:
            value_in(self._wish, message.source)
        except UsageError as error:
            words = printable_line(str(error), 200)
            self.query_one("#note", Static).update(
                Content.assemble((words, paint_of(self.app).warn))
            )
            return
        self.dismiss(message.source)
