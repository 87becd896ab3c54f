"""Choosing one of many by typing a few letters of it: commands, panels, snippets, themes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.fuzzy import Matcher
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.tui.screens.card import Card
from stui_workspace.tui.themes import Paint, paint_of

_MOST_ROWS: Final = 16
_AROUND_ROWS: Final = 12
"""What stands around the list: the screen's edges, the card's, the field and the keys."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose. Its texts may come from anywhere."""

    key: str
    title: str
    note: str = ""
    """What it belongs to, before the title."""
    hint: str = ""
    """A short word at the end of the line: the keys that do the same."""


def ranked(choices: Sequence[Choice], typed: str) -> list[Choice]:
    """The choices that have the typed letters in their order, the best first."""
    if not typed.strip():
        return list(choices)
    matcher = Matcher(typed.strip())
    scored = [(matcher.match(f"{choice.title} {choice.note}"), choice) for choice in choices]
    good = [pair for pair in scored if pair[0] > 0]
    return [choice for _, choice in sorted(good, key=lambda pair: -pair[0])]


class Chooser(Card[str]):
    """Gives the key of the chosen one; None where nothing was chosen."""

    DEFAULT_CSS = """
    Chooser {
        align: center top;
        & > #card { margin-top: 2; padding: 0 1; height: auto; max-height: 90%; }
        & Input {
            border: none; height: 1; margin: 1 1 1 1; padding: 0; background: $surface;
            &:focus { border: none; background-tint: transparent; }
        }
        & OptionList {
            border: none; height: auto; max-height: 16; padding: 0; background: $surface;
            scrollbar-size-vertical: 1; margin-bottom: 1;
            & > .option-list--option { padding: 0 1; }
            &:focus { border: none; }
        }
        & #keys { padding: 0 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "mark(1)", "Down", show=False, priority=True),
        Binding("up", "mark(-1)", "Up", show=False, priority=True),
        Binding("pagedown", "mark(10)", "Page down", show=False, priority=True),
        Binding("pageup", "mark(-10)", "Page up", show=False, priority=True),
    ]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("arrows", "choose"),
        ("enter", "take"),
        ("escape", "close"),
    )

    def __init__(self, title: str, choices: Iterable[Choice], placeholder: str = "") -> None:
        super().__init__()
        self.TITLE_TEXT = title  # type: ignore[misc]  # one class for many lists
        self._choices = list(choices)
        self._shown = self._choices
        self._placeholder = placeholder or "type to find"

    @property
    def titles(self) -> list[str]:
        """What can be chosen now, in order."""
        return [choice.title for choice in self._shown]

    def body(self) -> Iterable[Widget]:
        return Input(placeholder=self._placeholder), OptionList(markup=False)

    def on_mount(self) -> None:
        self.query_one(OptionList).can_focus = False
        self.query_one(Input).focus()
        self._fill()

    def on_resize(self) -> None:
        rows = min(_MOST_ROWS, max(self.app.size.height - _AROUND_ROWS, 1))
        self.query_one(OptionList).styles.max_height = rows  # the keys below it stay in view
        self._fill()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._shown = ranked(self._choices, event.value)
        self._fill()

    def on_input_submitted(self) -> None:
        at = self.query_one(OptionList).highlighted
        if at is not None and at < len(self._shown):
            self.dismiss(self._shown[at].key)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        if event.option_index < len(self._shown):
            self.dismiss(self._shown[event.option_index].key)

    def action_mark(self, step: int) -> None:
        options = self.query_one(OptionList)
        if self._shown:
            at = options.highlighted or 0
            options.highlighted = min(max(at + step, 0), len(self._shown) - 1)

    def _fill(self) -> None:
        paint = paint_of(self.app)
        width = min(76, int(self.size.width * 0.94)) - 8
        options = self.query_one(OptionList)
        note_width = min(max((len(choice.note) for choice in self._choices), default=0), 24)
        rows = [Option(_row(choice, width, note_width, paint)) for choice in self._shown]
        nothing = Option(Content.assemble(("nothing of that name", paint.muted)), disabled=True)
        options.set_options(rows or [nothing])
        options.highlighted = 0 if rows else None


def _row(choice: Choice, width: int, note_width: int, paint: Paint) -> Content:
    hint = printable_line(choice.hint, 24)
    note = f"{printable_line(choice.note, 24):<{note_width}}  " if note_width else ""
    title = printable_line(choice.title)
    room = width - len(hint) - 2
    head = Content.assemble((note, paint.muted), (title, paint.text)).truncate(room, ellipsis=True)
    gap = " " * max(width - head.cell_length - len(hint), 1)
    return Content.assemble(head, (gap, paint.text), (hint, paint.accent))
