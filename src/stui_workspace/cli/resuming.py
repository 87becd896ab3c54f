"""Sessions as lines to choose one by."""

from __future__ import annotations

from collections.abc import Sequence

from stui_workspace.cli.cells import cell_width
from stui_workspace.model.durations import format_ago
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.sessions.resumable import Resumable


def choices(found: Sequence[Resumable], now: float) -> list[str]:
    """Each session as one line to choose by."""
    return aligned([cells_of(one, now) for one in found])


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of cells as lines, with the columns one below the other; empty columns are left out."""
    widths = [max(map(cell_width, column)) for column in zip(*rows, strict=True)]
    used = [(column, width) for column, width in enumerate(widths) if width]
    return [
        "  ".join(row[at] + " " * (width - cell_width(row[at])) for at, width in used).rstrip()
        for row in rows
    ]


def cells_of(one: Resumable, now: float) -> tuple[str, str, str, str, str]:
    """Name, age, how the last run ended, what is unsaved, and what else there is to say."""
    handle = printable_line(one.handle, 100)
    if one.problem is not None:
        return handle, "-", "unreadable", "", printable_line(one.problem)
    meta = one.meta
    ended = "closed" if meta.closed else "looks open" if one.looks_open(now) else "open, or crashed"
    unsaved = f"{one.unsaved_count} unsaved" if one.unsaved_count else ""
    name = "" if meta.name == meta.id else printable_line(meta.name)
    more = f"taken over as {one.home}" if one.home is not None else name
    return handle, f"saved {format_ago(now - meta.saved)}", ended, unsaved, more
