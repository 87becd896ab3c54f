"""The status line at the foot: what is true now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from textual._cells import cell_len
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.runtime.events import ConnectionState
from stui_workspace.tui.connecting.words import STATE_MARKS, between
from stui_workspace.tui.themes import Paint, paint_of


@dataclass(frozen=True, slots=True)
class Status:
    """What the status line says; all texts are shown as they stand."""

    workspace: str = ""
    session: str = ""
    """`restored 7 of 8`."""
    file: str = ""
    """What is wrong with the workspace file; empty while it is good."""
    connection: str = ""
    state: ConnectionState | None = None
    detail: str = ""
    """What is said after the state: a countdown, how long it is busy, the round trip."""
    waiting_count: int = 0
    """Evaluations in its outbox."""
    guard: str = ""
    """The word for the connection's guard; empty where nothing guards it."""
    cursor: tuple[int, int] | None = None
    """Line and column, both from 0."""
    modified: bool = False
    outdated: bool = False
    saved: str = ""
    """`saved 3 s ago`."""


class Part(tuple[str, str, int]):
    """A text, the name of its style, and its rank: the highest ranks go first if space is short."""

    __slots__ = ()


def parts_of(status: Status) -> tuple[list[Part], list[Part]]:
    """The parts of the status line, those at its start and those at its end."""
    first = [Part((printable_line(status.workspace, 40), "title", 0))]
    if status.file:
        first.append(Part((f"✗ {printable_line(status.file, 60)}", "bad", 1)))
    if status.session:
        first.append(Part((status.session, "text", 3)))
    if status.connection and status.state is not None:
        first += _connection_parts(status, status.state)
    last = []
    if status.outdated:
        last.append(Part(("△ the file has a newer text", "warn", 4)))
    if status.modified:
        last.append(Part(("● modified", "warn", 2)))
    if status.cursor is not None:
        line, column = status.cursor
        last.append(Part((f"Ln {line + 1}, Col {column + 1}", "muted", 5)))
    if status.saved:
        last.append(Part((status.saved, "muted", 4)))
    return first, last


def _connection_parts(status: Status, state: ConnectionState) -> Iterator[Part]:
    mark, style = STATE_MARKS[state]
    name = printable_line(status.connection, 24)
    if status.guard:
        yield Part((f"{name} · {status.guard}", "warn", 1))
        name = ""
    words = " ".join(word for word in (mark, name, state.value) if word)
    waiting = f", {status.waiting_count} waiting" if status.waiting_count else ""
    yield Part((f"{words}{between(status.detail, ', ')}{status.detail}{waiting}", style, 2))


def status_line(status: Status, width: int, paint: Paint) -> Content:
    """The status line in `width` cells; what matters least is left out where it is narrow."""
    first, last = parts_of(status)
    while first and last and _length(first) + _length(last) + 3 > width:
        least = max((*first, *last), key=lambda part: part[2])
        (last if least in last else first).remove(least)
    gap = max(width - _length(first) - _length(last) - 2, 1)
    pieces: list[tuple[str, Style]] = [(" ", paint.text), *_joined(first, paint)]
    pieces += [(" " * gap, paint.text), *_joined(last, paint), (" ", paint.text)]
    return Content.assemble(*pieces)


def saved_words(seconds: float | None) -> str:
    """How long ago something was saved, coarse enough not to flicker."""
    if seconds is None:
        return "not saved yet"
    if seconds < 2:  # noqa: PLR2004 (less than a moment)
        return "saved just now"
    for size, unit in ((3600.0, "h"), (60.0, "min")):
        if seconds >= size:
            return f"saved {int(seconds // size)} {unit} ago"
    return f"saved {int(seconds)} s ago"


def _length(parts: Sequence[Part]) -> int:
    return sum(cell_len(text) for text, _, _ in parts) + 3 * max(len(parts) - 1, 0)


def _joined(parts: Iterable[Part], paint: Paint) -> Iterable[tuple[str, Style]]:
    for index, (text, style, _) in enumerate(parts):
        if index:
            yield " │ ", paint.faint
        yield text, getattr(paint, style)


class StatusLine(Widget):
    DEFAULT_CSS = "StatusLine { height: 1; background: $panel; color: $foreground; }"

    def __init__(self) -> None:
        super().__init__()
        self._status = Status()

    def show(self, status: Status) -> None:
        """Show another status; nothing is painted where it is the same."""
        if status != self._status:
            self._status = status
            self.refresh()

    @property
    def plain(self) -> str:
        return self.render().plain

    def render(self) -> Content:
        return status_line(self._status, self.size.width, paint_of(self.app))
