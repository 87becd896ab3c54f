"""The screen that all of these are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Input, OptionList

from stui_workspace.tui.doing import Doing
from stui_workspace.tui.framing import Frame
from stui_workspace.tui.hints import Hint, HintLine, bindings_of, footer_of
from stui_workspace.tui.keys import Action, shown_key
from stui_workspace.tui.panels.filtering import Filter
from stui_workspace.tui.panels.listing import Listing
from stui_workspace.tui.scrollback import Row
from stui_workspace.tui.themes import Paint, paint_of, toggle_theme
from stui_workspace.tui.twofold.parts import Details, Entry, List

T = TypeVar("T")

WIDE_FROM: Final = 110
"""Columns from which on the list has more room."""

_NOTHING_FITS: Final = "Nothing fits. Fewer letters, or Esc, show more."


class _Keys(HintLine):
    """The keys of the screen that it is on."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Hint, ...] = ()

    def follow(self) -> None:
        """Show what can be done now; what is as it was is not painted."""
        hints = self.hints()
        if hints != self._shown:
            self._shown = hints
            self.refresh()

    def hints(self) -> tuple[Hint, ...]:
        screen = self.screen
        assert isinstance(screen, Twofold)  # noqa: S101 (for the type checker)
        return footer_of(screen.ACTIONS, filter(screen.offers, screen.FOOTER))


class Twofold(Doing[T], Generic[T]):
    """The frame of these screens.

    A screen says its `ACTIONS` and `FOOTER`, gives `entries` and `details`, and adds to `doers`
    what its actions do. The keys of `common_actions` are there on each.
    """

    DEFAULT_CSS = """
    Twofold {
        layout: vertical; background: $background;
        & #work { height: 1fr; }
        & #list { width: 34; height: 1fr; }
        & #details { width: 1fr; height: 1fr; }
        &.-wide #list { width: 46; }
    }
    """
    AUTO_FOCUS = ""
    WAIT_WORDS: ClassVar[str] = "working"
    ACTIONS: ClassVar[tuple[Action, ...]] = ()
    FOOTER: ClassVar[tuple[str, ...]] = ()
    LIST_TITLE: ClassVar[str] = ""
    EMPTY: ClassVar[str] = "Nothing yet."
    """What stands in the list where it has no entry."""

    def __init_subclass__(cls, **extra: Any) -> None:
        cls.BINDINGS = bindings_of(cls.ACTIONS)
        super().__init_subclass__(**extra)

    def __init__(self) -> None:
        super().__init__()
        self.wanted: str | None = None
        """What is marked as soon as it is in the list."""
        self._shown: str | None = None
        self._rows: list[Row] = []
        self.doers: Mapping[str, Callable[[], object]] = {
            "next-part": lambda: self._step(1),
            "previous-part": lambda: self._step(-1),
            "filter": self._ask_filter,
            "palette": self._palette,
            "toggle-theme": lambda: toggle_theme(self.app),
            "help": self._help,
            "close": self._leave,
        }

    # What a screen says of itself.

    def entries(self, paint: Paint, width: int) -> Iterable[Entry]:
        """What the list has now, with rows of at most `width` cells."""
        raise NotImplementedError

    def details(self, key: str) -> tuple[str, Sequence[Row]]:
        """The title and the rows about one thing of the list."""
        raise NotImplementedError

    def heading(self, title: str) -> Iterable[tuple[str, str]]:
        """The title of the details, as texts with the names of their styles."""
        return ((title, "strong"),)

    def empty(self) -> str:
        """What is said where there is nothing."""
        return self.EMPTY

    def note(self) -> str:
        """What stands behind the title of the list; the number of things, unless said otherwise."""
        return str(self.query_one(List).row_count)

    def offers(self, name: str) -> bool:
        """Whether an action can be asked for now; the footer and the palette leave it out else."""
        del name
        return True

    # What is in view.

    def compose(self) -> ComposeResult:
        with Horizontal(id="work"):
            yield Frame(Filter(placeholder="type to narrow"), List(), id="list")
            yield from self.beside()
        yield _Keys()

    def beside(self) -> ComposeResult:
        """What stands beside the list."""
        yield Frame(Details(), id="details")

    def parts(self) -> Sequence[Widget]:
        """What the keyboard goes to, in turn."""
        return (self.query_one(List), self.query_one(Details))

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._repaint())
        self.query_one(List).focus()
        self.call_after_refresh(self.follow)

    @property
    def marked(self) -> str | None:
        """The key of the thing that everything here is about."""
        return self.query_one(List).marked

    @property
    def sought(self) -> str:
        """What the list is narrowed to, in lower case: some are too long to be given whole."""
        return self.query_one(Filter).value.strip().casefold()

    def mark(self, key: str) -> None:
        """Mark another thing of the list."""
        self.query_one(List).mark(key)

    def follow(self) -> None:
        """Show how all is now; what is as it was is not painted."""
        if not self.is_up:
            return
        paint, found = paint_of(self.app), self.query_one(List)
        sought = self.sought
        width = max(found.scrollable_content_region.width - 1, 10)
        shown = [
            (one.key, one.row)
            for one in self.entries(paint, width)
            if sought in (one.text or one.row.plain).casefold()
        ]
        found.refill(shown)
        if self.wanted is not None and any(key == self.wanted for key, _ in shown):
            found.mark(self.wanted)
            self.wanted = None
        note = self.note()
        self.query_one("#list", Frame).entitle(
            (self.LIST_TITLE, "strong"), (f" {note}" if note else "", "muted")
        )
        self.show_marked(is_empty=not shown)

    def show_marked(self, *, is_empty: bool) -> None:
        """Show what is known of the marked thing, and what can be done about it."""
        self._show_details(self.marked, is_empty=is_empty)
        self.query_one(_Keys).follow()

    def _show_details(self, key: str | None, *, is_empty: bool) -> None:
        details, frame = self.query_one(Details), self.query_one("#details", Frame)
        if key is None:
            frame.entitle()
            words = _NOTHING_FITS if self.sought else self.empty()
            rows = [Row(((words, "muted"),))] if is_empty else []
        else:
            title, found = self.details(key)
            frame.entitle(*self.heading(title))
            rows = list(found)
        is_another = key != self._shown
        if rows != self._rows or is_another:
            self._shown, self._rows = key, rows
            details._follows = False  # noqa: SLF001 (a person may have gone to its end)
            details.put("rows", rows)
            details.refresh()
        if is_another:
            details.scroll_home(animate=False, immediate=True)

    def _repaint(self) -> None:
        self.query_one(List).forget_rows()
        self.follow()

    # What a person asks for.

    def action_perform(self, name: str) -> None:
        """Do what the action of that name says."""
        self.trying(self.doers[name])
        self.call_after_refresh(self.follow)

    def _leave(self) -> None:
        """Put the filter away, or the screen."""
        field = self.query_one(Filter)
        if field.has_class("-shown"):
            self._end_filter(field, keep=False)
        else:
            self.dismiss(None)

    def _palette(self) -> None:
        from stui_workspace.tui.screens.chooser import Choice, Chooser

        choices = [
            Choice(one.name, one.title, hint="  ".join(shown_key(key) for key in one.keys[:1]))
            for one in self.ACTIONS
            if one.name != "palette" and self.offers(one.name)
        ]

        def chosen(name: str | None) -> None:
            if name is not None:
                self.action_perform(name)

        self.app.push_screen(Chooser("Commands", choices), chosen)

    def _help(self) -> None:
        from stui_workspace.tui.screens.pages import HelpScreen, key_rows

        self.app.push_screen(HelpScreen(key_rows(self.ACTIONS)))

    def _step(self, step: int) -> None:
        parts = self.parts()
        at = next((at for at, part in enumerate(parts) if part.has_focus), 0)
        parts[(at + step) % len(parts)].focus()

    def _ask_filter(self) -> None:
        field = self.query_one(Filter)
        field.add_class("-shown")
        field.focus()

    def _end_filter(self, field: Filter, *, keep: bool) -> None:
        if not keep:
            field.value = ""
        field.set_class(bool(field.value), "-shown")
        self.query_one(List).focus()

    # What the widgets tell.

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.follow()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._end_filter(self.query_one(Filter), keep=True)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if self.is_up:  # the list is as it was
            self.show_marked(is_empty=not self.query_one(List).row_count)

    def on_listing_ready(self, message: Listing.Ready) -> None:
        message.stop()
        self.follow()

    def on_listing_asked(self, message: Listing.Asked) -> None:
        message.stop()
        if "choose" in self.doers:
            self.action_perform("choose")

    def on_screen_resume(self) -> None:
        self.call_after_refresh(self.follow)

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width >= WIDE_FROM, "-wide")
        self.call_after_refresh(self.follow)

    def on_hint_line_clicked(self, message: HintLine.Clicked) -> None:
        self.action_perform(message.action)
