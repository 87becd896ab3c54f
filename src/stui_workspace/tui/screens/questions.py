"""The cards that ask: for a name, and how to go on after crashes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from stui_workspace.model.moments import moment_text
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.request import Start
from stui_workspace.tui.ports import Crashes
from stui_workspace.tui.screens.card import Card
from stui_workspace.tui.themes import paint_of


class Prompt(Card[str]):
    """Gives the line that was typed; None where none was."""

    DEFAULT_CSS = """
    Prompt Input { border: tall $border-blurred; margin-bottom: 1; background: $surface; }
    Prompt Input:focus { border: tall $border; }
    """
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (("enter", "take"), ("escape", "close"))

    def __init__(self, title: str, value: str = "") -> None:
        super().__init__()
        self.TITLE_TEXT = title  # type: ignore[misc]  # one class for many prompts
        self._value = printable_line(value)

    def body(self) -> Iterable[Widget]:
        return (Input(self._value),)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip() or None)


class AfterCrashes(Card[Start]):
    """Asks how to go on after crashes in a row, and gives the way that was chosen."""

    TITLE_TEXT = "The last starts did not go well"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "choose('continue')", "Continue", show=False),
        Binding("s,enter", "choose('safe')", "Safe", show=False),
        Binding("f", "choose('fresh')", "Fresh", show=False),
    ]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("c", "continue"),
        ("s", "safe"),
        ("f", "fresh"),
        ("escape", "quit"),
    )

    def __init__(self, question: Crashes) -> None:
        super().__init__()
        self._question = question

    def body(self) -> Iterable[Widget]:
        paint = paint_of(self.app)
        question = self._question
        saved = moment_text(question.saved)
        yield Static(
            Content.assemble(
                ("Session ", paint.text),
                (printable_line(question.session, 40), paint.strong),
                (f" ended badly {question.crash_count} times in a row. ", paint.text),
                (f"What it holds is safe, as saved at {saved}.", paint.text),
            )
        )
        yield Static(
            Content.assemble(
                ("Continue  ", paint.strong),
                ("try it once more\n", paint.muted),
                ("Safe      ", paint.strong),
                ("open the workspace without the session and its connections\n", paint.muted),
                ("Fresh     ", paint.strong),
                ("start a new session; the old one can be opened later", paint.muted),
            )
        )

    def action_choose(self, start: str) -> None:
        self.dismiss(Start(start))
