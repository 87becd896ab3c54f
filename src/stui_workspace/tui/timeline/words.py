"""The words of the timeline: rows of the list and of the details. Pure, and safe to show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Final

from textual.content import Content

from stui_workspace.model.durations import format_age
from stui_workspace.model.moments import CLOCK, SECOND, moment_text
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.taking_back import (
    Changes,
    Comparison,
    ItemDifference,
    Kind,
    Moment,
    Strip,
    TakenBack,
)
from stui_workspace.storage.sessions.items import BUFFER, CONNECTION
from stui_workspace.tui.scrollback import Row
from stui_workspace.tui.themes import Paint

SHRUNK: Final = "lost most items"
_BARS: Final = " ▁▃▅▇"
_SIGNS: Final = {Kind.ADDED: ("+", "good"), Kind.REMOVED: ("-", "bad"), Kind.CHANGED: ("~", "warn")}
_LINES: Final = {
    "+": "good",
    "-": "bad",
    "~": "warn",
    ">": "second",
    "@": "faint",
    " ": "muted",
}
_NAMED: Final = 3
"""So many items are named in a row of the list."""
_ROWS: Final = 200
"""So many lines are shown of one item."""
_LINE: Final = 300
_DAY: Final = 86400.0


class Against(Enum):
    """What a snapshot is compared with."""

    NOW = "now"
    BEFORE = "the one before"
    MARKED = "the marked one"


def title_of(item: str) -> str:
    """An item as people call it: `pad scratch`, `connection py`, `layout`."""
    for prefix, noun in ((BUFFER, "pad"), (CONNECTION, "connection")):
        if item.startswith(prefix):
            return f"{noun} {printable_line(item.removeprefix(prefix), 60)}"
    return printable_line(item, 60)


def short_of(changes: Changes) -> str:
    """What a snapshot changed: `+notes ~scratch -layout and 2 more`."""
    signed = (("+", changes.added), ("~", changes.changed), ("-", changes.removed))
    words = [f"{sign}{_bare(name)}" for sign, names in signed for name in sorted(names)]
    more = f" and {len(words) - _NAMED} more" if len(words) > _NAMED else ""
    return " ".join(words[:_NAMED]) + more


def _bare(item: str) -> str:
    return printable_line(item.removeprefix(BUFFER).removeprefix(CONNECTION), 30)


def moment_row(moment: Moment, paint: Paint, now: float, *, is_marked: bool, width: int) -> Content:
    """A snapshot in two lines: how long ago, when, how much; and what it changed."""
    entry = moment.entry
    count = f"{moment.items_count} item{'' if moment.items_count == 1 else 's'}"
    when = moment_text(entry.at, CLOCK if now - entry.at < _DAY else "%d %b %H:%M")
    head = Content.assemble(
        (f"{format_age(now - entry.at):<7}", paint.strong),
        (f"{when:<13}", paint.text),
        (count, paint.muted),
    ).truncate(width, ellipsis=True)
    marks = ("◆ marked  ", paint.accent) if is_marked else ("", paint.text)
    lost = (f"! {SHRUNK}  ", paint.warn) if entry.shrunk else ("", paint.text)
    below = Content.assemble("  ", marks, lost, (short_of(moment.changes), paint.muted))
    return Content("\n").join([head, below.truncate(width, ellipsis=True)])


def text_of(moment: Moment) -> str:
    """What the filter looks in."""
    lost = SHRUNK if moment.entry.shrunk else ""
    names = " ".join(map(_bare, moment.changes.names))
    return f"{moment_text(moment.entry.at, SECOND)} {names} {lost}"


def older_row(count: int, paint: Paint) -> Content:
    """What stands below the last snapshot where there are more."""
    return Content.assemble(
        (f"… {count:,} older", paint.accent), ("\n  Enter shows more of them", paint.muted)
    )


def strip_rows(strip: Strip, cell: int) -> Iterator[Row]:
    """When snapshots were taken, with the marked one pointed at."""
    bars = "".join(_BARS[level] for level in strip.levels)
    bar = bars[cell] if bars[cell] != " " else "▁"
    yield Row(((bars[:cell], "muted"), (bar, "title"), (bars[cell + 1 :], "muted")))
    yield Row(((f"{' ' * cell}▲", "title"),))
    yield Row(((strip.scale, "muted"),))


def head_rows(moment: Moment, now: float, against: Against, other: Moment | None) -> Iterator[Row]:
    """When it was, and what it is compared with."""
    entry = moment.entry
    yield Row(
        (
            (moment_text(entry.at, SECOND), "strong"),
            (f"  {_age(now - entry.at)}  ", "muted"),
            (f"{entry.id}", "faint"),
        )
    )
    if entry.shrunk:
        words = "most items of the state before were gone; nothing falls back to it by itself"
        yield Row((("! ", "warn"), (SHRUNK, "warn"), (f": {words}", "muted")), hang=2)
    yield Row((("", "text"),))
    yield Row(tuple(_heading(moment, against, other)))


def _heading(moment: Moment, against: Against, other: Moment | None) -> Iterator[tuple[str, str]]:
    if against is Against.NOW:
        yield "From then to now", "title"
        yield "  a return undoes it", "muted"
    elif other is None:
        nothing = "there is none before it" if against is Against.BEFORE else "m marks one"
        yield f"Compared with {against.value}: {nothing}", "muted"
    else:
        first, last = sorted((moment, other), key=lambda one: one.entry.at)
        yield "From ", "title"
        yield moment_text(first.entry.at, SECOND), "title"
        yield " to ", "title"
        is_near = last.entry.at - first.entry.at < _DAY
        yield moment_text(last.entry.at, CLOCK if is_near else SECOND), "title"


def comparison_rows(found: Comparison) -> Iterator[Row]:
    """What differs, item by item."""
    if not found.differences and not found.problems:
        yield Row((("  nothing differs", "muted"),))
    for problem in found.problems:
        pieces = ((f"! {title_of(problem.item)}", "bad"), (f": {problem.reason}", "muted"))
        yield Row(pieces, hang=2)
    for one in found.differences:
        yield from _difference_rows(one)


def _difference_rows(one: ItemDifference) -> Iterator[Row]:
    sign, style = _SIGNS[one.kind]
    summary = f"  {printable_line(one.gist, 120)}" if one.gist else ""
    yield Row(((f"{sign} ", style), (title_of(one.item), "strong"), (summary, "muted")), hang=4)
    for line in one.more[:_ROWS]:
        text = printable_line(line.text, _LINE)
        yield Row(((f"    {line.sign} {text}", _LINES.get(line.sign, "text")),), hang=6)
    if len(one.more) > _ROWS:
        yield Row(((f"    … {len(one.more) - _ROWS:,} more lines", "muted"),))


def told_of(done: TakenBack, undo_key: str) -> tuple[str, bool]:
    """What is said once something came back, and whether that is a warning."""
    when = moment_text(done.entry.at, SECOND)
    problems = [f"{title_of(one.item)}: {one.reason}" for one in done.problems]
    stayed = "".join(f"\n! {line}" for line in problems)
    if not done.changes.count:
        return f"nothing changed: all of it is as at {when}{stayed}", bool(problems)
    names = _listed(map(title_of, done.changes.names))
    return f"as at {when}: {names}\n→ {undo_key} undoes it{stayed}", bool(problems)


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more


def _age(seconds: float) -> str:
    return f"{format_age(seconds)} ago"
