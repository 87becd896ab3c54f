"""The screen of all connections: a list, and all that is known of the marked one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from stui_workspace.runtime.events import (
    ConnectionChanged,
    ConnectionState,
    Event,
    OutboxChanged,
    Reloaded,
    Returned,
)
from stui_workspace.runtime.views import ConnectionView
from stui_workspace.tui.connecting.details import Log, detail_rows
from stui_workspace.tui.connecting.rows import brief_row
from stui_workspace.tui.connecting.unsent import OutboxList
from stui_workspace.tui.connecting.words import guarded_name, title_of
from stui_workspace.tui.framing import Frame
from stui_workspace.tui.keys import CONNECTING, FOOTER_CONNECTING, Action
from stui_workspace.tui.panels.listing import Listing
from stui_workspace.tui.scrollback import Row
from stui_workspace.tui.themes import Paint
from stui_workspace.tui.twofold import Entry, Twofold

if TYPE_CHECKING:
    from stui_workspace.tui.connecting.attending import Connecting

_SHOWN = (ConnectionChanged, OutboxChanged, Reloaded, Returned)

_OF_ONE = ("connect", "disconnect", "restart", "favour", "rebuild", "forget")
"""What is asked about one connection, whatever its state."""

_OF_NONE = ("new", "order")


class ConnectionsScreen(Twofold[None]):
    DEFAULT_CSS = """
    ConnectionsScreen {
        & #list { width: 28; }
        & #side { width: 1fr; height: 1fr; }
        & #outbox { height: auto; max-height: 40%; display: none; }
        & #outbox.-filled { display: block; }
        &.-wide #list { width: 38; }
    }
    """
    ACTIONS: ClassVar[tuple[Action, ...]] = CONNECTING
    FOOTER: ClassVar[tuple[str, ...]] = FOOTER_CONNECTING
    LIST_TITLE: ClassVar[str] = "Connections"
    EMPTY: ClassVar[str] = "There is no connection yet: n makes one."

    class Told(Message):
        """The session told of something that this screen may show."""

    def __init__(self, connecting: Connecting, marked: str | None = None) -> None:
        super().__init__()
        self._connecting = connecting
        self.wanted = marked
        self._views: dict[str, ConnectionView] = {}
        self._logs: dict[str, Log] = {}
        self._end: Callable[[], None] = lambda: None
        common = self.doers
        own = {one.name: partial(self._ask, one.name) for one in CONNECTING}
        kept = {"toggle-theme": lambda: connecting.bench.perform("toggle-theme")}
        self.doers = {**own, "choose": own["connect"], **common, **kept}

    def beside(self) -> ComposeResult:
        with Vertical(id="side"):
            yield from super().beside()
            yield Frame(OutboxList(), id="outbox")

    def parts(self) -> Sequence[Widget]:
        outbox = self.query_one(OutboxList)
        is_shown = self.query_one("#outbox").has_class("-filled")
        return (*super().parts(), outbox) if is_shown else super().parts()

    def on_mount(self) -> None:
        self._end = self._connecting.bench.session.subscribe(self._told)
        self.set_interval(1.0, self.follow)

    def on_unmount(self) -> None:
        self._end()

    # What is in view.

    @property
    def _view(self) -> ConnectionView | None:
        return self._views.get(self.marked or "")

    def follow(self) -> None:
        """Show how all is now; what is as it was is not painted."""
        if not self.is_up:
            return
        self._views = {one.name: one for one in self._connecting.views()}
        super().follow()

    def entries(self, paint: Paint, width: int) -> Iterable[Entry]:
        now = self._connecting.bench.session.clock()
        for view in self._views.values():
            sought = f"{view.name} {title_of(view)} {view.spec.kind} {view.state}"
            yield Entry(
                view.name, brief_row(view, paint, width + 1, now), sought
            )  # it ends in a blank

    def details(self, key: str) -> tuple[str, Sequence[Row]]:
        view, log = self._views[key], self._logs.get(key)
        if log is None:
            log = self._logs[key] = self._connecting.log(key)
        return title_of(view), list(detail_rows(view, log, self._connecting.bench.session.clock()))

    def heading(self, title: str) -> Iterable[tuple[str, str]]:
        yield title, "strong"
        view = self._view
        if view is None:
            return
        named = guarded_name(view.spec)
        if named != view.name:
            yield named.removeprefix(view.name) if title == view.name else f"  {named}", "warn"
        elif title != view.name:
            yield f"  {named}", "muted"

    def offers(self, name: str) -> bool:
        """Whether it would do something for the marked one."""
        view = self._view
        match name:
            case "retry":
                return view is not None and view.state is ConnectionState.RECONNECTING
            case "interrupt":
                return view is not None and view.state is ConnectionState.BUSY
            case "review":
                return view is not None and (
                    view.state is ConnectionState.NEEDS_YOU or view.to_review is not None
                )
            case "set-up":
                return view is not None and bool(view.spec.setup)
        return view is not None or name not in _OF_ONE

    def show_marked(self, *, is_empty: bool) -> None:
        super().show_marked(is_empty=is_empty)
        frame, outbox, name = (
            self.query_one("#outbox", Frame),
            self.query_one(OutboxList),
            self.marked,
        )
        waiting = self._connecting.outbox.waiting(name) if name else ()
        if not waiting and outbox.has_focus:
            self.parts()[0].focus()
        frame.set_class(bool(waiting), "-filled")
        keys = (("Enter", " edit"), ("s", " send"), ("a", " all"), ("x", " discard"))
        pieces = [
            piece for key, word in keys for piece in ((f"  {key}", "accent"), (word, "muted"))
        ]
        frame.entitle((f"Unsent {len(waiting)}", "warn"), *pieces)
        if name:
            outbox.show(self._connecting.outbox, name)

    # What a person asks for, and what the session tells.

    def _ask(self, name: str) -> None:
        if name in _OF_NONE or self.marked is not None:
            self._connecting.asked(name, self.marked or "")

    def _told(self, event: Event) -> None:
        if isinstance(event, _SHOWN):
            self.post_message(self.Told())

    def on_connections_screen_told(self) -> None:
        self._logs.clear()
        self.follow()

    def on_listing_asked(self, message: Listing.Asked) -> None:
        if isinstance(message.listing, OutboxList):
            message.stop().prevent_default()
            self._connecting.outbox.ask(message.what, message.key)
