"""The card that asks before an input is forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from stui_workspace.history import Found
from stui_workspace.model.printable import printable
from stui_workspace.tui.screens.card import Careful
from stui_workspace.tui.themes import paint_of

_LINES_SHOWN: Final = 6


class Forgetting(Careful):
    """Shows an input, and gives whether it is to be forgotten. Enter is no."""

    TITLE_TEXT = "Forget this input?"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "agree", "Forget", show=False),
        Binding("n,enter", "refuse", "Keep", show=False),
    ]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (("enter", "keep it"), ("y", "forget it"))

    def __init__(self, found: Found, now: Callable[[], float]) -> None:
        """A card about one input; `now` is a clock in seconds, of any start."""
        super().__init__(now)
        self._found = found

    def body(self) -> Iterable[Widget]:
        paint = paint_of(self.app)
        lines = printable(self._found.code.strip("\n")).expandtabs(4).split("\n")
        shown = "\n".join(f"│ {line[:400]}" for line in lines[:_LINES_SHOWN])
        more = len(lines) - _LINES_SHOWN
        rest = f"\n  and {more:,} more line{'s' if more > 1 else ''}" if more > 0 else ""
        yield Static(Content.assemble((shown, paint.code), (rest, paint.muted)))
        yield Static(
            Content.assemble(
                (
                    "Every use of it is forgotten, in all workspaces and on all machines. ",
                    paint.text,
                ),
                (
                    "It stays in pads, transcripts and snapshots, and for 30 days in a copy.",
                    paint.muted,
                ),
            )
        )
