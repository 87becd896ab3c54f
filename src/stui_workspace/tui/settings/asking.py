"""Asking for the value of a setting: what it cannot be is said below the line, and asked again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from stui_workspace.errors import StuiError
from stui_workspace.model.printable import printable_line
from stui_workspace.tui.screens.card import Card
from stui_workspace.tui.themes import paint_of


class ValuePrompt(Card[str]):
    """Gives the line that was typed, once `check` has nothing against it; None where none was."""

    DEFAULT_CSS = """
    ValuePrompt Input { border: tall $border-blurred; margin-bottom: 1; background: $surface; }
    ValuePrompt Input:focus { border: tall $border; }
    """
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (("enter", "take"), ("escape", "close"))

    def __init__(
        self, title: str, value: str, allowed: str, check: Callable[[str], object]
    ) -> None:
        """A prompt.

        Args:
            title: What is asked for.
            value: What stands there at first.
            allowed: What can be typed.
            check: Raises a `StuiError` for what cannot be taken.
        """
        super().__init__()
        self.TITLE_TEXT = title  # type: ignore[misc]  # one class for many prompts
        self._value = printable_line(value)
        self._allowed = allowed
        self._check = check

    def body(self) -> Iterable[Widget]:
        yield Input(self._value)
        yield Static(self._words(None), id="say")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        text = event.value.strip()
        if not text:
            self.dismiss(None)
            return
        try:
            self._check(text)
        except StuiError as error:
            self.query_one("#say", Static).update(self._words(error))
            return
        self.dismiss(text)

    def _words(self, error: StuiError | None) -> Content:
        paint = paint_of(self.app)
        if error is None:
            return Content.assemble((printable_line(self._allowed, 300), paint.muted))
        pieces = [("✗ ", paint.bad), (printable_line(str(error), 300), paint.text)]
        if error.next_step:
            pieces += [("\n→ ", paint.accent), (printable_line(error.next_step, 300), paint.text)]
        return Content.assemble(*pieces)
