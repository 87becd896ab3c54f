"""The panels that list something to choose: connections, history, snippets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from stui_workspace.model.printable import printable_line
from stui_workspace.model.workspace import SnippetSpec
from stui_workspace.runtime.views import ConnectionView
from stui_workspace.tui.connecting.rows import connection_row
from stui_workspace.tui.themes import Paint, paint_of


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
        self._is_stale = False

    def on_mount(self) -> None:
        self.post_message(self.Ready(self))

    @property
    def marked(self) -> str | None:
        """The key of the marked row."""
        at = self.highlighted
        return self._keys[at] if at is not None and at < len(self._keys) else None

    @property
    def row_count(self) -> int:
        """How many rows it has; what stands in an empty list is none."""
        return len(self._keys)

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

    def refill(self, rows: Iterable[tuple[str, Content]]) -> None:
        """Show rows, painting only those that are other than they were."""
        pairs = list(rows)
        if not pairs or self._is_stale or [key for key, _ in pairs] != self._keys:
            self._is_stale = False
            self.fill(pairs)
            return
        changed = [
            (at, content)
            for at, (_, content) in enumerate(pairs)
            if not _looks_alike(self.options[at].prompt, content)
        ]
        lines = [_height(self.options[at].prompt) == _height(content) for at, content in changed]
        if not all(lines):
            marked, scroll = self.highlighted, self.scroll_y
            self.fill(pairs)
            self.highlighted = marked
            self.scroll_to(y=scroll, animate=False)
            return
        for at, content in changed:
            self._repaint(at, content)

    def mark(self, key: str) -> None:
        """Mark the row of that key, where there is one."""
        if key in self._keys:
            self.highlighted = self._keys.index(key)

    def forget_rows(self) -> None:
        """Let the next rows all be painted: the colours are others."""
        self._is_stale = True

    def _repaint(self, at: int, content: Content) -> None:
        """Paint one row, and no other: `replace_option_prompt` would paint them all."""
        option = self.options[at]
        option._set_prompt(content)  # noqa: SLF001
        cache = self._option_render_cache
        for key in [key for key in cache.keys() if key[0] is option]:  # noqa: SIM118
            cache.discard(key)
        lines = self._line_cache
        if at in lines.index_to_line:
            self.refresh_lines(lines.index_to_line[at], lines.heights[at])

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
    """What can be evaluated on, and how each of them is. Only rows that changed are painted."""

    EMPTY: ClassVar[str] = "The workspace names no connections."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"ask('{what}')", title, show=False)
        for key, what, title in (
            ("c", "connect", "Connect, or disconnect"),
            ("d", "disconnect", "Disconnect"),
            ("r", "restart", "Restart"),
            ("i", "interrupt", "Interrupt"),
            ("t", "retry", "Try now"),
            ("y", "review", "Review"),
            ("s", "set-up", "Evaluate what sets it up"),
            ("f", "favour", "Favourite, or not"),
            ("n", "new", "New connection"),
            ("o", "order", "Favourites first, or not"),
        )
    ]

    def show(self, views: Iterable[ConnectionView], now: float) -> None:
        """Show connections as they are at `now`."""
        paint, width = paint_of(self.app), self.scrollable_content_region.width
        self.refill((view.name, self.row(view, paint, width, now)) for view in views)

    def row(self, view: ConnectionView, paint: Paint, width: int, now: float) -> Content:
        """The row of one connection, in `width` cells."""
        return connection_row(view, paint, width, now)

    def on_resize(self, event: events.Resize) -> None:
        del event
        self.post_message(self.Ready(self))  # rows are wrapped to the width

    def ask(self, what: str) -> None:
        if what in ("new", "order"):  # about no row, so an empty list can be asked as well
            self.post_message(self.Asked(self, what, self.marked or ""))
        else:
            super().ask(what)


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


def _looks_alike(one: object, other: Content) -> bool:
    return isinstance(one, Content) and one.plain == other.plain and one.spans == other.spans


def _height(content: object) -> int:
    return content.plain.count("\n") if isinstance(content, Content) else -1


def _snippet_row(snippet: SnippetSpec, paint: Paint) -> Content:
    first = snippet.source.strip().partition("\n")[0]
    return Content.assemble(
        (printable_line(snippet.title or snippet.id, 60), paint.strong),
        (f"\n  {printable_line(first, 200)}", paint.muted),
    )
