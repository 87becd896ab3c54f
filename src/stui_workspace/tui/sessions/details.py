"""All that is known of a session or a project, as rows to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from stui_workspace.model.durations import format_age, format_ago
from stui_workspace.model.moments import moment_text
from stui_workspace.model.printable import printable_line
from stui_workspace.model.session import BufferState, SessionMeta, SessionState
from stui_workspace.model.sizes import format_size
from stui_workspace.runtime.sessions.catalogue import Details
from stui_workspace.runtime.sessions.recent import Recent
from stui_workspace.runtime.sessions.resumable import Resumable
from stui_workspace.runtime.sessions.statistics import Statistics, chart
from stui_workspace.tui.scrollback import Row
from stui_workspace.tui.sessions.preview import LEAST_WIDTH, preview

_LABEL: Final = 13
_MOST: Final = 12
"""So many of one kind are named."""
_PICTURE: Final = (58, 9)


def session_rows(
    one: Resumable, details: Details | None, around: tuple[float, int], *, is_here: bool
) -> Iterator[Row]:
    """What is kept of a session.

    Args:
        one: What the list says of it.
        details: The rest; None while it is still being read.
        around: The time, and the cells that there are.
        is_here: Whether it is the one that is open in this program.
    """
    now, width = around
    if one.problem is not None or (details is not None and details.problem is not None):
        yield from _problem_rows(one, details)
        return
    yield from _state_rows(one, details, now, is_here=is_here)
    if details is None:
        yield _blank()
        yield Row((("reading it …", "muted"),))
        return
    yield from _kept_rows(details, width)


def project_rows(one: Recent, now: float) -> Iterator[Row]:
    """What is known of a project without opening it."""
    if one.is_missing:
        yield Row((("✗ ", "warn"), ("its folder is not there", "text")), hang=2)
        yield Row((("→ connect its disk; what is kept of it stays", "muted"),), hang=2)
        yield _blank()
    yield _field("Folder", printable_line(str(one.root), 400))
    yield _field("Opened", f"{moment_text(one.opened)}, {format_ago(now - one.opened)}")
    count = one.session_count
    yield _field("Kept", f"{count} session{'' if count == 1 else 's'}")


def statistics_rows(title: str, found: Statistics) -> Iterator[Row]:
    """How much was done, and at which hours."""
    yield Row(((title, "title"),))
    if found.first is not None:
        yield _field("Since", moment_text(found.first))
    yield _field("Time open", format_age(found.seconds))
    yield _field("Opened", f"{found.opens} time{'' if found.opens == 1 else 's'}")
    yield _field("Evaluations", str(found.evaluations))
    yield from _used_rows(found)
    if found.busiest is None:
        return
    yield _blank()
    yield Row((("By hour      ", "muted"), (chart(found.hours), "accent")))
    yield Row((("             0     6     12    18", "muted"),))
    yield _field("Busiest", f"{found.busiest}:00 to {(found.busiest + 1) % 24}:00")


def _used_rows(found: Statistics) -> Iterator[Row]:
    used = list(found.connections.items())
    most = max(found.connections.values(), default=1)
    for at, (name, count) in enumerate(used[:_MOST]):
        bar = "━" * max(count * 20 // most, 1)
        label = "Connections" if not at else ""
        yield Row(
            (
                (f"{label:{_LABEL}}", "muted"),
                (f"{printable_line(name, 16):16} ", "text"),
                (bar, "accent"),
                (f" {count}", "muted"),
            )
        )
    if len(used) > _MOST:
        yield _field("", f"and {len(used) - _MOST} more")


def _problem_rows(one: Resumable, details: Details | None) -> Iterator[Row]:
    reason = one.problem or (details.problem if details is not None else None) or ""
    step = details.next_step if details is not None else None
    yield Row((("✗ ", "bad"), (printable_line(reason, 400), "text")), hang=2)
    if step:
        yield Row(((f"→ {printable_line(step, 300)}", "muted"),), hang=2)
    yield _blank()
    yield _field("File", printable_line(str(one.path), 400))
    if details is not None and details.bytes:
        yield _field("Size", format_size(details.bytes))


def _state_rows(
    one: Resumable, details: Details | None, now: float, *, is_here: bool
) -> Iterator[Row]:
    meta = details.kept.state.meta if details is not None and details.kept else one.meta
    state = "open here" if is_here else _state(one, meta, details, now)
    yield _field("State", state)
    yield _field("Saved", f"{moment_text(meta.saved)}, {format_ago(now - meta.saved)}")
    machine = printable_line(meta.machine, 40)
    times = f"{meta.opens} time{'' if meta.opens == 1 else 's'}"
    last = f"{times}, last {moment_text(meta.opened)} on {machine}"
    yield _field("Opened", last if meta.opens else "not yet")
    spent = format_age(meta.seconds)
    yield _field("Time open", f"{spent}, {_evaluations(meta.evaluations)}")
    if details is not None and details.bytes:
        count = details.snapshot_count
        snapshots = f"{count} snapshot{'' if count == 1 else 's'}"
        yield _field("Size", f"{format_size(details.bytes)}, {snapshots}")


def _state(one: Resumable, meta: SessionMeta, details: Details | None, now: float) -> str:
    if one.beside:
        looks = "looks open there" if one.looks_open(now) else "left by another machine"
        return looks if one.home is None else f"{looks}, taken over as `{one.home}`"
    if meta.closed:
        return "closed"
    if details is None:
        return "not closed"
    return "open" if details.is_open else "ended without a word"


def _kept_rows(details: Details, width: int) -> Iterator[Row]:
    assert details.kept is not None  # noqa: S101 (for the type checker)
    state = details.kept.state
    yield from _missing_rows(details)
    if details.arrangement is not None and width >= LEAST_WIDTH:
        own = "as you arranged it" if state.layout.tree is not None else "as in the file"
        yield _blank()
        yield Row((("Layout  ", "title"), (own, "muted")))
        yield from preview(details.arrangement.wide, min(width, _PICTURE[0]), _PICTURE[1])
    yield from _buffer_rows(state)
    yield from _connection_rows(state)
    yield _blank()
    yield _field("Transcript", _evaluations(len(state.transcript)))
    if state.outbox:
        yield _field("Waiting", f"{len(state.outbox)} to be sent")
    if details.kept.journalled_count:
        yield _field("Journal", f"{details.kept.journalled_count} items newer than the file")


def _missing_rows(details: Details) -> Iterator[Row]:
    if details.missing:
        yield _blank()
        yield Row((("Missing", "title"),))
        yield from _named(
            (Row((("✗ ", "bad"), (printable_line(one, 80), "text"))) for one in details.missing),
            len(details.missing),
        )


def _buffer_rows(state: SessionState) -> Iterator[Row]:
    unsaved = [(name, one) for name, one in state.buffers.items() if one.text is not None]
    rest = [(name, one) for name, one in state.buffers.items() if one.text is None]
    if state.buffers:
        yield _blank()
        yield Row((("Pads", "title"),))
        yield from _named(
            (_buffer_row(name, one) for name, one in (*unsaved, *rest)), len(state.buffers)
        )


def _buffer_row(name: str, one: BufferState) -> Row:
    title = printable_line(one.title or name, 40)
    if one.text is None:
        return Row((("○ ", "muted"), (title, "text"), ("  as in the file", "muted")), hang=2)
    lines = one.text.count("\n") + 1
    words = f"  unsaved, {lines} line{'' if lines == 1 else 's'}"
    return Row((("● ", "warn"), (title, "text"), (words, "muted")), hang=2)


def _connection_rows(state: SessionState) -> Iterator[Row]:
    if not state.connections:
        return
    yield _blank()
    yield Row((("Connections", "title"),))
    rows = (
        Row(
            (
                ("● " if one.wanted else "○ ", "good" if one.wanted else "muted"),
                (printable_line(name, 40), "text"),
                (f"  {'was connected' if one.wanted else 'was not connected'}", "muted"),
                (f", {_evaluations(one.evaluations)}" if one.evaluations else "", "muted"),
            ),
            hang=2,
        )
        for name, one in state.connections.items()
    )
    yield from _named(rows, len(state.connections))


def _named(rows: Iterator[Row] | Sequence[Row], count: int) -> Iterator[Row]:
    yield from islice(rows, _MOST)
    if count > _MOST:
        yield Row(((f"  and {count - _MOST} more", "muted"),))


def _field(label: str, text: str) -> Row:
    return Row(((f"{label:{_LABEL}}", "muted"), (text, "text")), hang=_LABEL)


def _blank() -> Row:
    return Row((("", "text"),))


def _evaluations(count: int) -> str:
    return f"{count} evaluation{'' if count == 1 else 's'}"
