"""Inputs that were found, as rows of a list and as text to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from textual.content import Content
from textual.style import Style

from stui_workspace.history import Found, Query, Within
from stui_workspace.history.matching import marked
from stui_workspace.model.durations import format_ago
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.searching.finding import Results
from stui_workspace.runtime.searching.showing import in_view, lines_in_view
from stui_workspace.tui.keys import SEARCHING, shown_key
from stui_workspace.tui.scrollback import Row
from stui_workspace.tui.themes import Paint

_WHEN: Final = 7
_MOST_LINES: Final = 500
_NARROW: Final = 70
_ROOMY_FROM: Final = 90
_NOTHING: Final = "Nothing fits. Fewer letters, or a wider search, may find it."
_INDEXING: Final = "The history is indexed for the first time; what is typed waits for that."
_EMPTY: Final = (
    "Nothing was evaluated yet. F5 evaluates a line of a pad; it is found here from then on."
)


def title_of(results: Results, far: str) -> Iterator[tuple[str, str]]:
    """What stands above the inputs that were found, as texts with the names of their styles.

    Args:
        results: Of the search.
        far: How far indexing is; empty where nothing is indexed.
    """
    yield "History ", "strong"
    if far:
        yield far, "warn"
    else:
        shown = f"{len(results.found)}{'+' if results.has_more else ''}"
        yield f"{shown} of {results.text_count:,} inputs", "muted"
    if results.damaged:
        yield f"  {'a damaged file' if len(results.damaged) == 1 else 'damaged files'}", "warn"
    if results.is_behind:
        yield "  another stui is indexing", "warn"


def why_nothing(results: Results | None, far: str) -> str:
    """Why nothing is listed."""
    if results is None or results.text_count:
        return _NOTHING
    return _INDEXING if far else _EMPTY


def row_of(found: Found, query: Query, now: float, width: int, paint: Paint) -> Content:
    """One input on one line: when, what, and at the end how often and where."""
    when = format_ago(now - found.last).removesuffix(" ago")
    often = f"{found.count}x " if found.count > 1 else ""
    end = f"{often}{printable_line(found.connection, 14)}" if width >= _NARROW else often.strip()
    state = ("✗ ", paint.bad) if not found.ok else ("  ", paint.text)
    head = Content.assemble((f"{when[:_WHEN]:>{_WHEN}} ", paint.muted), state)
    room = max(width - head.cell_length - len(end) - 2, 10)
    mark = _marking(paint)
    pieces = in_view(found.code, marked(query, found.code), room)
    code = Content.assemble(*((text, mark if is_it else paint.text) for text, is_it in pieces))
    code = code.truncate(room, ellipsis=True)
    gap = " " * max(room - code.cell_length + 2, 1)
    return Content.assemble(head, code, (gap + end, paint.muted))


def rows_about(found: Found, query: Query, now: float, names: Mapping[str, str]) -> Iterator[Row]:
    """All of one input: its lines, and above them when and where it was used."""
    yield Row((("  ".join(_facts(found, now, names)), "muted"),))
    lines = lines_in_view(found.code, marked(query, found.code), _MOST_LINES)
    for line in lines:
        pieces = tuple((text, "title" if is_it else "code") for text, is_it in line)
        yield Row(pieces or (("", "code"),), hang=2)
    more = found.code.rstrip().count("\n") + 1 - len(lines)
    if more > 0:
        yield Row(((f"and {more:,} more lines", "muted"),))


def filters_of(within: Within, connection: str | None, width: int, paint: Paint) -> Content:
    """The keys that narrow and widen, each with a word for how it is now."""
    words = (
        ("connection", within.connection, "any connection", f"only {connection}"),
        ("workspace", within.workspace, "any workspace", "this workspace"),
        ("machine", within.machine, "any machine", "this machine"),
        ("failed", within.ok, "any outcome", "failed only"),
    )
    keys = {action.name: shown_key(action.keys[0]) for action in SEARCHING}
    gap = "  " if width >= _ROOMY_FROM else " "
    pieces: list[tuple[str, Style]] = []
    for name, chosen, wide, narrow in words:
        word = wide if chosen is None else printable_line(narrow, 24)
        style = paint.muted if chosen is None else paint.strong
        pieces += [(f"{keys[name]} ", paint.accent), (f"{word}{gap}", style)]
    return Content.assemble(*pieces)


def _facts(found: Found, now: float, names: Mapping[str, str]) -> Iterator[str]:
    yield format_ago(now - found.last)
    yield f"on {printable_line(found.connection, 24)}"
    workspace = names.get(found.workspace)
    if workspace:
        yield f"in {printable_line(workspace, 24)}"
    if found.machine:
        yield f"at {printable_line(found.machine, 24)}"
    if found.count > 1:
        yield f"{found.count:,} times" + (
            f", {found.failed_count:,} failed" * bool(found.failed_count)
        )
    elif not found.ok:
        yield "failed"


def _marking(paint: Paint) -> Style:
    """Marked by its form as well as by its colour."""
    return paint.title + Style(underline=True)
