"""A hunk as rows to read: what it would write, where, and why it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual.content import Content

from stui_workspace.model.printable import printable, printable_line
from stui_workspace.runtime.promoting.hunks import Hunk
from stui_workspace.runtime.promoting.taking import Taken
from stui_workspace.tui.scrollback import Row
from stui_workspace.tui.themes import Paint

PICKED: Final = "■"
OPEN: Final = "□"
REFUSED: Final = "×"  # noqa: RUF001 (a cross, beside the two boxes)
_VERBS: Final = {"add": "adds", "change": "changes", "remove": "removes"}
_STYLES: Final = {"+": "good", "-": "bad", "@": "muted"}
_LONGEST: Final = 400
_HEAD_LINES: Final = 2
_TAB: Final = "    "


def hunk_row(hunk: Hunk, paint: Paint, width: int, *, picked: bool, edited: bool) -> Content:
    """A hunk on two lines: a mark and its path, and below them what it comes to."""
    mark, style = (PICKED, paint.accent) if picked else (OPEN, paint.muted)
    if hunk.is_refused:
        mark, style = REFUSED, paint.warn
    name = _cut(printable_line(hunk.name), width - 2)
    added, removed = hunk.counts
    words = [_VERBS[hunk.kind], f"+{added} −{removed}"]  # noqa: RUF001 (as wide as the plus)
    if hunk.is_refused:
        words = ["cannot be taken"]
    elif hunk.wish.only_by_name:
        words.append("only if picked")
    elif hunk.wish.file is not None:
        words.append(printable_line(hunk.wish.file))
    if edited:
        words.append("edited")
    return Content.assemble(
        (f"{mark} ", style),
        (name, paint.muted if hunk.is_refused else paint.strong if picked else paint.text),
        (f"\n  {_cut(' · '.join(words), width - 2)}", paint.muted),
    )


def hunk_rows(hunk: Hunk, *, edited: bool) -> Iterator[Row]:
    """All that is known of a hunk: reasons first, then the difference of the file."""
    if hunk.refusal is not None:
        yield Row((("× ", "warn"), (printable_line(hunk.refusal, _LONGEST), "text")), hang=2)  # noqa: RUF001
        if hunk.next_step:
            yield Row(
                (("→ ", "muted"), (printable_line(hunk.next_step, _LONGEST), "muted")), hang=2
            )
        yield _blank()
    if hunk.note:
        yield Row((("△ ", "warn"), (printable_line(hunk.note, _LONGEST), "text")), hang=2)
        yield _blank()
    if hunk.goes_with:
        names = ", ".join(map(printable_line, hunk.goes_with))
        yield Row(
            (
                ("with ", "muted"),
                (names, "text"),
                (": together they say this" if hunk.needs_them else ": it says more", "muted"),
            ),
            hang=5,
        )
        yield _blank()
    if edited:
        yield Row((("you changed its text: that is written, not what is below", "accent"),))
        yield _blank()
    for number, line in enumerate(hunk.diff):
        style = "strong" if number < _HEAD_LINES else _STYLES.get(line[:1], "text")
        yield Row(((printable(line).replace("\t", _TAB), style),), hang=1)


def taken_words(taken: Taken) -> str:
    """What was written, and how it is undone."""
    count = len(taken.names)
    names = ", ".join(printable_line(one, 60) for one in taken.names[:3])
    more = f" and {count - 3} more" if count > 3 else ""  # noqa: PLR2004 (those that are named)
    undoing = "u undoes it here; later " + "; ".join(
        printable_line(one, 300) for one in taken.undoing
    )
    return f"wrote {names}{more}\n{undoing}"


def _blank() -> Row:
    return Row((("", "text"),))


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(width - 1, 0)] + "…"
