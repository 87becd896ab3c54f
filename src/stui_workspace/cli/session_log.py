"""`stui session log`: the states that a session can go back to."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from shutil import get_terminal_size

import click

from stui_workspace.cli import completing
from stui_workspace.cli.kept_names import session_with_snapshots, store_at, word_for
from stui_workspace.cli.options import json_option, project_option, services_now
from stui_workspace.cli.paint import is_terminal
from stui_workspace.cli.telling import put, put_json, stdout_paint, tell, tell_next
from stui_workspace.model.durations import format_age
from stui_workspace.model.moments import SECOND, moment_text
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.taking_back import Changes, Moment, strip_of, timeline
from stui_workspace.storage.snapshots.store import SnapshotStore

SHRUNK = "lost most items"

SIGNS = (("added", "+"), ("changed", "~"), ("removed", "-"))

_SHOWN = 4
_WIDEST = 100


@click.command("log")
@click.argument("name", required=False, shell_complete=completing.sessions)
@project_option
@json_option
def show_log(name: str | None, path: Path | None, *, as_json: bool) -> None:
    """List the snapshots of the session NAME, or of the last one; the newest first.

    Shows of each its id, when it was taken, how many items it has, and what changed against the
    one before: `+` came, `~` changed, `-` went. A state that had suddenly lost most items is
    marked: it is kept, but the session never falls back to it by itself. On a terminal, the first
    two lines show when snapshots were taken, with more room for what is recent.

    Examples:
      stui session log
      stui session log main-2 --json | jq -r '.[0].id'
    """
    services = services_now()
    store = store_at(path)
    session = session_with_snapshots(store, name, path)
    log = SnapshotStore(store.folder.snapshots_of(session), services.fs).log()
    moments = timeline(log)
    if as_json:
        put_json([_record_of(one) for one in moments])
        return
    now = services.clock()
    rows = [tuple(_row_of(one, now)) for one in moments]
    if rows and is_terminal(sys.stdout):
        _put_strip([one.entry.at for one in moments], now)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        put("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
    if rows:
        tell_next(f"`stui session restore {session} ID` brings one back")
    else:
        tell(f"no snapshot is kept of session `{session}`")


def _put_strip(times: Sequence[float], now: float) -> None:
    """Show when snapshots were taken, to a person."""
    strip = strip_of(times, now, min(get_terminal_size().columns, _WIDEST) - 1)
    paint = stdout_paint()
    put(paint("note", strip.text))
    put(paint("dim", strip.scale))


def plain_changes(changes: Changes) -> dict[str, list[str]]:
    """The names of the items, as people write them."""
    return {
        "added": sorted(map(word_for, changes.added)),
        "changed": sorted(map(word_for, changes.changed)),
        "removed": sorted(map(word_for, changes.removed)),
    }


def _record_of(moment: Moment) -> dict[str, object]:
    entry = moment.entry
    return {
        "id": entry.id,
        "at": entry.at,
        "items": moment.items_count,
        "shrunk": entry.shrunk,
        **plain_changes(moment.changes),
    }


def _row_of(moment: Moment, now: float) -> Iterator[str]:
    entry = moment.entry
    yield entry.id
    yield moment_text(entry.at, SECOND)
    yield f"{format_age(now - entry.at)} ago"
    yield f"{moment.items_count} items" if moment.items_count != 1 else "1 item"
    yield (f"({SHRUNK})  " if entry.shrunk else "") + _short(moment.changes)


def _short(changes: Changes) -> str:
    plain = plain_changes(changes)
    words = [f"{sign}{word}" for kind, sign in SIGNS for word in plain[kind]]
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return printable_line(" ".join(words[:_SHOWN])) + more
