"""`stui session`: list, show and remove sessions."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import click

from stui_workspace.cli import completing
from stui_workspace.cli.asking import agrees, asker
from stui_workspace.cli.finding import project_at
from stui_workspace.cli.kept import Kept, kept_session
from stui_workspace.cli.options import json_option, project_option, services_now
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, put_json, tell
from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.model.durations import format_age
from stui_workspace.model.printable import printable_line
from stui_workspace.model.session import SessionMeta
from stui_workspace.storage.sessions import SessionStore, SessionSummary


@click.group(name="session")
def command() -> None:
    """List, show and remove sessions.

    A session is what this machine remembers of a workbench: texts with unsaved edits, cursors,
    layout, transcript. The workspace file is not part of it.

    Examples:
      stui session ls
      stui session show
      stui session rm main-2
    """


@command.command("ls")
@project_option
@json_option
def list_sessions(path: Path | None, *, as_json: bool) -> None:
    """List the sessions, the last saved first.

    Examples:
      stui session ls
      stui session ls --json | jq -r '.[].id'
    """
    found = _store(path).list()
    if as_json:
        put_json([_record_of(one) for one in found])
        return
    now = services_now().clock()
    rows = [_row_of(one, now) for one in found]
    widths = [max(len(row[column]) for row in rows) for column in range(3)] if rows else []
    for row in rows:
        cells = [f"{cell:{width}}" for cell, width in zip(row, widths, strict=False)]
        put("  ".join([*cells, *row[len(widths) :]]).rstrip())
    if not rows:
        tell("no session is kept of this project")


@command.command("show")
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
    store = _store(path)
    if name is None:
        name = _last(store, path)
    kept = kept_session(store, _named(store, name).id)
    if as_json:
        put_json(_details(kept))
        return
    for label, text in _lines(kept, services_now().clock()):
        put(f"{label:12}  {printable_line(text)}")
    for problem in kept.problems:
        tell(f"{problem.item}: {problem.reason}", kind="warning")


@command.command("rm")
@click.argument("names", nargs=-1, required=True, shell_complete=completing.sessions)
@project_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove_sessions(names: tuple[str, ...], path: Path | None, *, yes: bool) -> int:
    """Delete sessions, with their unsaved texts and snapshots.

    Asks at the terminal; without one, `--yes` is needed. A session that is open is not deleted.

    Examples:
      stui session rm main-2
      stui session rm main-2 main-3 --yes
    """
    store = _store(path)
    found = [_named(store, name) for name in names]
    person = None if yes else asker()
    if not yes and person is None:
        raise UsageError("nobody is here to be asked", "`--yes` deletes without asking")
    kept_count = 0
    for one in found:
        if person is not None and not agrees(person, f"Delete session `{one.id}` for good?"):
            kept_count += 1
            continue
        _remove(store, one.id)
        tell(f"deleted session `{one.id}`")
    return Status.FINDINGS if kept_count else Status.DONE


def _store(path: Path | None) -> SessionStore:
    services = services_now()
    project = project_at(path, services.home)
    return SessionStore(services.locations.workspace(project.root), services.fs)


def _last(store: SessionStore, path: Path | None) -> str:
    """The session that was saved last."""
    found = store.list()
    if not found:
        root = project_at(path, services_now().home).root
        raise NotFoundError("session of", str(root), "`stui` starts one")
    return found[0].id


def _named(store: SessionStore, name: str) -> SessionSummary:
    """The session of that id or name."""
    for one in store.list():
        if name in (one.id, one.meta.name):
            return one
    raise NotFoundError("session", name, "`stui session ls` shows what there is")


def _remove(store: SessionStore, session: str) -> None:
    lock = store.acquire(session)
    if lock is None:
        raise UsageError(f"session `{session}` is open in another stui", "close it there first")
    with lock:
        store.remove(session)


def _record_of(one: SessionSummary) -> dict[str, object]:
    return {**_meta(one.meta), "file": str(one.path), "problem": one.problem}


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


def _row_of(one: SessionSummary, now: float) -> tuple[str, str, str, str]:
    """Id, age, how the last run ended, and what else there is to say."""
    meta = one.meta
    if one.problem is not None:
        return one.id, "-", "unreadable", printable_line(one.problem)
    ended = "closed" if meta.closed else "open, or crashed"
    name = "" if meta.name == meta.id else printable_line(meta.name)
    return one.id, f"saved {format_age(now - meta.saved)} ago", ended, name


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
    yield "saved", f"{_moment(meta.saved)}, {format_age(now - meta.saved)} ago"
    yield "opened", f"{meta.opens} times, last {_moment(meta.opened)} on {meta.machine}"
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
        yield "connection", f"{name}: {wanted}, {record.evaluations} evaluations"
    yield "transcript", f"{len(state.transcript)} evaluations"


def _moment(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
