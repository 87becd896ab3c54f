"""The line of keys at the foot: which there are now, and what takes long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from textual import events
from textual._cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.timer import Timer
from textual.widget import Widget

from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.tui.keys import (
    ACTIONS,
    FOOTER,
    FOOTER_ARRANGING,
    Action,
    shown_key,
)
from stui_workspace.tui.themes import paint_of

_FRAMES: Final = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_TURN: Final = 0.1
"""Seconds between two signs of something that takes long."""


@dataclass(frozen=True, slots=True)
class Hint:
    key: str
    word: str
    action: str | None = None


def bindings_of(actions: Iterable[Action]) -> list[BindingType]:
    """The keys of the actions of a screen, each of which its `action_perform` is asked for."""
    return [
        Binding(",".join(one.keys), f"perform('{one.name}')", one.title, show=False)
        for one in actions
        if one.keys
    ]


def footer_of(actions: Iterable[Action], names: Iterable[str]) -> tuple[Hint, ...]:
    """The keys of those actions that have these names, in the order of the names."""
    known = {one.name: one for one in actions}
    return tuple(
        Hint(shown_key(known[name].keys[0]), known[name].word or "", name) for name in names
    )


def hints_for(*, arranging: bool) -> tuple[Hint, ...]:
    """The keys worth showing, the most wanted first."""
    if arranging:
        return tuple(Hint(shown_key(key), word) for key, word in FOOTER_ARRANGING)
    return footer_of(ACTIONS, FOOTER)


def fitting(hints: Sequence[Hint], width: int) -> tuple[Hint, ...]:
    """As many of the first hints as fit."""
    taken, used = [], 1
    for hint in hints:
        used += cell_len(hint.key) + cell_len(hint.word) + 3
        if used > width:
            break
        taken.append(hint)
    return tuple(taken)


class HintLine(Widget):
    """The keys there are; each can be clicked."""

    DEFAULT_CSS = "HintLine { height: 1; background: $background; color: $foreground; }"

    class Clicked(Message):
        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self) -> None:
        super().__init__()
        self._waits: list[str] = []
        self._timer: Timer | None = None
        self._frame = 0

    def begin_wait(self, words: str) -> None:
        """Show that something takes long, before the keys, until `end_wait`."""
        self._waits.append(words)
        if self._timer is None:
            self._timer = self.set_interval(_TURN, self._turn)
        self.refresh()

    def end_wait(self, words: str) -> None:
        """It is done; nothing happens where it was not shown."""
        if words in self._waits:
            self._waits.remove(words)
        if not self._waits and self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.refresh()

    def _turn(self) -> None:
        self._frame += 1
        self.refresh()

    @property
    def wait_words(self) -> str:
        """What takes long now, with a sign that turns; empty for nothing."""
        if not self._waits:
            return ""
        return f"{_FRAMES[self._frame % len(_FRAMES)]} {printable_line(self._waits[-1], 40)}…  "

    def hints(self) -> tuple[Hint, ...]:
        """The keys, the most wanted first."""
        raise NotImplementedError

    def render(self) -> Content:
        paint = paint_of(self.app)
        words = self.wait_words
        pieces: list[tuple[str, Style]] = [(" ", paint.text), (words, paint.accent)]
        for hint in fitting(self.hints(), self.size.width - cell_len(words)):
            pieces += [(hint.key, paint.title), (f" {hint.word}  ", paint.muted)]
        return Content.assemble(*pieces)

    def on_click(self, event: events.Click) -> None:
        taken = cell_len(self.wait_words)
        cell = event.x - 1 - taken
        if cell < 0:
            return
        for hint in fitting(self.hints(), self.size.width - taken):
            cell -= cell_len(hint.key) + cell_len(hint.word) + 3
            if cell < 0:
                if hint.action:
                    self.post_message(self.Clicked(hint.action))
                return


class KeyLine(HintLine):
    """The keys of the workbench."""

    DEFAULT_CSS = "KeyLine.-arranging { background: $primary 25%; }"

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(",".join(action.arranging), f"screen.perform('{action.name}')", show=False)
            for action in ACTIONS
            if action.arranging
        ),
        Binding("escape,enter", "screen.perform('arrange')", show=False),
    ]

    def show(self, *, arranging: bool) -> None:
        """Show the keys for arranging, and take them; or those for working."""
        self.can_focus = arranging
        self.set_class(arranging, "-arranging")
        self.refresh()

    def hints(self) -> tuple[Hint, ...]:
        return hints_for(arranging=self.has_class("-arranging"))
