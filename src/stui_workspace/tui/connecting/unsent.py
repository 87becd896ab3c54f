"""The list of what waits to be sent, and the card that asks about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static

from stui_workspace.model.printable import printable_line
from stui_workspace.model.session import Waiting
from stui_workspace.runtime.events import Returned
from stui_workspace.tui.connecting.details import moment
from stui_workspace.tui.connecting.outbox import Outbox
from stui_workspace.tui.connecting.words import WAITING
from stui_workspace.tui.panels.listing import Listing
from stui_workspace.tui.screens.card import Card
from stui_workspace.tui.themes import Paint, paint_of

_LINES_SHOWN: Final = 2
_MEANS: Final = (
    "Variables, imports and open objects of the last one are gone, so what you typed may mean "
    "something else now, or fail."
)


class OutboxList(Listing):
    """Evaluations that wait. What is asked about one of them is told to whoever shows the list."""

    DEFAULT_CSS = "OutboxList { height: auto; max-height: 12; margin-bottom: 0; }"
    EMPTY: ClassVar[str] = "Nothing waits to be sent."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "ask('edit')", "Edit", show=False),
        Binding("s", "ask('send')", "Send", show=False),
        Binding("x,delete", "ask('discard')", "Discard", show=False),
        Binding("a", "ask('send-all')", "Send all", show=False),
        Binding("p", "ask('set-up')", "Set up", show=False),
    ]

    def show(self, outbox: Outbox, name: str | None = None) -> None:
        """Show what waits for a connection; for all of them, without a name."""
        paint, width = paint_of(self.app), self.scrollable_content_region.width
        self.refill(
            (one.id, Content.assemble(*waiting_row(one, outbox, paint, width, with_name=not name)))
            for one in outbox.waiting(name)
        )

    def on_resize(self) -> None:
        self.post_message(self.Ready(self))  # rows are cut to the width


class OutboxCard(Card[None]):
    """All that waits, with what became of its connections; put away, it keeps what is left."""

    TITLE_TEXT = "Not sent yet"
    DEFAULT_CSS = "OutboxCard OutboxList { margin-bottom: 1; }"
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("s", "send"),
        ("a", "send all"),
        ("enter", "edit"),
        ("x", "discard"),
        ("escape", "keep them"),
    )

    def __init__(self, outbox: Outbox, returned: Mapping[str, Returned]) -> None:
        super().__init__()
        self._outbox = outbox
        self._returned = returned

    def body(self) -> Iterable[Widget]:
        yield Static(id="standing")
        yield OutboxList()

    def on_mount(self) -> None:
        self._outbox.followers.append(self.follow)
        self.query_one(OutboxList).focus()
        self.set_interval(1.0, self.follow)
        self.call_after_refresh(self.follow)

    def on_unmount(self) -> None:
        self._outbox.followers.remove(self.follow)

    def follow(self) -> None:
        """Show what waits now; with nothing left, the card goes."""
        waiting = self._outbox.waiting()
        if not waiting:
            if self.is_current:
                self.dismiss(None)
            return
        paint = paint_of(self.app)
        names = list(dict.fromkeys(one.connection for one in waiting))
        pieces = [piece for name in names for piece in self._standing(name, paint)]
        self.query_one("#standing", Static).update(Content.assemble(*pieces[:-1]))
        self.query_one(OutboxList).show(self._outbox)

    def on_listing_ready(self, message: Listing.Ready) -> None:
        message.stop()
        self.follow()

    def on_listing_asked(self, message: Listing.Asked) -> None:
        message.stop()
        self._outbox.ask(message.what, message.key)
        self.call_after_refresh(self.follow)

    def on_screen_resume(self) -> None:
        self.call_after_refresh(self.follow)

    def _standing(self, name: str, paint: Paint) -> Iterator[tuple[str, Style]]:
        """How a connection is that something waits for, and what that means for it."""
        yield printable_line(name, 40), paint.strong
        down, event = self._outbox.state_of(name), self._returned.get(name)
        gone = any(self._outbox.is_for_another(one) for one in self._outbox.waiting(name))
        if down is not None:
            yield (
                f" is {down}. What waits for it can be edited; it is never sent by itself.",
                (paint.text),
            )
        elif gone or (event is not None and not event.same):
            yield " is a new backend. ", paint.warn
            yield _MEANS, paint.text
            if self._outbox.offers_set_up(name):
                yield " p", paint.title
                yield " evaluates what sets it up.", paint.text
        else:
            yield " is the same backend as before: what it holds is still there.", paint.text
        yield "\n", paint.text


def waiting_row(
    one: Waiting, outbox: Outbox, paint: Paint, width: int, *, with_name: bool
) -> Iterator[tuple[str, Style]]:
    """The pieces of a row: the first lines of the code, when it was typed, and for whom."""
    lines = one.code.strip("\n").split("\n")
    yield f"{WAITING} ", paint.warn
    for at, line in enumerate(lines[:_LINES_SHOWN]):
        yield ("\n  " if at else "") + printable_line(line, max(width - 4, 8)), paint.code
    more = len(lines) - _LINES_SHOWN
    words = [printable_line(one.connection, 24)] if with_name else []
    words.append(moment(one.at, outbox.now))
    words += [f"{more} more line{'s' if more > 1 else ''}"] if more > 0 else []
    yield f"\n  {' · '.join(words)}", paint.muted
    if outbox.is_for_another(one):
        yield " · for a backend that is gone", paint.warn
