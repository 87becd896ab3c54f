"""Merges and what they did, as rows to read. Pure, and safe to show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from textual.content import Content

from stui_workspace.document import dump_fragment
from stui_workspace.merge.differing import Difference, Kind
from stui_workspace.model.durations import format_ago
from stui_workspace.model.moments import SECOND, moment_text
from stui_workspace.model.printable import printable_line
from stui_workspace.model.values import Absent, Plain
from stui_workspace.runtime.settling import Standing
from stui_workspace.runtime.syncing import Effect, Merged
from stui_workspace.tui.merging.words import clipped
from stui_workspace.tui.scrollback import Row
from stui_workspace.tui.themes import Paint

DIGITS: Final = 12
"""Of a revision, as `stui sync log` shows them."""

_SIGNS: Final = {
    Kind.ADDED: ("+", "good"),
    Kind.REMOVED: ("-", "bad"),
    Kind.CHANGED: ("~", "warn"),
    Kind.RENAMED: ("~", "warn"),
    Kind.MOVED: (">", "accent"),
    Kind.COMMENT: ("#", "muted"),
    Kind.EOL: ("#", "muted"),
    Kind.FORMAT: ("=", "muted"),
}
_LONGEST: Final = 300
_MOST: Final = 300
"""So many differences are shown."""


def standing_row(standing: Standing, paint: Paint) -> Content:
    """How the file stands, in two lines."""
    sign, style, words = _standing(standing)
    return Content.assemble(
        (f"{sign} ", getattr(paint, style)),
        (words, paint.strong),
        (f"\n  {printable_line(standing.file.name, 60)}", paint.muted),
    )


def standing_rows(standing: Standing) -> Iterator[Row]:
    """How the file stands, and what to do about it."""
    sign, style, words = _standing(standing)
    yield Row(((f"{sign} ", style), (words, "strong")), hang=2)
    for merge in standing.merges:
        for path in merge.paths:
            yield Row((("? ", "warn"), (printable_line(path, _LONGEST), "text")), hang=2)
        for one in merge.by_hand:
            what = printable_line(str(one.path), _LONGEST)
            yield Row((("✓ ", "good"), (what, "text"), ("  settled by hand", "muted")), hang=2)
    for problem in standing.problems:
        yield Row((("△ ", "warn"), (printable_line(problem, _LONGEST), "text")), hang=2)
    if standing.left_count:
        yield _blank()
        yield Row((("Enter ", "title"), ("asks about one after the other", "text")))
    elif standing.has_markers:
        yield _blank()
        yield Row((("Enter ", "title"), ("writes what the markers come to, without them", "text")))
    else:
        yield _blank()
        words = "What is merged by itself is listed here, and can be taken back."
        yield Row(((words, "muted"),))


def _standing(standing: Standing) -> tuple[str, str, str]:
    count = standing.left_count
    if count:
        return "?", "warn", f"{count} conflict{'' if count == 1 else 's'} to settle"
    if standing.has_markers:
        return "?", "warn", "markers, and nothing to choose"
    return "✓", "good", "Nothing is in conflict."


def merge_row(merge: Merged, now: float, paint: Paint, width: int) -> Content:
    """A merge in two lines: with what, when, and whether it stands."""
    sign, style = ("↶", "muted") if merge.is_taken_back else ("⋈", "accent")
    state = "taken back" if merge.is_taken_back else "merged"
    name = printable_line(merge.copy or "a copy", 200)
    return Content.assemble(
        (f"{sign} ", getattr(paint, style)),
        (clipped(name, max(width - 3, 1)), paint.strong),
        (f"\n  {state} · {format_ago(max(now - merge.at, 0.0))}", paint.muted),
    )


def merge_rows(merge: Merged, effect: Effect) -> Iterator[Row]:
    """What a merge did, by key path, and how it is taken back."""
    yield _field("Merged", moment_text(merge.at, SECOND))
    yield _field("With", printable_line(merge.copy or "a copy whose name is not known", 200))
    yield _field("Came to", merge.revision[:DIGITS])
    if merge.is_taken_back:
        yield Row((("↶ ", "muted"), ("you took it back", "text")), hang=2)
    elif merge.is_next:
        step = "takes it back; what was changed since stays, and the copy lies there again"
        yield Row((("u ", "title"), (step, "text")), hang=2)
    else:
        yield Row((("It can be taken back once the later ones are.", "muted"),))
    yield from _part("What came from the copy", effect.brought)
    yield from _part("Where the copy had something else, and the file's own stayed", effect.stayed)


def _part(title: str, found: Sequence[Difference] | None) -> Iterator[Row]:
    yield _blank()
    yield Row(((title, "title"),))
    if found is None:
        yield Row((("The versions that could tell are not kept any more.", "muted"),))
        return
    shown = [one for one in found if one.kind is not Kind.FORMAT]
    if not shown:
        yield Row((("Nothing" if not found else "Only how it is written", "muted"),))
    for one in shown[:_MOST]:
        yield from difference_rows(one)
    if len(shown) > _MOST:
        yield Row(((f"… and {len(shown) - _MOST} more", "muted"),))


def difference_rows(one: Difference) -> Iterator[Row]:
    """One difference: its sign, the path, and what it was and is."""
    sign, style = _SIGNS[one.kind]
    yield Row(((f"{sign} ", style), (printable_line(str(one.path), _LONGEST), "text")), hang=4)
    if one.kind is Kind.MOVED:
        return
    before, after = _lines_of(one.before), _lines_of(one.after)
    if before and after:
        was, now = _first_other(before, after)
        pieces = (("    ", "text"), (was, "muted"), (" → ", "accent"), (now, "text"))
        yield Row(pieces, hang=6)
    elif before or after:
        word, lines = ("", after) if after else ("was ", before)
        yield Row((("    ", "text"), (f"{word}{_shown(lines, 0)}", "muted")), hang=6)


def _lines_of(value: Plain | Absent) -> list[str]:
    """A value as lines; none for no value."""
    if isinstance(value, Absent):
        return []
    text = value if isinstance(value, str) else dump_fragment(value)
    return text.strip("\r\n").splitlines() or [""]


def _first_other(before: list[str], after: list[str]) -> tuple[str, str]:
    """The first line of each that the other has not, and a sign where there is more."""
    pairs = list(zip(before, after, strict=False))
    at = next((at for at, (one, other) in enumerate(pairs) if one != other), len(pairs))
    return _shown(before, at), _shown(after, at)


def _shown(lines: list[str], at: int) -> str:
    if at >= len(lines):
        return "(no more lines)"
    more = " …" if len(lines) > at + 1 else ""
    return f"{'… ' if at else ''}{printable_line(lines[at].strip(), _LONGEST)}{more}"


def _field(name: str, value: str) -> Row:
    return Row(((f"{name:<9}", "muted"), (value, "text")), hang=9)


def _blank() -> Row:
    return Row((("", "text"),))
