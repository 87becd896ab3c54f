"""The workbench: the screen that shows a session and lets a person work on it.

It shows what the session says, and passes on what a person does; it decides nothing and keeps
nothing of its own but what is in view. What the actions do is in `evaluating`, `pads`,
`arranging` and `choosing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar, Final, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widget import Widget

from stui_workspace import layout
from stui_workspace.errors import NotFoundError
from stui_workspace.layout import PANELS, Node, Variant
from stui_workspace.runtime.views import BufferView
from stui_workspace.tui.arranging import Arranging
from stui_workspace.tui.bars import Banner, ReturnedBar
from stui_workspace.tui.board import Board, Pane
from stui_workspace.tui.choosing import Choosing
from stui_workspace.tui.connecting.attending import Connecting
from stui_workspace.tui.doing import Doing
from stui_workspace.tui.editor import Editor
from stui_workspace.tui.evaluating import Evaluating
from stui_workspace.tui.following import Following, Happened
from stui_workspace.tui.hints import HintLine, KeyLine
from stui_workspace.tui.keys import ACTIONS, IN_ORDER
from stui_workspace.tui.labels import status_of
from stui_workspace.tui.managing import Managing
from stui_workspace.tui.pads import Pads
from stui_workspace.tui.panels.listing import Listing
from stui_workspace.tui.panels.making import widget_for
from stui_workspace.tui.ports import LiveSession
from stui_workspace.tui.status import StatusLine
from stui_workspace.tui.titling import entitle_panes
from stui_workspace.tui.welcoming import WelcomeBar, Welcoming

W = TypeVar("W", bound=Widget)


class Workbench(Doing[None]):
    DEFAULT_CSS = """
    Workbench { layout: vertical; background: $background; }
    """
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(",".join(action.keys), f"perform('{action.name}')", action.title, priority=True)
            for action in ACTIONS
            if action.keys
        ),
        Binding("tab", "perform('next-panel')", show=False),
        Binding("shift+tab", "perform('previous-panel')", show=False),
    ]

    def __init__(self, session: LiveSession) -> None:
        super().__init__()
        self.session = session
        self.board = Board(self._make)
        self.current = ""
        """The pad or panel that has the keyboard."""
        self.last_pad = ""
        """The pad that had it last: what other panels act upon."""
        self.is_arranging = False
        self.variant: Variant = session.arrangement(layout.variants.NARROW_BELOW)
        self._held: list[events.Key] | None = None
        self.following = Following(self)
        self.evaluating = Evaluating(self)
        self.pads = Pads(self)
        self.arranging = Arranging(self)
        self.choosing = Choosing(self)
        self.connecting = Connecting(self)
        self.managing = Managing(self)
        self.welcoming = Welcoming(self)
        self.doers: Mapping[str, Callable[[], object]] = {
            **self.evaluating.doers(),
            **self.pads.doers(),
            **self.arranging.doers(),
            **self.choosing.doers(),
            **self.connecting.doers(),
            **self.managing.doers(),
            **self.welcoming.doers(),
        }

    def compose(self) -> ComposeResult:
        yield Banner()
        yield ReturnedBar()
        yield WelcomeBar()
        yield self.board
        yield StatusLine()
        yield KeyLine()

    def on_mount(self) -> None:
        self.following.take_theme()
        self.show_arrangement()
        session = self.session
        self.last_pad = next((view.id for view in session.buffers()), "")
        shown = self.board.shown()
        wanted = session.focus if session.focus in layout.focus_order(self._tree()) else None
        pads = [name for name in shown if name not in PANELS]
        self.go_to(wanted or next(iter((*pads, *shown)), ""))
        self.following.show_problems()
        self.app.theme_changed_signal.subscribe(self, self.following.repaint)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """Everything that the first paint does not wait for."""
        self.following.begin()
        self.welcoming.begin()
        self.set_interval(1.0, self.following.tick)

    def on_unmount(self) -> None:
        self.following.end()

    # What a person asks for.

    def action_perform(self, name: str) -> None:
        """Do what the action of that name says."""
        self.perform(name)

    def perform(self, name: str) -> None:
        """Do what the action of that name says. What goes wrong is said, not raised."""
        self.trying(self.doers[name])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        name = parameters[0] if action == "perform" and parameters else None
        if name in IN_ORDER and (isinstance(self.focused, Editor) or self._held is not None):
            return False  # the editor does it itself, or the one that is coming up will
        if name in _IN_PADS_ONLY:
            return False
        return super().check_action(action, parameters)

    # What is in view.

    def _tree(self) -> Node:
        return self.board.arrangement or self.variant.tree

    def show_arrangement(self) -> None:
        """Lay out what the session says, at the width that there is."""
        session = self.session
        self.variant = session.arrangement(self.app.size.width)
        known = {*PANELS, *(view.id for view in session.buffers())}
        tree: Node | None = self.variant.tree
        for name in layout.unknown_names(self.variant.tree, known):
            tree = layout.close(tree, name) if tree is not None else None
        if tree is None:
            tree = layout.default_layout(view.id for view in session.buffers())
        self.board.on_top = dict(session.active)
        self.board.show(tree, session.zoomed)
        self.retitle()

    def remember_view(self) -> None:
        """Tell the session what has the keyboard, what is on top, what fills the screen."""
        self.session.focus_on(
            self.current, active=dict(self.board.on_top), zoomed=self.board.zoomed
        )

    def go_to(self, name: str) -> None:
        """Give the keyboard to a pad or panel of the arrangement, bringing its tab up."""
        if not self.board.group_with(name):
            return
        self.board.bring_up(name)
        zoomed = name if self.board.zoomed else None
        if name not in self.board.panes or not self.board.panes[name].display or zoomed:
            self.board.show(self._tree(), zoomed)
        self._now_at(name)
        self._give_keyboard(self.board.panes[name])

    def _give_keyboard(self, pane: Pane) -> None:
        """Focus what a pane shows; the keys pressed until it has come up are held for it."""
        if pane.content.is_attached:
            self.set_focus(pane.content, scroll_visible=False)
        else:
            self.set_focus(None)
            self._held = self._held or []

    def on_pane_ready(self, message: Pane.Ready) -> None:
        if message.pane.subject != self.current or self.is_arranging:
            return
        self.set_focus(message.pane.content, scroll_visible=False)
        held, self._held = self._held or [], None
        for event in held:
            message.pane.content.post_message(event)

    def on_key(self, event: events.Key) -> None:
        if self._held is not None and self.focused is None:
            event.stop()
            self._held.append(event)

    def find_current(self) -> None:
        """Give the keyboard back to what had it, or to the first panel where that is gone."""
        if not self.board.group_with(self.current):
            self.go_to(next(iter(self.board.shown()), ""))
        elif not self.is_arranging:
            self.go_to(self.current)

    def mark(self, name: str) -> None:
        """Make a panel the one in use without giving it the keyboard, while arranging."""
        zoomed = name if self.board.zoomed else None
        self.board.show(self._tree(), zoomed)
        self._now_at(name)

    def set_arranging(self, *, on: bool) -> None:
        """Give the plain keys to arranging, or take them back."""
        self.is_arranging = on
        line = self.query_one(KeyLine)
        line.show(arranging=on)
        if on:
            self.set_focus(line)  # at once: the next key is for it

    def _now_at(self, name: str) -> None:
        if name != self.current:
            self.current = name
            if name not in PANELS:
                self.last_pad = name
                self.following.show_inputs()
            self.remember_view()
        self.retitle()

    def retitle(self) -> None:
        """Write tabs, marks and notes on the frames of what is shown."""
        entitle_panes(self, self._tree())
        self.show_status()

    def show_status(self) -> None:
        """Write the status line anew."""
        view, editor = self.view(self.last_pad), self.editor()
        connection = self.evaluating.connection_of(view) if view else None
        is_at_pad = editor is not None and self.current == self.last_pad
        cursor = editor.cursor_location if editor and is_at_pad else None
        self.query_one(StatusLine).show(status_of(self.session, view, connection, cursor))

    def view(self, name: str) -> BufferView | None:
        """The pad of that name; None where there is none."""
        try:
            return self.session.buffer(name)
        except NotFoundError:
            return None

    def editor(self, name: str | None = None) -> Editor | None:
        """The editor of a pad that was shown; without a name, of the pad in use."""
        pane = self.board.panes.get(self.last_pad if name is None else name)
        return pane.content if pane and isinstance(pane.content, Editor) else None

    def panels(self, kind: type[W]) -> Iterable[W]:
        """The panels of one kind that were shown so far."""
        return [p.content for p in self.board.panes.values() if isinstance(p.content, kind)]

    def _make(self, name: str) -> Widget:
        return widget_for(name, self.session, self)

    # What the widgets tell.

    def typed(self, editor: Editor) -> None:
        self.pads.typed(editor)

    def moved(self, editor: Editor) -> None:
        self.pads.moved(editor)

    def on_happened(self, message: Happened) -> None:
        self.following.happened(message.event)

    def on_listing_ready(self, message: Listing.Ready) -> None:
        self.following.fill(message.listing)

    def on_listing_asked(self, message: Listing.Asked) -> None:
        message.stop()
        self.choosing.from_list(message.listing, message.what, message.key)

    def on_pane_tab_chosen(self, message: Pane.TabChosen) -> None:
        self.go_to(message.name)

    def on_hint_line_clicked(self, message: HintLine.Clicked) -> None:
        self.perform(message.action)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        del event  # of the past by now
        around = self.focused.ancestors if self.focused is not None else ()
        pane = next((one for one in around if isinstance(one, Pane)), None)
        if pane is not None and pane.display:
            self.arranging.leave(refocus=False)
            self._now_at(pane.subject)

    def on_resize(self, event: events.Resize) -> None:
        if self.board.arrangement is not None and event.size.width != self.variant.width:
            self.show_arrangement()
            self.find_current()
        self.call_after_refresh(self.retitle)


_IN_PADS_ONLY: Final = frozenset({"recall-older", "recall-newer"})
