"""What was said at the edge of the screen, with the time and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import ClassVar, Final

from textual.content import Content

from stui_workspace.tui.connecting.details import moment
from stui_workspace.tui.keys import FOOTER_NOTICES, NOTICES, Action
from stui_workspace.tui.notices.book import NoticeBook, Said
from stui_workspace.tui.scrollback import Row
from stui_workspace.tui.themes import Paint
from stui_workspace.tui.twofold import Entry, Twofold

_MARKS: Final = {"error": ("✗", "bad"), "warning": ("△", "warn"), "information": ("·", "muted")}


class NoticesScreen(Twofold[None]):
    DEFAULT_CSS = """
    NoticesScreen #list { width: 40; }
    NoticesScreen.-wide #list { width: 60; }
    """
    ACTIONS: ClassVar[tuple[Action, ...]] = NOTICES
    FOOTER: ClassVar[tuple[str, ...]] = FOOTER_NOTICES
    LIST_TITLE = "Notices"
    EMPTY = "Nothing was said yet. What is said in passing can be read again here."

    def __init__(self, book: NoticeBook, clock: Callable[[], float]) -> None:
        super().__init__()
        self._book = book
        self._clock = clock
        self.doers = {**self.doers, "clear": self._book.clear}

    def entries(self, paint: Paint, width: int) -> Iterable[Entry]:
        now = self._clock()
        for one in self._book.all():
            mark, style = _MARKS.get(one.severity, _MARKS["information"])
            times = f"  {one.count} times" if one.count > 1 else ""
            row = Content.assemble(
                (f"{mark} ", getattr(paint, style)),
                (moment(one.at, now), paint.muted),
                (times, paint.accent),
                (f"  {_first_line(one.text)}", paint.text),
            )
            text = f"{one.text} {one.step or ''} {one.severity}"
            yield Entry(one.key, row.truncate(width, ellipsis=True), text)

    def details(self, key: str) -> tuple[str, Sequence[Row]]:
        found = {one.key: one for one in self._book.all()}
        one = found.get(key)
        return ("", ()) if one is None else (one.severity, list(self._said_rows(one)))

    def offers(self, name: str) -> bool:
        return name != "clear" or bool(self._book.all())

    def _said_rows(self, one: Said) -> Iterator[Row]:
        mark, style = _MARKS.get(one.severity, _MARKS["information"])
        now = self._clock()
        for at, line in enumerate(one.text.split("\n")):
            head = f"{mark} " if at == 0 else "  "
            yield Row(((head, style), (line, "strong")), hang=2)
        if one.step:
            yield Row((("", "text"),))
            yield Row((("→ ", "accent"), (one.step, "text")), hang=2)
        yield Row((("", "text"),))
        yield Row((("Said   ", "muted"), (moment(one.at, now), "text")))
        if one.count > 1:
            times = f"{one.count} times since {moment(one.first_at, now)}"
            yield Row((("       ", "muted"), (times, "text")))


def _first_line(text: str) -> str:
    return text.partition("\n")[0]
