"""The parts of the screen: head, frames with rows, the list of conflicts, the line of keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from stui_workspace.tui.hints import Hint, HintLine
from stui_workspace.tui.keys import Action
from stui_workspace.tui.merging.sitting import Sitting
from stui_workspace.tui.merging.words import head_of, hints_of, list_row, list_title
from stui_workspace.tui.scrollback import Row, Scrollback
from stui_workspace.tui.themes import paint_of

_FRAME_CELLS = 4
"""Of a frame's width, what the border and the blanks around its title take."""


class Head(Widget):
    """Where the conflict is, which one it is, and why it is one."""

    DEFAULT_CSS = "Head { height: 2; background: $panel; color: $foreground; }"

    def __init__(self, file: str) -> None:
        super().__init__()
        self._file = file
        self._sitting: Sitting | None = None

    def show(self, sitting: Sitting) -> None:
        self._sitting = sitting
        self.refresh()

    def render(self) -> Content:
        if self._sitting is None:
            return Content("")
        return head_of(self._sitting, self._file, self.size.width, paint_of(self.app))


class Leaf(Scrollback, can_focus=False):
    """Rows in a frame, from their top."""

    DEFAULT_CSS = """
    Leaf {
        border: round $border-blurred;
        background: $surface;
        padding: 0 0 0 1;
        width: 1fr;
        border-title-color: $foreground;
        border-title-background: $surface;
        border-subtitle-color: $foreground;
        border-subtitle-background: $surface;
        &.-taken { border: heavy $success; }
    }
    """
    EMPTY = ""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.id = name
        self._follows = False

    def show(self, rows: Iterable[Row], *, first: int = 0) -> None:
        """Show other rows, with number `first` in view."""
        self.put("rows", rows)
        self._follows = False
        self._scroll_to_row(first)
        self.call_after_refresh(self._scroll_to_row, first)  # once they are wrapped to the width

    def entitle(self, title: Content, note: Content) -> None:
        """Write on the upper line of the frame, and on the lower one."""
        self._border_title = title  # not markup, and not parsed again
        self._border_subtitle = note
        self.refresh()

    @property
    def room(self) -> int:
        """How many cells a title may have."""
        return self.outer_size.width - _FRAME_CELLS

    def scroll_by_page(self, pages: int) -> None:
        """Go on, or back, by what is in view less a line."""
        step = max(self.size.height - 1, 1)
        self.scroll_relative(y=pages * step, animate=False, force=True, immediate=True)

    def _scroll_to_row(self, row: int) -> None:
        lines = (line for section in self._sections.values() for line in section.lines)
        starts = [at for at, line in enumerate(lines) if line.start == 0]
        if row < len(starts):
            self.scroll_to(y=starts[row], animate=False, force=True, immediate=True)


class Conflicts(OptionList, can_focus=False):
    """All conflicts and how they stand; the one that is asked about is marked."""

    DEFAULT_CSS = """
    Conflicts {
        border: round $border-blurred;
        border-title-color: $foreground;
        border-title-background: $surface;
        background: $surface;
        padding: 0;
        scrollbar-size-vertical: 1;
        & > .option-list--option { padding: 0 1 0 0; }
        & > .option-list--option-highlighted { background: $block-cursor-blurred-background; }
    }
    """

    class Picked(Message):
        def __init__(self, at: int) -> None:
            super().__init__()
            self.at = at

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._sitting: Sitting | None = None

    def show(self, sitting: Sitting) -> None:
        self._sitting = sitting
        self._fill()

    def on_resize(self) -> None:
        self._fill()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Picked(event.option_index))

    def _fill(self) -> None:
        sitting = self._sitting
        if sitting is None or not self.is_mounted:
            return
        paint, width = paint_of(self.app), self.size.width
        self._border_title = list_title(sitting, paint)
        self.set_options(
            Option(list_row(sitting, at, state, width, paint))
            for at, state in enumerate(sitting.states())
        )
        self.highlighted = sitting.at
        self.call_after_refresh(self.scroll_to_highlight)


class Keys(HintLine):
    """The keys of this screen."""

    def __init__(self, actions: Sequence[Action], footer: Sequence[str]) -> None:
        super().__init__()
        self._actions = actions
        self._footer = footer
        self._all: tuple[Hint, ...] = ()

    def show(self, sitting: Sitting, *, can_undo: bool) -> None:
        """Show the keys that make sense now."""
        self._all = tuple(hints_of(sitting, self._actions, self._footer, can_undo=can_undo))
        self.refresh()

    def hints(self) -> tuple[Hint, ...]:
        return self._all
