"""What asks about one conflict after the other, and shows what comes of it.

What becomes of an answer is for the screens that are made of it: `stui git mergetool` writes all of
them in the end, the workbench writes each at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen

from stui_workspace.errors import StuiError
from stui_workspace.merge import Choice, Take
from stui_workspace.model.diagnostics import Diagnostic
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.settling import shown
from stui_workspace.tui.hints import HintLine, bindings_of
from stui_workspace.tui.keys import Action
from stui_workspace.tui.merging.cards import MergingHelp, WholeResult
from stui_workspace.tui.merging.frames import Conflicts, Head, Keys, Leaf
from stui_workspace.tui.merging.own_words import OwnWords
from stui_workspace.tui.merging.page import Mark, Page
from stui_workspace.tui.merging.places import place_of, places_of
from stui_workspace.tui.merging.sides import base_rows, lines_in, side_rows
from stui_workspace.tui.merging.sitting import Sitting, State
from stui_workspace.tui.merging.words import (
    MARKS,
    SIDE_STYLES,
    SIDES,
    is_taken,
    left_words,
    result_title,
    side_note,
    side_title,
)
from stui_workspace.tui.themes import Paint, paint_of, toggle_theme

WIDE_FROM: Final = 116
"""Columns from which on the list stands beside the sides, and not below them."""

_LINES_ABOVE: Final = 2
"""Of the result, above the place that is looked at."""
_AROUND_TEXT: Final = 6
"""Cells of a side's width that its text does not get."""
_LEAST_HEIGHT: Final = 6


class Asking(Screen[None]):
    DEFAULT_CSS = """
    Asking {
        layout: vertical; background: $background;
        & #work { height: 1fr; layout: vertical; }
        & #ask { height: 1fr; width: 1fr; }
        & #sides { height: 6; }
        & #result { height: 1fr; min-height: 4; }
        & Conflicts { height: auto; min-height: 3; width: 1fr; }
        &.-wide #work { layout: horizontal; }
        &.-wide Conflicts { width: 44; height: 1fr; }
    }
    """
    AUTO_FOCUS = ""
    ACTIONS: ClassVar[tuple[Action, ...]] = ()
    FOOTER: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **extra: Any) -> None:
        cls.BINDINGS = bindings_of(cls.ACTIONS)
        super().__init_subclass__(**extra)

    def __init__(self, sitting: Sitting, name: str) -> None:
        """Begin with a merge; `name` is what the file is called."""
        super().__init__()
        self.sitting = sitting
        self._file_name = name
        self._read: tuple[bytes, Page | None] = (b"", None)
        self.own_words = OwnWords(self)
        self.doers: Mapping[str, Callable[[], object]] = {
            "take-ours": lambda: self.choose(Take.OURS),
            "take-theirs": lambda: self.choose(Take.THEIRS),
            "take-both": lambda: self.choose(Take.BOTH),
            "take-base": lambda: self.choose(Take.BASE),
            "edit": self.own_words.ask,
            "undo": self.undo,
            "skip": lambda: self.show(self.sitting.skipped()),
            "next": lambda: self.show(self.sitting.moved(1)),
            "previous": lambda: self.show(self.sitting.moved(-1)),
            "scroll-down": lambda: self._scroll(1),
            "scroll-up": lambda: self._scroll(-1),
            "result": self.show_whole_result,
            "toggle-theme": lambda: toggle_theme(self.app),
            "help": lambda: self.app.push_screen(MergingHelp(self.ACTIONS)),
        }

    # What a screen does with an answer.

    def decided(self, choice: Choice) -> tuple[Sitting, tuple[Diagnostic, ...]]:
        """The merge with the conflict that is asked about settled, and what is wrong with that.

        Raises:
            StuiError: It cannot be settled in this way.
        """
        raise NotImplementedError

    def undo(self) -> None:
        """Take back what was settled last."""
        raise NotImplementedError

    @property
    def can_undo(self) -> bool:
        """Whether there is anything to take back."""
        return self.sitting.past is not None

    def compose(self) -> ComposeResult:
        yield Head(self._file_name)
        with Horizontal(id="work"):
            with Vertical(id="ask"):
                with Horizontal(id="sides"):
                    yield from (Leaf(side) for side in SIDES)
                yield Leaf("result")
            yield Conflicts()
        yield Keys(self.ACTIONS, self.FOOTER)

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self.show(self.sitting))
        self.call_after_refresh(self.show, self.sitting)

    def on_resize(self) -> None:
        self.set_class(self.size.width >= WIDE_FROM, "-wide")
        is_wide = self.has_class("-wide")
        self.query_one(Conflicts).styles.max_height = (
            "100%" if is_wide else max(self.size.height // 2 - 8, _LEAST_HEIGHT - 1)
        )
        self._fit_sides()
        self.call_after_refresh(self._entitle)

    # What a person asks for.

    def action_perform(self, name: str) -> None:
        """Do what the action of that name says."""
        self.trying(self.doers[name])

    def trying(self, do: Callable[[], object]) -> None:
        """Do something. What goes wrong is said, not raised."""
        try:
            do()
        except StuiError as error:
            self.say_error(error)

    def choose(self, choice: Choice) -> None:
        """Settle the conflict that is asked about, and go on to the next.

        Raises:
            StuiError: It cannot be settled in this way.
        """
        before = self.sitting
        after, found = self.decided(choice)
        self.show(after)
        if found and after is not before:
            self.say(f"△ with that, the file has a problem: {found[0].message}")

    def show_whole_result(self) -> None:
        """All of the result, with what is open and what is settled marked in it."""
        sitting = self.sitting
        settlement = sitting.settlement
        here = place_of(settlement, str(sitting.current.path))
        page = self._page()
        title = f"Result: {left_words(sitting)}"
        rows = list(page.rows(_marks(sitting)))
        first = page.row_of(here) if here is not None else 0
        self.app.push_screen(WholeResult(title, rows, first))

    def say(self, text: str, *, warning: bool = True) -> None:
        """Show a short message for a while."""
        self.app.notify(
            printable_line(text, 300),
            severity="warning" if warning else "information",
            markup=False,
        )

    def say_error(self, error: StuiError) -> None:
        """Show what did not work, and what to do."""
        text = printable_line(str(error), 300)
        step = f"\n→ {printable_line(error.next_step, 300)}" if error.next_step else ""
        self.app.notify(text + step, severity="error", timeout=8, markup=False)

    # What is in view.

    def show(self, sitting: Sitting) -> None:
        """Show how the merge stands now."""
        self.sitting = sitting
        self.app.clear_notifications()
        self.query_one(Head).show(sitting)
        self.query_one(Conflicts).show(sitting)
        self.query_one(Keys).show(sitting, can_undo=self.can_undo)
        self._show_sides()
        self._show_result()
        self._entitle()

    def _fit_sides(self) -> None:
        """Make the sides as high as the longest text of any conflict, within bounds."""
        width = max(self.size.width // len(SIDES) - _AROUND_TEXT, 1)
        longest = max(
            lines_in(text, width)
            for one in self.sitting.conflicts
            for text in (one.ours, one.base, one.theirs)
        )
        most = max(self.size.height // 3, _LEAST_HEIGHT)
        self.query_one("#sides").styles.height = min(max(longest + 3, _LEAST_HEIGHT), most)

    def _show_sides(self) -> None:
        sitting = self.sitting
        seen = shown(sitting.current, sitting.settlement.policy)
        for side in SIDES:
            text = getattr(seen, side)
            rows = (
                base_rows(text) if side == "base" else side_rows(text, seen.base, SIDE_STYLES[side])
            )
            self._leaf(side).show(rows)

    def _show_result(self) -> None:
        sitting = self.sitting
        settlement = sitting.settlement
        found = place_of(settlement, str(sitting.current.path))
        place = found or range(0)  # an empty one has a start as well
        mark = MARKS[sitting.state(sitting.current)]
        marks = [] if found is None else [(found, mark)]
        page = self._page().around(found or range(0))
        first = max(page.row_of(place) - _LINES_ABOVE, 0)
        self._leaf("result").show(page.rows(marks), first=first)

    def _page(self) -> Page:
        """The result as it may be shown; read anew when it is another."""
        settlement = self.sitting.settlement
        text, page = self._read
        if page is None or text != settlement.text:
            page = Page.of(settlement.text, settlement.policy)
            self._read = settlement.text, page
        return page

    def _entitle(self) -> None:
        sitting, paint = self.sitting, paint_of(self.app)
        for side in SIDES:
            leaf = self._leaf(side)
            leaf.set_class(is_taken(sitting, side), "-taken")
            title = side_title(sitting, side, leaf.room, paint)
            leaf.entitle(title, side_note(sitting, side, paint))
        self._leaf("result").entitle(result_title(sitting, paint), self.result_note(sitting, paint))

    def result_note(self, sitting: Sitting, paint: Paint) -> Content:
        """What is to be done now."""
        raise NotImplementedError

    def _leaf(self, name: str) -> Leaf:
        return self.query_one(f"#{name}", Leaf)

    def _scroll(self, pages: int) -> None:
        for side in SIDES:
            self._leaf(side).scroll_by_page(pages)

    # What the widgets tell.

    def on_conflicts_picked(self, message: Conflicts.Picked) -> None:
        self.show(self.sitting.gone_to(message.at))

    def on_hint_line_clicked(self, message: HintLine.Clicked) -> None:
        self.action_perform(message.action)


def _marks(sitting: Sitting) -> list[tuple[range, Mark]]:
    """Each place of the result that a conflict is about, open ones before those settled."""
    states = dict(zip((str(one.path) for one in sitting.conflicts), sitting.states(), strict=True))
    is_open = {path: state is State.OPEN for path, state in states.items()}
    return [
        (place, MARKS[state])
        for state, wanted in ((State.OPEN, True), (State.OURS, False))
        for place in places_of(
            sitting.settlement, [path for path, one in is_open.items() if one is wanted]
        )
    ]
