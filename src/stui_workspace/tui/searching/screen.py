"""The search of the history: typed into at once, with what is found below as it is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, OptionList, Static

from stui_workspace.history import Found, Query, Within
from stui_workspace.model.records import dataclass, replace
from stui_workspace.runtime.searching.finding import Results, Wanted
from stui_workspace.tui.doing import Doing
from stui_workspace.tui.framing import Frame
from stui_workspace.tui.hints import HintLine
from stui_workspace.tui.keys import SEARCHING
from stui_workspace.tui.panels.listing import Listing
from stui_workspace.tui.scrollback import Row
from stui_workspace.tui.searching.asking import Forgetting
from stui_workspace.tui.searching.parts import FoundList, Keys, Preview
from stui_workspace.tui.searching.rows import filters_of, row_of, rows_about, title_of, why_nothing
from stui_workspace.tui.themes import paint_of, toggle_theme

if TYPE_CHECKING:
    from stui_workspace.tui.ports import History

LIMIT: Final = 200
"""So many inputs are listed; who wants another one types on."""
_PAGE: Final = 10
_TALL_FROM: Final = 34


@dataclass(frozen=True, slots=True)
class Picked:
    """What was chosen, and where it is to go."""

    code: str
    is_for_new_pad: bool = False


class HistorySearch(Doing[Picked]):
    """Gives what was chosen; None where nothing was."""

    DEFAULT_CSS = """
    HistorySearch {
        layout: vertical; background: $background;
        & #found { height: 1fr; }
        & #text { height: 8; }
        & Input {
            border: none; height: 1; padding: 0; margin: 0 1 0 0; background: $surface;
            &:focus { border: none; background-tint: transparent; }
        }
        & #filters { height: 1; margin-bottom: 1; background: $surface; }
        &.-tall #text { height: 14; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key, f"perform('{one.name}')", one.title, show=False, priority=True)
        for one in SEARCHING
        for key in one.keys
    ]

    def __init__(self, history: History, connection: str | None, now: Callable[[], float]) -> None:
        """The screen.

        Args:
            history: What is searched; closed with the screen.
            connection: Of the pad in use; None where it has none.
            now: Seconds since 1970.
        """
        super().__init__()
        self._history = history
        self._connection = connection
        self._now = now
        self._within = Within()
        self._results: Results | None = None
        self._query = Query.read("")
        self._is_indexing = False
        self._is_searching = False
        self._is_stale = False
        self._far = ""

    def compose(self) -> ComposeResult:
        yield Frame(
            Input(placeholder="type a few letters of it"),
            Static(id="filters"),
            FoundList(),
            id="found",
        )
        yield Frame(Preview(), id="text")
        yield Keys()

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._repaint())
        for part in (self.query_one(FoundList), self.query_one(Preview)):
            part.can_focus = False
        self.query_one(Input).focus()
        self._show_filters()
        self.work(self._begin())

    def on_unmount(self) -> None:
        self._history.close()

    @property
    def marked(self) -> Found | None:
        """The input that everything here is about."""
        key = self.query_one(FoundList).marked
        if key is None or self._results is None:
            return None
        return self._results.found[int(key)]

    # Searching.

    async def _begin(self) -> None:
        """Show what is known, take in what is new, and show that, too."""
        await self._search()
        self._is_indexing = True
        await self._history.refresh(self._progressed)
        self._is_indexing = False
        await self._search()

    async def _search(self) -> None:
        """Search for what is typed; what is typed meanwhile is searched for right after."""
        self._is_stale = True
        if self._is_indexing or self._is_searching:
            return
        self._is_searching = True
        try:
            while self._is_stale and self.is_attached:
                self._is_stale = False
                typed = self.query_one(Input).value
                results = await self._history.search(Wanted(typed, self._within, LIMIT))
                if not self._is_stale and self.is_attached:
                    self._results, self._query = results, Query.read(typed)
                    self._fill()
        finally:
            self._is_searching = False

    def _look(self) -> None:
        self.work(self._search(), "searching")

    def _progressed(self, done: int, total: int) -> None:
        self._far = f"indexing, {100 * done // max(total, 1)} %"
        if self._is_indexing and self.is_attached and self._results is not None:
            self._entitle(self._results)
            self._show_text()

    # What is in view.

    def _fill(self) -> None:
        results = self._results
        if results is None or not self.is_attached:
            return
        paint, listing, now = paint_of(self.app), self.query_one(FoundList), self._now()
        width = max(listing.size.width - 2, 20)
        rows = [
            (str(at), row_of(one, self._query, now, width, paint))
            for at, one in enumerate(results.found)
        ]
        listing.fill(rows)
        if rows:
            listing.highlighted = 0
            listing.scroll_home(animate=False)
        self._entitle(results)
        self._show_text()

    @property
    def _how_far(self) -> str:
        """How far indexing is; empty where nothing is indexed."""
        return self._far if self._is_indexing else ""

    def _entitle(self, results: Results) -> None:
        self.query_one("#found", Frame).entitle(*title_of(results, self._how_far))

    def _show_text(self) -> None:
        found, preview = self.marked, self.query_one(Preview)
        if found is None:
            rows = [Row(((why_nothing(self._results, self._how_far), "muted"),))]
        else:
            rows = list(rows_about(found, self._query, self._now(), self._history.names))
        preview.put("rows", rows)
        preview.scroll_home(animate=False, immediate=True)
        preview.refresh()

    def _show_filters(self) -> None:
        line = filters_of(self._within, self._connection, self.size.width, paint_of(self.app))
        self.query_one("#filters", Static).update(line)

    def _repaint(self) -> None:
        self._show_filters()
        self._fill()

    # What a person asks for.

    def doers(self) -> Mapping[str, Callable[[], object]]:
        """What each action does."""
        return {
            "insert": lambda: self._pick(is_for_new_pad=False),
            "new-pad": lambda: self._pick(is_for_new_pad=True),
            "next": lambda: self._step(1),
            "previous": lambda: self._step(-1),
            "page-down": lambda: self._step(_PAGE),
            "page-up": lambda: self._step(-_PAGE),
            "scroll-down": lambda: self.query_one(Preview).scroll_down(animate=False),
            "scroll-up": lambda: self.query_one(Preview).scroll_up(animate=False),
            "connection": self._toggle_connection,
            "workspace": lambda: self._toggle("workspace", self._history.here.workspace),
            "machine": lambda: self._toggle("machine", self._history.here.machine),
            "failed": lambda: self._toggle("ok", value=False),
            "forget": self._ask_forgetting,
            "toggle-theme": lambda: toggle_theme(self.app),
            "help": self._help,
            "close": lambda: self.dismiss(None),
        }

    def action_perform(self, name: str) -> None:
        """Do what the action of that name says."""
        self.trying(self.doers()[name])

    def _pick(self, *, is_for_new_pad: bool) -> None:
        if self.marked is not None:
            self.dismiss(Picked(self.marked.code, is_for_new_pad))

    def _step(self, step: int) -> None:
        listing = self.query_one(FoundList)
        count = len(self._results.found) if self._results is not None else 0
        if count:
            listing.highlighted = min(max((listing.highlighted or 0) + step, 0), count - 1)

    def _toggle(self, name: str, value: object) -> None:
        is_narrow = getattr(self._within, name) is not None
        changes: dict[str, Any] = {name: None if is_narrow else value}
        self._within = replace(self._within, **changes)
        self._show_filters()
        self._look()

    def _toggle_connection(self) -> None:
        if self._connection is None:
            self.say("The pad in use has no connection.", warning=True)
        else:
            self._toggle("connection", self._connection)

    def _ask_forgetting(self) -> None:
        found = self.marked
        if found is None:
            return

        def answered(agreed: bool | None) -> None:  # noqa: FBT001 (Textual calls it so)
            if agreed:
                self.work(self._forget(found))

        self.app.push_screen(Forgetting(found, self._now), answered)

    async def _forget(self, found: Found) -> None:
        done = await self._history.forget((found.code,))
        elsewhere = done.erased.elsewhere_count
        kept = ", the lines of other machines unseen" if elsewhere else ""
        self.say(f"Forgotten{kept}. `stui history undo` brings it back within 30 days.")
        await self._history.refresh(self._progressed)
        await self._search()

    def _help(self) -> None:
        from stui_workspace.tui.screens.pages import HelpScreen, key_rows

        self.app.push_screen(HelpScreen(key_rows(SEARCHING)))

    # What the widgets tell.

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._look()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._show_text()

    def on_listing_asked(self, message: Listing.Asked) -> None:
        message.stop()
        self._pick(is_for_new_pad=False)

    def on_listing_ready(self, message: Listing.Ready) -> None:
        message.stop()

    def on_hint_line_clicked(self, message: HintLine.Clicked) -> None:
        self.action_perform(message.action)

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.height >= _TALL_FROM, "-tall")
        self.call_after_refresh(self._repaint)
