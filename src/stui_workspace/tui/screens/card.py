"""A card in the middle of the screen: a title, what it is about, the keys that answer it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, Final, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from stui_workspace.model.printable import printable
from stui_workspace.tui.keys import shown_key
from stui_workspace.tui.scrollback import Row, Scrollback
from stui_workspace.tui.themes import paint_of

T = TypeVar("T")

_AROUND_ROWS: Final = 6
"""Border, padding and the line of keys of a card."""


class Card(ModalScreen[T], Generic[T]):
    """The frame of all cards; Escape puts it away without an answer."""

    DEFAULT_CSS = """
    Card {
        align: center middle;
        background: $background 60%;
        & > #card {
            width: 76;
            max-width: 94%;
            height: auto;
            max-height: 92%;
            border: heavy $border;
            background: $surface;
            padding: 1 2 0 2;
            border-title-color: $primary;
            border-title-style: bold;
        }
        & Static { width: 1fr; height: auto; margin-bottom: 1; background: $surface; }
        & #keys { color: $foreground 70%; margin-bottom: 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "put_away", "Close", show=False)]
    TITLE_TEXT: ClassVar[str] = ""
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (("escape", "close"),)

    def compose(self) -> ComposeResult:
        card = Vertical(*self.body(), Static(self.key_words(), id="keys"), id="card")
        card._border_title = Content(printable(self.TITLE_TEXT))  # noqa: SLF001 (never markup)
        yield card

    def body(self) -> Iterable[Widget]:
        """What stands between the title and the keys."""
        return ()

    def key_words(self) -> Content:
        """The keys of this card."""
        paint = paint_of(self.app)
        pieces = []
        for key, word in self.KEYS:
            pieces += [(shown_key(key), paint.title), (f" {word}   ", paint.muted)]
        return Content.assemble(*pieces)

    def action_put_away(self) -> None:
        self.dismiss(None)


ARMED_AFTER: Final = 0.4
"""Seconds before a yes is taken: what was typed for the editor is not an answer."""


class Careful(Card[bool]):
    """A question whose default is no, and whose yes counts only once it can have been read."""

    def __init__(self, now: Callable[[], float]) -> None:
        """A question; `now` is a clock in seconds, of any start."""
        super().__init__()
        self._now = now
        self._armed_at: float | None = None

    def on_mount(self) -> None:
        self.call_after_refresh(self._arm)

    def _arm(self) -> None:
        self._armed_at = self._now() + ARMED_AFTER

    def action_agree(self) -> None:
        if self._armed_at is not None and self._now() >= self._armed_at:
            self.dismiss(True)

    def action_refuse(self) -> None:
        self.dismiss(False)

    def action_put_away(self) -> None:
        self.dismiss(False)


class Sheet(Card[None]):
    """A card with rows to read, which scroll."""

    DEFAULT_CSS = """
    Sheet {
        & > #card { width: 100; height: 92%; max-height: 92%; }
        & Scrollback { height: 1fr; margin-bottom: 1; }
    }
    """
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (("arrows", "scroll"), ("escape", "close"))

    def __init__(self, rows: Iterable[Row]) -> None:
        super().__init__()
        self._rows = list(rows)

    def body(self) -> Iterable[Widget]:
        return (Scrollback(),)

    def on_mount(self) -> None:
        scrollback = self.query_one(Scrollback)
        if self._rows:
            scrollback.put("rows", self._rows)
        scrollback.focus()
        scrollback.call_after_refresh(scrollback.scroll_home, animate=False)
        self.call_after_refresh(self.fit)

    def fit(self) -> None:
        """Make the card as high as its rows, if the screen is."""
        wanted = self.query_one(Scrollback).virtual_size.height + _AROUND_ROWS
        self.query_one("#card").styles.height = min(wanted, int(self.size.height * 0.92))

    @property
    def plain(self) -> str:
        return self.query_one(Scrollback).plain
