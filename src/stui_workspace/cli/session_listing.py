"""`stui session ls` and `stui session show`: which sessions there are, and what is kept of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from stui_workspace.cli import completing
from stui_workspace.cli.kept_names import last_session
from stui_workspace.cli.options import json_option, project_option, services_now
from stui_workspace.cli.resuming import aligned, choices
from stui_workspace.cli.session_catalogue import catalogue_at
from stui_workspace.cli.telling import put, put_json, tell, tell_next
from stui_workspace.model.durations import format_age, format_ago
from stui_workspace.model.moments import moment_text
from stui_workspace.model.printable import printable_line
from stui_workspace.model.session import SessionMeta
from stui_workspace.runtime.looking import Kept
from stui_workspace.runtime.sessions.kept import kept_session
from stui_workspace.runtime.sessions.recent import Recent, recents
from stui_workspace.runtime.sessions.resumable import Resumable


@click.command("ls")
@click.argument("sought", metavar="[FILTER]", required=False)
@click.option("--all", "every", is_flag=True, help="List the projects with sessions instead.")
@project_option
@json_option
def list_sessions(sought: str | None, path: Path | None, *, every: bool, as_json: bool) -> None:
    """List the sessions, the last saved first; with FILTER, those with that in their name.

    A session that cannot be read is listed, too, with the reason. With `session: {store: beside}`,
    those that other machines left beside the workspace file are listed: `stui --resume main@laptop`
    goes on with one of them. `--all` lists the projects that were open on this machine instead.

    Examples:
      stui session ls
      stui session ls refactor
      stui session ls --all
      stui session ls --json | jq -r '.[].id'
    """
    services = services_now()
    if every:
        _list_projects(sought, as_json=as_json)
        return
    found = [one for one in catalogue_at(path).rows() if _is_sought(_texts(one), sought)]
    if as_json:
        put_json([_record_of(one) for one in found])
        return
    rows = choices(found, services.clock())
    for row in rows:
        put(row)
    if not rows:
        tell("no session is kept of this project" if sought is None else "no session is called so")


@click.command("show")
@click.argument("name", required=False, shell_complete=completing.sessions)
@project_option
@json_option
def show_session(name: str | None, path: Path | None, *, as_json: bool) -> None:
    """Show what is kept of the session NAME, or of the last one.

    Says of each item what would come back: texts, connections, layout, transcript. Reads only;
    a session that is open elsewhere is not disturbed.

    Examples:
      stui session show
      stui session show main-2 --json
    """
    catalogue = catalogue_at(path)
    store = catalogue.store
    if name is None:
        name = last_session(store, path)
    kept = kept_session(store, catalogue.named(name).id)
    if as_json:
        put_json(_details(kept))
        return
    for label, text in _lines(kept, services_now().clock()):
        put(f"{label:12}  {printable_line(text)}")
    for problem in kept.problems:
        tell(f"{problem.item}: {problem.reason}", kind="warning")


def _list_projects(sought: str | None, *, as_json: bool) -> None:
    services = services_now()
    found = [one for one in recents(services) if _is_sought((one.name, str(one.root)), sought)]
    if as_json:
        put_json([_project_record(one) for one in found])
        return
    for row in aligned([_project_cells(one, services.clock()) for one in found]):
        put(row)
    if found:
        tell_next("`stui PATH` opens one of them")
    else:
        tell("no project is known here" if sought is None else "no project is called so")


def _is_sought(texts: Sequence[str], sought: str | None) -> bool:
    return sought is None or any(sought.casefold() in text.casefold() for text in texts)


def _texts(one: Resumable) -> tuple[str, ...]:
    return one.handle, one.meta.name, one.meta.machine


def _project_cells(one: Recent, now: float) -> tuple[str, ...]:
    count = one.session_count
    return (
        printable_line(one.name, 60),
        f"{count} session{'' if count == 1 else 's'}",
        f"opened {format_ago(now - one.opened)}",
        printable_line(str(one.root), 400),
        "missing" if one.is_missing else "",
    )


def _project_record(one: Recent) -> dict[str, object]:
    return {
        "name": one.name,
        "root": str(one.root),
        "opened": one.opened,
        "sessions": one.session_count,
        "missing": one.is_missing,
    }


def _record_of(one: Resumable) -> dict[str, object]:
    return {
        **_meta(one.meta),
        "id": one.handle,
        "beside": one.beside,
        "unsaved": one.unsaved_count,
        "file": str(one.path),
        "problem": one.problem,
        "taken_over_as": one.home,
    }


def _meta(meta: SessionMeta) -> dict[str, object]:
    return {
        "id": meta.id,
        "name": meta.name,
        "machine": meta.machine,
        "created": meta.created,
        "opened": meta.opened,
        "saved": meta.saved,
        "closed": meta.closed,
        "opens": meta.opens,
        "evaluations": meta.evaluations,
        "seconds": meta.seconds,
    }


def _details(kept: Kept) -> dict[str, object]:
    state = kept.state
    return {
        **_meta(state.meta),
        "layout": {"variant": state.layout.variant, "changed": state.layout.tree is not None},
        "buffers": {
            name: {
                "unsaved": buffer.text is not None,
                "title": buffer.title,
                "cursor": list(buffer.cursor),
                "ad_hoc": buffer.ad_hoc,
            }
            for name, buffer in state.buffers.items()
        },
        "connections": {
            name: {"wanted": record.wanted, "evaluations": record.evaluations}
            for name, record in state.connections.items()
        },
        "transcript": len(state.transcript),
        "journalled": kept.journalled_count,
        "problems": [{"item": one.item, "reason": one.reason} for one in kept.problems],
    }


def _lines(kept: Kept, now: float) -> Iterator[tuple[str, str]]:
    meta, state = kept.state.meta, kept.state
    yield "session", meta.id if meta.name == meta.id else f"{meta.id} ({meta.name})"
    yield "saved", f"{moment_text(meta.saved)}, {format_age(now - meta.saved)} ago"
    yield "opened", f"{meta.opens} times, last {moment_text(meta.opened)} on {meta.machine}"
    yield "last run", "closed" if meta.closed else "still open, or ended without a word"
    if kept.journalled_count:
        yield "journal", f"{kept.journalled_count} items newer than the session file"
    if state.layout.tree is not None or state.layout.variant is not None:
        yield "layout", "as you arranged it" if state.layout.tree is not None else "as in the file"
    for name, buffer in state.buffers.items():
        line, column = buffer.cursor
        text = (
            "as in the file" if buffer.text is None else f"unsaved, {len(buffer.text)} characters"
        )
        yield "buffer", f"{name}: {text}, cursor at {line + 1}:{column + 1}"
    for name, record in state.connections.items():
        wanted = "was connected" if record.wanted else "was not connected"
        yield "connection", f"{name}: {wanted}, {_evaluations(record.evaluations)}"
    yield "transcript", _evaluations(len(state.transcript))


def _evaluations(count: int) -> str:
    return f"{count} evaluation{'' if count == 1 else 's'}"
