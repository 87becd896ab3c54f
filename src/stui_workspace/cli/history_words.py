"""How the history is put into words on the command line."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from stui_workspace.cli.paint import paint_for
from stui_workspace.cli.telling import tell, tell_next
from stui_workspace.history import Found
from stui_workspace.model.durations import format_ago
from stui_workspace.model.moments import moment_text
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.searching.finding import Results
from stui_workspace.runtime.searching.showing import in_view


def record_of(found: Found, names: Mapping[str, str]) -> dict[str, object]:
    """One input as JSON."""
    return {
        "id": found.id,
        "code": found.code,
        "count": found.count,
        "failed": found.failed_count,
        "last": found.last,
        "connection": found.connection,
        "workspace": found.workspace,
        "workspace_name": names.get(found.workspace),
        "machine": found.machine,
        "ok": found.ok,
        "match": found.near.name.lower(),
    }


def line_of(found: Found, now: float, width: int, marks: frozenset[int]) -> str:
    """One input as a line: when, where, how often, and what; what was sought stands out."""
    often = f"{found.count}x" if found.count > 1 else ""
    when = format_ago(now - found.last).removesuffix(" ago")
    failed = "failed" if not found.ok else ""
    name = printable_line(found.connection, 12)
    head = f"{when:>6.12}  {name:12}  {often:>5} {failed:6}  "
    return head + _code_of(found.code, max(width - len(head), 20), marks)


def _code_of(code: str, width: int, marks: frozenset[int]) -> str:
    paint = paint_for(sys.stdout)
    pieces = in_view(code, marks, width)
    return "".join(paint("strong", text) if is_marked else text for text, is_marked in pieces)


def tell_standing(results: Results, unreadable: Iterable[Path] = ()) -> None:
    """Say what is wrong with the history, if anything is.

    Args:
        results: Of a search.
        unreadable: The files that say what was forgotten, and cannot be read.
    """
    for path in unreadable:
        told = f"{printable_line(str(path), 400)} cannot be read"
        tell(f"{told}: what was forgotten there may be found again", kind="warning")
        tell_next("`stui doctor` looks at it")
    for name, count in results.damaged:
        many = "a line" if count == 1 else f"{count} lines"
        tell(f"{many} of {name} cannot be read; all others are searched", kind="warning")
    if results.is_behind:
        tell("another stui brings the index up to date: not all is found yet", kind="warning")
        tell_next("search again in a while")


def moment_words(at: float | None) -> str:
    """A time, or a dash for none."""
    return "-" if at is None else moment_text(at)
