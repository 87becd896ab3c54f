"""`stui session stats`: how much was done in the sessions of a project, and when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from stui_workspace.cli import completing
from stui_workspace.cli.options import json_option, project_option
from stui_workspace.cli.session_catalogue import catalogue_at
from stui_workspace.cli.telling import put, put_json, tell
from stui_workspace.model.durations import format_age
from stui_workspace.model.moments import moment_text
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.sessions.statistics import Statistics, chart

_MOST_CONNECTIONS = 10


@click.command("stats")
@click.argument("name", required=False, shell_complete=completing.sessions)
@project_option
@json_option
def show_statistics(name: str | None, path: Path | None, *, as_json: bool) -> None:
    """Show how much was done in all sessions of the project, or in the session NAME.

    Time open, starts and evaluations are what the sessions count; connections and hours are taken
    from the input history and the transcripts, as far as those are kept.

    Examples:
      stui session stats
      stui session stats main --json
    """
    found = catalogue_at(path).statistics(name)
    if as_json:
        put_json(_record_of(found))
        return
    if not found.session_count:
        tell("no session is kept of this project")
        return
    for label, text in _lines(found):
        put(f"{label:12}  {text}".rstrip())


def _record_of(found: Statistics) -> dict[str, object]:
    return {
        "sessions": found.session_count,
        "seconds": found.seconds,
        "opens": found.opens,
        "evaluations": found.evaluations,
        "connections": dict(found.connections),
        "hours": list(found.hours),
        "first": found.first,
    }


def _lines(found: Statistics) -> Iterator[tuple[str, str]]:
    since = "" if found.first is None else f", since {moment_text(found.first)}"
    yield "sessions", f"{found.session_count}{since}"
    yield "time open", format_age(found.seconds)
    yield "opened", f"{found.opens} time{'' if found.opens == 1 else 's'}"
    yield "evaluations", str(found.evaluations)
    used = list(found.connections.items())
    for name, count in used[:_MOST_CONNECTIONS]:
        yield (
            "connection",
            f"{printable_line(name, 60)}: {count} evaluation{'' if count == 1 else 's'}",
        )
    if len(used) > _MOST_CONNECTIONS:
        yield "", f"and {len(used) - _MOST_CONNECTIONS} more"
    if found.busiest is not None:
        yield "by hour", chart(found.hours)
        yield "", "0     6     12    18"
        yield "busiest", f"{found.busiest}:00 to {(found.busiest + 1) % 24}:00"
