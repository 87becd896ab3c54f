"""The panels that list something to choose: connections, history, snippets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import ClassVar, Final

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from stui_workspace.model.printable import printable_line
from stui_workspace.model.workspace import SnippetSpec
from stui_workspace.runtime.events import ConnectionState
from stui_workspace.runtime.views import ConnectionView
from stui_workspace.tui.themes import Paint, paint_of

STATE_MARKS: Final = {
    ConnectionState.IDLE: ("○", "muted"),
    ConnectionState.CONNECTING: ("◌", "accent"),
    ConnectionState.ONLINE: ("●", "good"),
    ConnectionState.BUSY: ("◐", "accent"),
    ConnectionState.LOST: ("✗", "bad"),
    ConnectionState.NEEDS_YOU: ("!", "warn"),
}


class Listing(OptionList):
    """Rows of which one is chosen with Enter; the row stays marked when the list changes."""

    DEFAULT_CSS = """
    Listing {
        border: none;
        padding: 0;
        height: 1fr;
        background: $surface;
        scrollbar-size-vertical: 1;
        & > .option-list--option { padding: 0 1 0 0; }
        & > .option-list--option-highlighted { background: $surface; color: $foreground; }
        &:focus { border: none; background-tint: transparent; }
    }
    """
    EMPTY: ClassVar[str] = "Nothing here."

    class Ready(Message):
        """The list has come up and wants its rows."""

        def __init__(self, listing: Listing) -> None:
            super().__init__()
            self.listing = listing

        @property
        def control(self) -> Listing:
            return self.listing

    class Asked(Message):
        """A person asked for something about one row."""

        def __init__(self, listing: Listing, what: str, key: str) -> None:
            super().__init__()
            self.listing = listing
            self.what = what
            self.key = key

        @property
        def control(self) -> Listing:
            return self.listing

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._keys: list[str] = []

    def on_mount(self) -> None:
        self.post_message(self.Ready(self))

    @property
    def marked(self) -> str | None:
        """The key of the marked row."""
        at = self.highlighted
        return self._keys[at] if at is not None and at < len(self._keys) else None

    def fill(self, rows: Iterable[tuple[str, Content]], *, mark_last: bool = False) -> None:
        """Show rows, each with its key."""
        marked, pairs = self.marked, list(rows)
        self._keys = [key for key, _ in pairs]
        options: Sequence[Option] = [Option(content) for _, content in pairs]
        if not options:
            options = [
                Option(Content.assemble((self.EMPTY, paint_of(self.app).muted)), disabled=True)
            ]
        self.set_options(options)
        if marked in self._keys:
            self.highlighted = self._keys.index(marked)
        elif self._keys:
            self.highlighted = len(self._keys) - 1 if mark_last else 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.ask("choose")

    def action_ask(self, what: str) -> None:
        self.ask(what)

    def ask(self, what: str) -> None:
        """Tell the workbench what is wanted of the marked row."""
        if self.marked is not None:
            self.post_message(self.Asked(self, what, self.marked))


class Connections(Listing):
    """What can be evaluated on, and how each of them is."""

    EMPTY: ClassVar[str] = "The workspace names no connections."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "ask('restart')", "Restart", show=False),
        Binding("i", "ask('interrupt')", "Interrupt", show=False),
        Binding("y", "ask('review')", "Review", show=False),
    ]

    def show(self, views: Iterable[ConnectionView]) -> None:
        """Show connections as they are now."""
        paint, width = paint_of(self.app), self.size.width
        self.fill((view.name, _connection_row(view, paint, width)) for view in views)

    def on_resize(self, event: events.Resize) -> None:
        del event
        self.post_message(self.Ready(self))  # rows are wrapped to the width


class History(Listing):
    """What was evaluated before, the newest last."""

    DEFAULT_CSS = "History { text-wrap: nowrap; text-overflow: ellipsis; }"
    EMPTY: ClassVar[str] = "No inputs yet."

    def show(self, inputs: Sequence[str]) -> None:
        """Show inputs; the same one twice shows once, where it came last."""
        latest = list(dict.fromkeys(reversed(inputs)))[:500][::-1]
        self.fill(
            ((text, Content(printable_line(text.strip(), 300))) for text in latest), mark_last=True
        )


class Snippets(Listing):
    """Pieces of code of the workspace."""

    DEFAULT_CSS = "Snippets { text-wrap: nowrap; text-overflow: ellipsis; }"
    EMPTY: ClassVar[str] = "The workspace has no snippets."

    def show(self, snippets: Iterable[SnippetSpec]) -> None:
        """Show snippets with their first lines."""
        paint = paint_of(self.app)
        self.fill((snippet.id, _snippet_row(snippet, paint)) for snippet in snippets)


def _connection_row(view: ConnectionView, paint: Paint, width: int) -> Content:
    mark, style = STATE_MARKS[view.state]
    what = view.backend if view.backend and view.state in _LIVE else view.spec.kind
    parts = [
        (f"{mark} ", getattr(paint, style)),
        (printable_line(view.spec.title or view.name, 40), paint.strong),
        (f"\n  {view.state}", getattr(paint, style)),
        *_beside(view.state, what, width, paint.muted),
        *_below(view.reason, width, paint.text),
        *_below(view.next_step, width, paint.muted),
    ]
    return Content.assemble(*parts)


def _beside(state: str, what: str, width: int, style: Style) -> Iterator[tuple[str, Style]]:
    """Some text after a state where it fits, else below it."""
    shown = f" · {printable_line(what, 60)}"
    if len(state) + len(shown) + 3 <= width:
        yield shown, style
    else:
        yield from _below(what, width, style)


def _below(text: str | None, width: int, style: Style) -> Iterator[tuple[str, Style]]:
    """Some text on lines of its own, all of them indented."""
    for line in wrap(printable_line(text), max(width - 4, 8)) if text else ():
        yield f"\n  {line}", style


_LIVE: Final = (ConnectionState.ONLINE, ConnectionState.BUSY)


def _snippet_row(snippet: SnippetSpec, paint: Paint) -> Content:
    first = snippet.source.strip().partition("\n")[0]
    return Content.assemble(
        (printable_line(snippet.title or snippet.id, 60), paint.strong),
        (f"\n  {printable_line(first, 200)}", paint.muted),
    )
