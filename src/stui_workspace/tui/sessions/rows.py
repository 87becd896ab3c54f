"""Sessions and projects as rows of a list: two lines each, state by shape and word."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from stui_workspace.model.durations import format_ago
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.sessions.recent import Recent
from stui_workspace.runtime.sessions.resumable import Resumable
from stui_workspace.tui.themes import Paint
from stui_workspace.tui.twofold import Entry

PROJECT = "/"
"""How the key of a project begins; no session has such an id."""


def session_entry(one: Resumable, current: str, now: float, room: tuple[Paint, int]) -> Entry:
    """A session: what it is called, and how it was left.

    Args:
        one: The session.
        current: The handle of the one that is open here; empty for none.
        now: The time.
        room: The styles, and the cells that there are.
    """
    paint, width = room
    mark, style = mark_of(one, current)
    name = printable_line(one.meta.name or one.handle, 60)
    handle = "" if one.handle == one.meta.name else f"  {printable_line(one.handle, 70)}"
    head = Content.assemble(
        (f"{mark} ", getattr(paint, style)), (name, paint.strong), (handle, paint.muted)
    )
    words = " · ".join(_words(one, current, now))
    below = Content.assemble((f"  {words}", paint.warn if one.problem else paint.muted))
    lines = [line.truncate(width, ellipsis=True) for line in (head, below)]
    return Entry(one.handle, Content("\n").join(lines), _text_of(one))


def mark_of(one: Resumable, current: str) -> tuple[str, str]:
    """The shape that stands before a session, and its style."""
    if one.problem is not None:
        return "✗", "bad"
    if one.handle == current:
        return "▶", "accent"
    if one.unsaved_count:
        return "●", "warn"
    return "○", "muted"


def project_entry(one: Recent, now: float, room: tuple[Paint, int]) -> Entry:
    """A project: its name, and where it stands."""
    paint, width = room
    mark = ("✗ ", paint.warn) if one.is_missing else ("▣ ", paint.second)
    when = "missing" if one.is_missing else format_ago(now - one.opened)
    head = Content.assemble(
        mark, (printable_line(one.name, 60), paint.strong), (f"  {when}", paint.muted)
    )
    where = printable_line(str(one.root), 400)
    room_left = max(width - 2, 4)
    short = where if len(where) <= room_left else "…" + where[-(room_left - 1) :]
    below = Content.assemble((f"  {short}", paint.muted))
    lines = [line.truncate(width, ellipsis=True) for line in (head, below)]
    return Entry(f"{PROJECT}{one.root}", Content("\n").join(lines), f"{one.name} {one.root}")


def _words(one: Resumable, current: str, now: float) -> Iterator[str]:
    if one.problem is not None:
        yield printable_line(one.problem)
        return
    if one.handle == current:
        yield "open here"
    else:
        yield format_ago(now - one.meta.saved)
    if one.unsaved_count:
        yield f"{one.unsaved_count} unsaved"
    if one.home is not None:
        yield f"taken over as {one.home}"
    elif one.beside:
        yield printable_line(one.meta.machine, 24)
    elif not one.meta.closed and one.handle != current:
        yield "not closed"


def _text_of(one: Resumable) -> str:
    return f"{one.handle} {one.meta.name} {one.meta.machine}"
