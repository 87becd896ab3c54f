"""The screen of all connections: a list, and all that is known of the marked one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import OptionList

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
from stui_workspace.tui.doing import Doing
from stui_workspace.tui.framing import Frame
from stui_workspace.tui.hints import Hint, HintLine
from stui_workspace.tui.keys import CONNECTING, FOOTER_CONNECTING, shown_key
from stui_workspace.tui.panels.listing import Connections, Listing
from stui_workspace.tui.scrollback import Row, Scrollback
from stui_workspace.tui.themes import Paint

if TYPE_CHECKING:
    from stui_workspace.tui.connecting.attending import Connecting

WIDE_FROM: Final = 110
"""Columns from which on the list has more room."""

_SHOWN: Final = (ConnectionChanged, OutboxChanged, Reloaded, Returned)

_OF_ONE: Final = ("connect", "restart", "favour", "rebuild")
"""What is asked about one connection, whatever its state."""


class Brief(Connections):
    """The connections in two lines each; the marked one is what the rest is about."""

    DEFAULT_CSS = """
    Brief > .option-list--option-highlighted { background: $block-cursor-blurred-background; }
    """

    BINDINGS: ClassVar[list[BindingType]] = []

    def row(self, view: ConnectionView, paint: Paint, width: int, now: float) -> Content:
        return brief_row(view, paint, width, now)


class Details(Scrollback):
    """What is known of one connection, from its top."""

    EMPTY: ClassVar[str] = "There is no connection yet: n makes one."

    def __init__(self) -> None:
        super().__init__()
        self._follows = False
        self._shown: list[Row] = []

    def show(self, rows: Sequence[Row], *, from_top: bool) -> None:
        """Show other rows; nothing is painted where they are the same."""
        if rows == self._shown and not from_top:
            return
        self._shown = list(rows)
        self._follows = False
        self.put("rows", rows)
        if from_top:
            self.scroll_home(animate=False, immediate=True)


class ConnectingKeys(HintLine):
    """The keys of this screen."""

    def hints(self) -> tuple[Hint, ...]:
        screen = self.screen
        assert isinstance(screen, ConnectionsScreen)  # noqa: S101 (for the type checker)
        actions = {action.name: action for action in CONNECTING}
        return tuple(
            Hint(shown_key(actions[name].keys[0]), actions[name].word or "", name)
            for name in FOOTER_CONNECTING
            if screen.offers(name)
        )


class ConnectionsScreen(Doing[None]):
    DEFAULT_CSS = """
    ConnectionsScreen {
        layout: vertical; background: $background;
        & #work { height: 1fr; }
        & #list { width: 28; height: 1fr; }
        & #side { width: 1fr; height: 1fr; }
        & #details { height: 1fr; }
        & #outbox { height: auto; max-height: 40%; display: none; }
        & #outbox.-filled { display: block; }
        &.-wide #list { width: 38; }
    }
    """
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(action.keys), f"perform('{action.name}')", action.title, show=False)
        for action in CONNECTING
        if action.keys
    ]

    class Told(Message):
        """The session told of something that this screen may show."""

    def __init__(self, connecting: Connecting, marked: str | None = None) -> None:
        super().__init__()
        self._connecting = connecting
        self._wanted = marked
        self._shown: str | None = None
        self._view: ConnectionView | None = None
        self._log = Log()
        self._end: Callable[[], None] = lambda: None
        self.doers: Mapping[str, Callable[[], object]] = {
            "next-part": lambda: self._step(1),
            "previous-part": lambda: self._step(-1),
            "palette": self._palette,
            "toggle-theme": lambda: self._connecting.bench.perform("toggle-theme"),
            "help": lambda: self._connecting.bench.perform("help"),
            "close": lambda: self.dismiss(None),
        }

    def compose(self) -> ComposeResult:
        with Horizontal(id="work"):
            yield Frame(Brief(), id="list")
            with Vertical(id="side"):
                yield Frame(Details(), id="details")
                yield Frame(OutboxList(), id="outbox")
        yield ConnectingKeys()

    def on_mount(self) -> None:
        self._end = self._connecting.bench.session.subscribe(self._told)
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._repaint())
        self.query_one(Brief).focus()
        self.set_interval(1.0, self.follow)
        self.call_after_refresh(self.follow)

    def on_unmount(self) -> None:
        self._end()

    # What is in view.

    @property
    def marked(self) -> str | None:
        """The connection that everything here is about."""
        return self.query_one(Brief).marked

    def offers(self, name: str) -> bool:
        """Whether the footer names an action: where it would do something for the marked one."""
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

    def follow(self) -> None:
        """Show how all is now; what is as it was is not painted."""
        connecting = self._connecting
        views, now = connecting.views(), connecting.bench.session.clock()
        brief = self.query_one(Brief)
        brief.show(views, now)
        if self._wanted is not None:
            brief.mark(self._wanted)
            self._wanted = None
        self.query_one("#list", Frame).entitle(
            ("Connections ", "strong"), (str(len(views)), "muted")
        )
        view = next((one for one in views if one.name == self.marked), None)
        self._show_details(view, now)
        self._show_outbox(view)
        keys = self.query_one(ConnectingKeys)
        before, self._view = keys.hints(), view
        if keys.hints() != before:
            keys.refresh()

    def _show_details(self, view: ConnectionView | None, now: float) -> None:
        details, frame = self.query_one(Details), self.query_one("#details", Frame)
        if view is None:
            details.wipe()
            frame.entitle()
            return
        is_another = view.name != self._shown
        if is_another:
            self._shown, self._log = view.name, self._connecting.log(view.name)
        rows = list(detail_rows(view, self._log, now))
        details.show(rows, from_top=is_another)
        title = title_of(view)
        named = guarded_name(view.spec)
        again = named.removeprefix(view.name) if title == view.name else f"  {named}"
        guarded = ((again, "warn"),) if named != view.name else ()
        plain = ((f"  {named}", "muted"),) if title != view.name and not guarded else ()
        frame.entitle((title, "strong"), *guarded, *plain)

    def _show_outbox(self, view: ConnectionView | None) -> None:
        frame, outbox = self.query_one("#outbox", Frame), self.query_one(OutboxList)
        name = view.name if view else ""
        waiting = self._connecting.outbox.waiting(name)
        if not waiting and outbox.has_focus:
            self.query_one(Brief).focus()
        frame.set_class(bool(waiting), "-filled")
        keys = (("Enter", " edit"), ("s", " send"), ("a", " all"), ("x", " discard"))
        pieces = [
            piece for key, word in keys for piece in ((f"  {key}", "accent"), (word, "muted"))
        ]
        frame.entitle((f"Unsent {len(waiting)}", "warn"), *pieces)
        outbox.show(self._connecting.outbox, name)

    def _repaint(self) -> None:
        self.query_one(Brief).forget_rows()
        self.follow()

    # What a person asks for.

    def action_perform(self, name: str) -> None:
        """Do what the action of that name says, about the marked connection."""
        if name in self.doers:
            self._connecting.bench.trying(self.doers[name])
        elif name in ("new", "order") or self.marked is not None:
            self._connecting.asked(name, self.marked or "")
        self.call_after_refresh(self.follow)

    def _palette(self) -> None:
        from stui_workspace.tui.screens.chooser import Choice

        choices = [
            Choice(one.name, one.title, hint="  ".join(shown_key(key) for key in one.keys[:1]))
            for one in CONNECTING
            if one.name != "palette"
        ]
        self._connecting.bench.choosing.choose("Commands", choices, self.action_perform)

    def _step(self, step: int) -> None:
        parts: list[Widget] = [self.query_one(Brief), self.query_one(Details)]
        if self.query_one("#outbox").has_class("-filled"):
            parts.append(self.query_one(OutboxList))
        at = next((at for at, part in enumerate(parts) if part.has_focus), 0)
        parts[(at + step) % len(parts)].focus()

    # What the widgets and the session tell.

    def _told(self, event: Event) -> None:
        if isinstance(event, _SHOWN):
            self.post_message(self.Told())

    def on_connections_screen_told(self) -> None:
        if self._shown is not None:
            self._log = self._connecting.log(self._shown)
        self.follow()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        if isinstance(event.option_list, Brief):
            self.follow()

    def on_listing_ready(self, message: Listing.Ready) -> None:
        message.stop()
        self.follow()

    def on_listing_asked(self, message: Listing.Asked) -> None:
        message.stop()
        if isinstance(message.listing, OutboxList):
            self._connecting.outbox.ask(message.what, message.key)
        else:
            self._connecting.asked(
                "connect" if message.what == "choose" else message.what, message.key
            )

    def on_screen_resume(self) -> None:
        self.call_after_refresh(self.follow)

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width >= WIDE_FROM, "-wide")

    def on_hint_line_clicked(self, message: HintLine.Clicked) -> None:
        self.action_perform(message.action)
