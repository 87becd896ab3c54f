"""Changing the text of an evaluation that waits."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from rich.text import Text
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static, TextArea
from textual.widgets.text_area import Edit, EditResult

from stui_workspace.model.printable import printable_line
from stui_workspace.tui.glyphs import from_editor, inserted, pictured, to_editor
from stui_workspace.tui.screens.card import Card
from stui_workspace.tui.themes import paint_of

_ACCEPT: Final = "ctrl+s"


class CodeArea(TextArea):
    """Some code, in which control characters are shown and never obeyed."""

    DEFAULT_CSS = """
    CodeArea {
        height: 12; border: round $border-blurred; background: $surface; margin-bottom: 1;
        scrollbar-size-vertical: 1;
        &:focus { border: round $border; }
    }
    """

    class Accepted(Message):
        """The text is to be taken as it is."""

        def __init__(self, source: str) -> None:
            super().__init__()
            self.source = source

    def __init__(self, text: str) -> None:
        super().__init__(to_editor(text), soft_wrap=True)

    @property
    def source(self) -> str:
        """The text as it was typed."""
        return from_editor(self.text)

    def on_mount(self) -> None:
        self.move_cursor(self.document.end)

    def edit(self, edit: Edit) -> EditResult:
        edit.text = inserted(edit.text)
        return super().edit(edit)

    async def _on_key(self, event: events.Key) -> None:
        if event.key == _ACCEPT:  # not a binding, which would come before the keys before it
            event.stop()
            event.prevent_default()
            self.post_message(self.Accepted(self.source))
            return
        await super()._on_key(event)

    def get_line(self, line_index: int) -> Text:
        return Text(pictured(self.document.get_line(line_index)), end="", no_wrap=True)


class Rewriting(Card[str]):
    """Gives the text as a person changed it; None where they left it as it was."""

    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        (_ACCEPT, "keep this text"),
        ("escape", "leave it as it was"),
    )

    def __init__(self, connection: str, code: str) -> None:
        super().__init__()
        self.TITLE_TEXT = f"Waits for {printable_line(connection, 40)}"  # type: ignore[misc]
        self._code = code

    def body(self) -> Iterable[Widget]:
        note = "It is not sent by this: it goes on waiting with the text that you leave here."
        yield Static(Content.assemble((note, paint_of(self.app).muted)))
        yield CodeArea(self._code)

    def on_mount(self) -> None:
        self.query_one(CodeArea).focus()

    def on_code_area_accepted(self, message: CodeArea.Accepted) -> None:
        self.dismiss(message.source if message.source.strip() else None)
