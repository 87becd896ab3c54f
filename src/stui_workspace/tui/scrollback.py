"""A long text that grows at its end: sections of rows, wrapped to the width, bounded."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import ClassVar, Final, NamedTuple

from rich.segment import Segment
from textual import events
from textual._cells import cell_len
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style

from stui_workspace.model.records import dataclass, field
from stui_workspace.tui.themes import Paint, paint_of

ROW_LIMIT: Final = 1000
"""Rows of one section; the oldest go first."""
SECTION_LIMIT: Final = 200


class Row(NamedTuple):
    """One line of text, safe to show, as pieces with the names of their styles."""

    pieces: tuple[tuple[str, str], ...]
    hang: int = 0
    """Cells that the second and later lines are indented by, where it is wrapped."""

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.pieces)


class Line(NamedTuple):
    """A part of a row that fits the width."""

    row: Row
    start: int
    end: int
    indent: int


@dataclass(slots=True)
class Section:
    rows: list[Row] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    dropped_count: int = 0


def wrapped(row: Row, width: int) -> Iterator[Line]:
    """The lines of a row in `width` cells; at least one."""
    text = row.text
    if width <= 0 or (text.isascii() and len(text) <= width):
        yield Line(row, 0, len(text), 0)
        return
    start, indent = 0, 0
    hang = row.hang if row.hang < width // 2 else 0
    while True:
        end = _fitting(text, start, width - indent)
        yield Line(row, start, end, indent)
        if end >= len(text):
            return
        start, indent = end, hang


def _fitting(text: str, start: int, width: int) -> int:
    """Where the line that begins at `start` has to end: at a blank if there is one near."""
    cells = 0
    for at in range(start, len(text)):
        cells += cell_len(text[at])
        if cells > width:
            blank = text.rfind(" ", start + 1, at)
            near = blank + 1 if blank > start and at - blank <= width * 2 // 3 else at
            return max(near, start + 1)
    return len(text)


def _drop_excess(section: Section, skipped_count: int = 0) -> None:
    """Take rows away after the head, which says what was asked, and say how many."""
    excess = len(section.rows) - ROW_LIMIT
    if excess <= 0:
        return
    first = 2 if section.dropped_count else 1
    cut = excess if section.dropped_count else excess + 1  # the note takes a row
    del section.rows[first : first + cut]
    section.dropped_count += cut + skipped_count
    note = f"    … {section.dropped_count:,} lines are not shown"
    section.rows[1 : 2 if first > 1 else 1] = [Row(((note, "muted"),))]


class Scrollback(ScrollView, can_focus=True):
    """Shows sections one below the other, and stays at the end while it is at the end."""

    DEFAULT_CSS = """
    Scrollback {
        background: $surface;
        overflow-x: hidden;
        overflow-y: auto;
        scrollbar-size-vertical: 1;
    }
    """
    ALLOW_SELECT: ClassVar[bool] = True
    EMPTY: ClassVar[str] = "Nothing yet."

    def __init__(self) -> None:
        super().__init__()
        self._sections: dict[object, Section] = {}
        self._ends: list[int] = []
        self._width = 0
        self._paint: Paint | None = None
        self._follows = True
        """Whether the end stays in view when it moves; a person scrolls away from it and back."""

    @property
    def plain(self) -> str:
        """All of it as text, unwrapped."""
        return "\n".join(row.text for section in self._sections.values() for row in section.rows)

    @property
    def rows(self) -> Sequence[Row]:
        return [row for section in self._sections.values() for row in section.rows]

    def put(self, key: object, rows: Iterable[Row]) -> None:
        """Make `rows` the section of that key, at its place or else at the end."""
        section = self._sections.setdefault(key, Section())
        section.rows, section.dropped_count = list(rows), 0
        self._rewrap(section)
        self._bound()
        self._resized()

    def extend(
        self, key: object, rows: Iterable[Row], *, over_last: bool = False, skipped_count: int = 0
    ) -> None:
        """Add rows to a section, with `over_last` in place of its last one.

        Args:
            key: Of the section.
            rows: What comes after its rows.
            over_last: Whether the last row was only the beginning of the first one.
            skipped_count: How many came before them that nobody needs to see.
        """
        section = self._sections.setdefault(key, Section())
        if over_last and section.rows:
            section.rows.pop()
        section.rows += rows
        _drop_excess(section, skipped_count)
        self._rewrap(section)
        self._bound()
        self._resized()

    def splice(self, key: object, count: int, rows: Iterable[Row]) -> None:
        """Put rows in place of the first `count` of a section that is there."""
        section = self._sections.get(key)
        if section is not None:
            section.rows[:count] = rows
            self._rewrap(section)
            self._resized()

    def drop(self, keys: Iterable[object]) -> None:
        """Take sections away."""
        gone = [key for key in keys if self._sections.pop(key, None) is not None]
        if gone:
            self._resized()

    def wipe(self) -> None:
        """Take everything away."""
        self._sections.clear()
        self._resized()

    def _bound(self) -> None:
        while len(self._sections) > SECTION_LIMIT:
            del self._sections[next(iter(self._sections))]

    def _rewrap(self, section: Section) -> None:
        section.lines = [line for row in section.rows for line in wrapped(row, self._width)]

    def _resized(self) -> None:
        self._ends = list(accumulate(len(section.lines) for section in self._sections.values()))
        height = self._ends[-1] if self._ends else 0
        self.virtual_size = Size(self._width, height)
        if self._follows:
            self.scroll_end(animate=False, immediate=True, x_axis=False)
            self.call_after_refresh(self._stay_at_end)  # once the scrollbar has its place
        self.refresh()

    def _stay_at_end(self) -> None:
        if self._follows:
            self.scroll_end(animate=False, immediate=True, x_axis=False)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._follows = round(new_value) >= self.max_scroll_y or (
            self._follows and new_value > old_value
        )

    def on_resize(self, event: events.Resize) -> None:
        del event
        self._fit_width()

    def watch_show_vertical_scrollbar(self) -> None:
        """Make room for the scrollbar, or use the room that it had."""
        self.call_after_refresh(self._fit_width)

    def _fit_width(self) -> None:
        width = self.scrollable_content_region.width
        if width != self._width:
            self._width = width
            for section in self._sections.values():
                self._rewrap(section)
            self._resized()

    def notify_style_update(self) -> None:
        self._paint = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        base = self.visual_style
        width = self.scrollable_content_region.width
        if not self._ends:
            return self._strip(self._empty_line(y, width), base, width)
        at = y + self.scroll_offset.y
        line = self._line(at)
        if line is None:
            return Strip.blank(width, base.rich_style)
        strip = self._strip(self._styled(line), base, width)
        selection = self.text_selection
        if selection is not None and (span := selection.get_span(at)) is not None:
            strip = self._selected(strip, span, width)
        return strip.apply_offsets(0, at)

    def _empty_line(self, y: int, width: int) -> list[tuple[str, Style]]:
        """What stands in line `y` while there is nothing to show."""
        lines = list(wrapped(Row(((self.EMPTY, "muted"),)), width))
        found = lines[y : y + 1]
        return [(self.EMPTY[one.start : one.end], self._style("muted")) for one in found]

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        lines = (self._line(at) for at in range(self._ends[-1] if self._ends else 0))
        text = "\n".join(
            " " * line.indent + line.row.text[line.start : line.end] for line in lines if line
        )
        return selection.extract(text), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        del selection
        self.refresh()

    def _line(self, at: int) -> Line | None:
        index = bisect_right(self._ends, at)
        if index >= len(self._ends) or at < 0:
            return None
        section = list(self._sections.values())[index]
        return section.lines[at - (self._ends[index - 1] if index else 0)]

    def _styled(self, line: Line) -> Iterator[tuple[str, Style]]:
        if line.indent:
            yield " " * line.indent, Style()
        offset = 0
        for text, style in line.row.pieces:
            start, end = max(line.start - offset, 0), min(line.end - offset, len(text))
            if start < end:
                yield text[start:end], self._style(style)
            offset += len(text)

    def _style(self, name: str) -> Style:
        if self._paint is None:
            self._paint = paint_of(self.app)
        style: Style = getattr(self._paint, name)
        return style

    @staticmethod
    def _strip(pieces: Iterable[tuple[str, Style]], base: Style, width: int) -> Strip:
        segments = [Segment(text, (base + style).rich_style) for text, style in pieces]
        return Strip(segments).crop_extend(0, width, base.rich_style)

    def _selected(self, strip: Strip, span: tuple[int, int], width: int) -> Strip:
        start, end = span
        end = width if end == -1 else min(end, width)
        style = self.screen.get_visual_style("screen--selection").rich_style
        before, within, after = strip.divide([start, end, width])
        return Strip.join([before, within.apply_style(style), after])
