"""The rows of a form: a label, and something to type or to choose beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from stui_workspace.tui.themes import paint_of

LABEL_WIDTH: Final = 11


class Heading(Widget):
    """What stands before a field; marked while something is wrong in it."""

    DEFAULT_CSS = f"Heading {{ width: {LABEL_WIDTH}; height: 1; background: $surface; }}"

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self) -> Content:
        paint = paint_of(self.app)
        row = self.parent
        if isinstance(row, Widget) and row.has_class("-wrong"):
            return Content.assemble((f"{self._text} ✗", paint.bad))
        is_at = isinstance(row, Widget) and row.has_pseudo_class("focus-within")
        return Content.assemble((self._text, paint.title if is_at else paint.muted))


class FormRow(Horizontal):
    """One line of a form."""

    DEFAULT_CSS = """
    FormRow {
        height: 1; width: 1fr; background: $surface;
        & Input {
            height: 1; border: none; padding: 0 1; background: $panel; width: 1fr;
            &:focus { border: none; background: $block-cursor-background; }
        }
    }
    """

    def __init__(self, key: str, label: str, content: Widget) -> None:
        super().__init__(id=f"row-{key}")
        self.key = key
        self._label = label
        self.content = content

    def compose(self) -> ComposeResult:
        yield Heading(self._label)
        yield self.content

    def accuse(self, *, wrong: bool) -> None:
        """Say that something is wrong in it, or no more."""
        if self.has_class("-wrong") != wrong:
            self.set_class(wrong, "-wrong")
            self.query_one(Heading).refresh()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        del event
        self.query_one(Heading).refresh()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        del event
        self.query_one(Heading).refresh()


def text_row(key: str, label: str, example: str) -> FormRow:
    """A row to type in; `example` is shown while it is empty."""
    return FormRow(key, label, Input(placeholder=example))


class Options(Widget, can_focus=True):
    """A few choices on one line, of which one is chosen with the arrows."""

    DEFAULT_CSS = """
    Options { height: 1; width: 1fr; padding: 0 1; background: $surface; }
    Options:focus { background: $block-cursor-background; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "Before", show=False),
        Binding("right,space", "step(1)", "Next", show=False),
    ]

    class Changed(Message):
        """Another one was chosen."""

    def __init__(self, choices: Mapping[str, str]) -> None:
        """Keys with the words for them; the first is chosen."""
        super().__init__()
        self._choices = dict(choices)
        self.chosen = next(iter(self._choices))

    def action_step(self, step: int) -> None:
        keys = list(self._choices)
        self.choose(keys[(keys.index(self.chosen) + step) % len(keys)])

    def choose(self, key: str) -> None:
        """Choose one."""
        self.chosen = key
        self.refresh()
        self.post_message(self.Changed())

    def render(self) -> Content:
        paint = paint_of(self.app)
        pieces = []
        for at, (key, word) in enumerate(self._choices.items()):
            is_chosen = key == self.chosen
            pieces.append(("  " if at else "", paint.text))
            pieces.append(("● " if is_chosen else "○ ", paint.accent if is_chosen else paint.faint))
            pieces.append((word, paint.strong if is_chosen else paint.muted))
        return Content.assemble(*pieces)

    def on_click(self, event: events.Click) -> None:
        cell = event.x - 1
        for key, word in self._choices.items():
            cell -= len(word) + 4
            if cell < 0:
                self.choose(key)
                return
