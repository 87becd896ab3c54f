"""`stui session`: list, show, restore and remove sessions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from stui_workspace.cli import completing
from stui_workspace.cli.asking import agrees, asker
from stui_workspace.cli.finding import project_at
from stui_workspace.cli.kept_names import last_session, named_session, store_at
from stui_workspace.cli.options import json_option, project_option, services_now
from stui_workspace.cli.resuming import choices
from stui_workspace.cli.session_log import show_log
from stui_workspace.cli.session_restore import restore_session
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, put_json, tell
from stui_workspace.errors import UsageError
from stui_workspace.model.durations import format_age
from stui_workspace.model.moments import moment_text
from stui_workspace.model.printable import printable_line
from stui_workspace.model.session import SessionMeta
from stui_workspace.runtime.sessions.kept import Kept, kept_session
from stui_workspace.runtime.sessions.resumable import Resumable, resumables
from stui_workspace.storage.sessions import SessionStore


@click.group(name="session")
def command() -> None:
    """List, show, restore and remove sessions.

    A session is what this machine remembers of a workbench: texts with unsaved edits, cursors,
    layout, transcript. The workspace file is not part of it.

    Examples:
      stui session ls
      stui session show
      stui session log
      stui session restore --at "yesterday 17:00"
      stui session rm main-2
    """


command.add_command(show_log)
command.add_command(restore_session)


@command.command("ls")
@project_option
@json_option
def list_sessions(path: Path | None, *, as_json: bool) -> None:
    """List the sessions, the last saved first.

    With `session: {store: beside}`, those that other machines left beside the workspace file are
    listed, too: `stui --resume main@laptop` goes on with one of them.

    Examples:
      stui session ls
      stui session ls --json | jq -r '.[].id'
    """
    services = services_now()
    found = resumables(project_at(path, services.home), services)
    if as_json:
        put_json([_record_of(one) for one in found])
        return
    rows = choices(found, services.clock())
    for row in rows:
        put(row)
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
    store = store_at(path)
    if name is None:
        name = last_session(store, path)
    kept = kept_session(store, named_session(store, name).id)
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
    store = store_at(path)
    found = [named_session(store, name) for name in names]
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


def _remove(store: SessionStore, session: str) -> None:
    lock = store.acquire(session)
    if lock is None:
        raise UsageError(f"session `{session}` is open in another stui", "close it there first")
    with lock:
        store.remove(session)


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
        yield "connection", f"{name}: {wanted}, {record.evaluations} evaluations"
    yield "transcript", f"{len(state.transcript)} evaluations"
