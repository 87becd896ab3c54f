"""`stui session restore`: back to a state that a session had before."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from stui_workspace.cli import completing
from stui_workspace.cli.kept_names import (
    item_called,
    session_with_snapshots,
    snapshot_named,
    store_at,
    word_for,
)
from stui_workspace.cli.options import json_option, project_option, services_now
from stui_workspace.cli.session_log import SHRUNK, SIGNS, plain_changes
from stui_workspace.cli.status import Status
from stui_workspace.cli.telling import put, put_json, tell, tell_next
from stui_workspace.errors import NotFoundError, StuiError, UnusableError, UsageError
from stui_workspace.model.moments import SECOND, moment_text
from stui_workspace.model.printable import printable_line
from stui_workspace.model.session import Items
from stui_workspace.runtime.sessions.kept import kept_session
from stui_workspace.runtime.taking_back import TakenBack, newest_before, plan, take_back
from stui_workspace.storage.sessions.items import items_of
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.index import SnapshotEntry
from stui_workspace.storage.snapshots.store import SnapshotStore


@click.command("restore")
@click.argument("words", nargs=-1, metavar="[NAME] [SNAPSHOT]", shell_complete=completing.snapshots)
@project_option
@click.option("--at", "at", metavar="WHEN", help="Instead of SNAPSHOT: the state at that time.")
@click.option(
    "--only", multiple=True, metavar="ITEM", help="Bring back this item alone. Can be repeated."
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@json_option
def restore_session(  # noqa: PLR0913 (one for each option)
    words: tuple[str, ...],
    path: Path | None,
    *,
    at: str | None,
    only: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> int:
    """Bring the session NAME, or the last one, back to a SNAPSHOT of it.

    The state before is kept as a snapshot, too, and its id is told: restoring that one undoes it.
    `stui session log` shows the snapshots; the beginning of an id is enough. The session must not
    be open. WHEN is `17:00`, `yesterday 17:00`, `2h` or `3d` ago, or a date such as
    `2026-01-31 17:00`. ITEM is `buffers.scratch`, `connections.py`, `layout`, `preferences` or
    `transcript`; `buffers` is all of them.

    Examples:
      stui session restore 4f1c
      stui session restore main --at "yesterday 17:00" --only buffers.scratch
      stui session restore --at 2h --dry-run
    """
    items = [item_called(one) for one in only]
    store = store_at(path)
    name, snapshot = _parted(words, at)
    session = session_with_snapshots(store, name, path)
    entry = _chosen(store, session, snapshot, at)
    try:
        if dry_run:
            done = _would_be(store, session, entry, items)
        else:
            done = take_back(store.folder, session, entry.id, services_now(), items)
    except NotFoundError as error:
        _name_as_people_do(error)
        raise
    if as_json:
        put_json(_record_of(done, dry_run=dry_run))
    else:
        _tell(done, dry_run=dry_run)
    return Status.FINDINGS if done.problems else Status.DONE


def _parted(words: Sequence[str], at: str | None) -> tuple[str | None, str | None]:
    """The name of the session and that of the snapshot."""
    match [*words]:
        case [snapshot] if at is None:
            return None, snapshot
        case [name, snapshot] if at is None:
            return name, snapshot
        case [] if at is not None:
            return None, None
        case [name] if at is not None:
            return name, None
    reason = "name either a snapshot or a time" if at is not None else "which snapshot?"
    raise UsageError(reason, "`stui session log` shows them; or say `--at yesterday`")


def _chosen(store: SessionStore, session: str, name: str | None, at: str | None) -> SnapshotEntry:
    log = SnapshotStore(store.folder.snapshots_of(session), services_now().fs).log()
    if name is not None:
        return snapshot_named(log, name, session)
    return entry_at(log, at or "", session)


def entry_at(log: Sequence[SnapshotEntry], at: str, session: str) -> SnapshotEntry:
    """The snapshot of that time, as a person names times; one that lost most items only by its id.

    Raises:
        BadParameter: It is no time.
        NotFoundError: There is none so old.
    """
    from stui_workspace.cli.moments import parse_moment

    try:
        moment = parse_moment(at, services_now().clock())
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--at") from error
    found = newest_before(log, moment)
    if found is not None and found.shrunk:
        then = f"snapshot {found.id} of {moment_text(found.at, SECOND)}"
        tell(f"{then} {SHRUNK}; taking the one before")
        tell_next(f"`stui session restore {session} {found.id}` takes that one all the same")
        found = newest_before([one for one in log if not one.shrunk], moment)
    if found is None:
        next_step = f"`stui session log {session}` shows what there is"
        raise NotFoundError("snapshot of or before", moment_text(moment, SECOND), next_step)
    return found


def _would_be(
    store: SessionStore, session: str, entry: SnapshotEntry, only: Sequence[str]
) -> TakenBack:
    """What restoring would come to. Reads only."""
    snapshots = SnapshotStore(store.folder.snapshots_of(session), services_now().fs)
    planned = plan(_items_now(store, session), snapshots.get(entry.id), only)
    return TakenBack(session, entry, planned.changes, planned.problems)


def _items_now(store: SessionStore, session: str) -> Items:
    try:
        return items_of(kept_session(store, session).state)
    except (NotFoundError, UnusableError):
        return {}


def _name_as_people_do(error: StuiError) -> None:
    if isinstance(error, NotFoundError) and error.what == "item":
        error.name = word_for(error.name)
        error.next_step = "neither the session nor the snapshot has it; `--dry-run` shows what is"


def _record_of(done: TakenBack, *, dry_run: bool) -> dict[str, object]:
    return {
        "session": done.session,
        "snapshot": done.entry.id,
        "at": done.entry.at,
        "dry_run": dry_run,
        **plain_changes(done.changes),
        "back": done.back,
        "problems": [{"item": word_for(one.item), "reason": one.reason} for one in done.problems],
    }


def _tell(done: TakenBack, *, dry_run: bool) -> None:
    changes = plain_changes(done.changes)
    for kind, sign in SIGNS:
        for name in changes[kind]:
            put(f"{sign} {printable_line(name)}")
    for problem in done.problems:
        tell(f"{word_for(problem.item)}: {problem.reason}", kind="warning")
    what = f"session `{done.session}`"
    then = f"snapshot {done.entry.id} of {moment_text(done.entry.at, SECOND)}"
    if not done.changes.count:
        tell(f"{what} is as in {then} already")
    elif dry_run:
        tell(f"{what} would be as in {then}; nothing was changed")
    else:
        tell(f"{what} is as in {then}")
        tell_next(f"`stui session restore {done.session} {done.back}` undoes this")
