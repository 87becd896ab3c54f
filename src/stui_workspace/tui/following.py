"""Following the session: what it tells is shown, and what it says anew is read anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.message import Message

from stui_workspace.model.printable import printable_line
from stui_workspace.model.session import TranscriptEntry
from stui_workspace.runtime.events import (
    Change,
    ConnectionChanged,
    ConnectionState,
    CopyFound,
    EvaluationFinished,
    EvaluationStarted,
    Event,
    ItemsReplaced,
    Notice,
    OutboxChanged,
    OutputArrived,
    Reloaded,
    Returned,
    ReviewNeeded,
)
from stui_workspace.runtime.views import ConnectionView
from stui_workspace.tui.bars import Banner
from stui_workspace.tui.connecting.words import is_ticking
from stui_workspace.tui.editor import Editor, language_of
from stui_workspace.tui.feed import Feed
from stui_workspace.tui.keys import key_of
from stui_workspace.tui.labels import banner_of, reload_words
from stui_workspace.tui.panels.listing import Connections, History, Listing, Snippets
from stui_workspace.tui.panels.running import Evaluations, Inspector
from stui_workspace.tui.themes import DARK, paint_of

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench


_DONE_WITH_COPIES = {
    "merged": "merged conflict copy",
    "contained": "removed conflict copy",
    "adopted": "took conflict copy",
}


class Happened(Message):
    """The session told of something."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event


class Following:
    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._theme = ""
        self._feed = Feed(self._show_output, bench.set_timer)
        self._has_begun = False
        self._seen: tuple[ConnectionView, ...] = ()
        self.end: Callable[[], None] = lambda: None
        """Ends the listening."""

    def begin(self) -> None:
        """Listen from now on, and start what the first paint does not wait for."""
        self._has_begun = True
        self.end = self._bench.session.subscribe(self._told)
        self._bench.work(self._bench.session.start(), "looking at what changed")
        self.show_inputs()

    def _told(self, event: Event) -> None:
        if isinstance(event, OutputArrived):  # many; gathered until the next frame
            self._feed.add(event.number, event.stream, event.text)
        else:
            self._bench.post_message(Happened(event))

    def happened(self, event: Event) -> None:
        """Show what the session told of."""
        match event:
            case EvaluationStarted(entry):
                self._bench.welcoming.leave()
                self._show_entry(entry)
            case EvaluationFinished(entry):
                self._feed.flush()
                self._show_entry(entry)
                self.show_inputs()
            case ConnectionChanged():
                self._bench.connecting.changed(event)
            case ReviewNeeded():
                self._bench.connecting.review_needed(event)
            case Returned():
                self._bench.connecting.returned(event)
            case OutboxChanged():
                self._bench.connecting.outbox_changed()
            case Reloaded() | ItemsReplaced():
                self._show_anew(event)
            case CopyFound(name, action, reason, _, next_step):
                verb = _DONE_WITH_COPIES.get(action, "conflict copy")
                warning = action in ("asked", "failed")
                key = _settles() if action == "asked" else next_step
                self._say(f"{verb} {name}: {reason}", key, warning=warning)
            case Notice(text, next_step, warning, action):
                key = _settles() if action == "conflicts" else next_step
                self._say(text, key, warning=warning)
            case _:
                self.show_problems()

    def _say(self, text: str, next_step: str | None, *, warning: bool) -> None:
        step = f"\n→ {printable_line(next_step, 300)}" if next_step else ""
        self._bench.say(printable_line(text, 300) + step, warning=warning)

    def _show_entry(self, entry: TranscriptEntry) -> None:
        for panel in self._bench.panels(Evaluations):
            panel.show(entry)
        for inspector in self._bench.panels(Inspector):
            inspector.show(entry)

    def _show_output(self, number: int, pieces: Sequence[tuple[str, str]]) -> None:
        for panel in self._bench.panels(Evaluations):
            panel.add_output(number, pieces)

    def show_waiting(self) -> None:
        """Show what waits to be sent, below what was evaluated."""
        for panel in self._bench.panels(Evaluations):
            panel.show_waiting(self._bench.session.outbox())

    def wipe(self) -> None:
        """Take all evaluations off the panels."""
        for panel in (*self._bench.panels(Evaluations), *self._bench.panels(Inspector)):
            panel.wipe()

    def _show_anew(self, event: Reloaded | ItemsReplaced) -> None:
        if isinstance(event, Reloaded):
            self._follow(event.changes)
            return
        from stui_workspace.tui.timeline.following import show_replaced

        self._follow(())
        show_replaced(self._bench, event.items)

    def _follow(self, changes: tuple[Change, ...]) -> None:
        """Show what the workspace says now; what is unsaved stays as the session kept it."""
        bench = self._bench
        names = {view.id for view in bench.session.buffers()}
        for name, pane in tuple(bench.board.panes.items()):
            if isinstance(pane.content, Editor):
                if name in names:
                    self._refill(pane.content)
                else:
                    bench.board.forget(name)
        self.take_theme()
        bench.show_arrangement()
        bench.find_current()
        for listing in bench.panels(Listing):
            self.fill(listing)
        self.show_problems()
        if changes:
            bench.say(reload_words(changes))

    def _refill(self, editor: Editor) -> None:
        view = self._bench.session.buffer(editor.buffer)
        if view.text != editor.source:
            editor.replace_source(view.text)
        editor.prefer(self._bench.session.preferences)
        editor.wanted_language = language_of(view)
        editor.highlight()

    def prefer(self) -> None:
        """Let the editors take what is preferred now."""
        for editor in self._bench.panels(Editor):
            editor.prefer(self._bench.session.preferences)

    def use_theme(self, name: str) -> None:
        """Paint with another theme, and remember it for this session."""
        self._bench.session.prefer("theme", name)
        self.take_theme()

    def take_theme(self) -> None:
        """Paint with the theme that is preferred now."""
        app, wanted = self._bench.app, self._bench.session.preferences.theme
        if wanted != self._theme:
            self._theme = wanted
            app.theme = wanted if wanted in app.available_themes else DARK

    def repaint(self, _theme: object = None) -> None:
        """Paint anew what was painted in the colours of another theme."""
        for listing in self._bench.panels(Listing):
            self.fill(listing)
        self.show_problems()
        self._bench.retitle()

    def show_problems(self) -> None:
        """Show what keeps the file from being used, or take it away."""
        bench = self._bench
        bench.query_one(Banner).show(banner_of(bench.session, paint_of(bench.app)))
        bench.show_status()

    def show_connections(self) -> None:
        """Show how connections are now, and what runs on those that are down."""
        self._feed.flush()
        views = self._bench.session.connections()
        down = {one.name for one in views if one.state is ConnectionState.RECONNECTING}
        for evaluations in self._bench.panels(Evaluations):
            evaluations.show_links(down)
        self._fill_connections()
        self._bench.retitle()

    def _fill_connections(self) -> None:
        for panel in self._bench.panels(Connections):
            self.fill(panel)

    def tick(self) -> None:
        """Show what is other than a second ago: countdowns, and how long something takes."""
        self._bench.show_status()
        views = self._bench.session.connections()
        if views != self._seen or any(is_ticking(view) for view in views):
            self._seen = views
            self._fill_connections()

    def show_inputs(self) -> None:
        """Show the inputs of the pad in use; reading them has to wait for the first paint."""
        bench = self._bench
        if not self._has_begun:
            return
        view = bench.view(bench.last_pad)
        connection = bench.evaluating.connection_of(view) if view else None
        for panel in bench.panels(History):
            panel.show(bench.session.recall(connection) if connection else ())

    def fill(self, listing: Listing) -> None:
        """Give a list its rows, as they are now."""
        match listing:
            case Connections():
                listing.show(self._bench.connecting.views(), self._bench.session.clock())
            case History():
                self.show_inputs()
            case Snippets():
                listing.show(self._bench.session.snippets())


def _settles() -> str:
    """What is to be done about a conflict, by the key for it."""
    return f"{key_of('conflicts')} shows the places, and settles them"
