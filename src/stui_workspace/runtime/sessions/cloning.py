"""A second session with all that one has, to try something in."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from stui_workspace.errors import DiskError
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.session import SessionState, TranscriptEntry
from stui_workspace.runtime.looking import Kept
from stui_workspace.runtime.recovery import LOST, RUNNING
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.sessions.kept import kept_session
from stui_workspace.runtime.sessions.naming import checked_name, ids_like
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.sessions.items import ItemProblem
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.store import FILE_NAME
from stui_workspace.storage.whole import read_whole

MOST_SNAPSHOT_BYTES: Final = 64 << 20
"""Larger ones are not copied along."""


@dataclass(frozen=True, slots=True)
class Clone:
    id: str
    name: str
    problems: tuple[ItemProblem, ...] = ()
    """What of the original could not be read, and is not in the clone."""
    has_snapshots: bool = False


def clone(store: SessionStore, session: str, name: str | None, services: Services) -> Clone:
    """A new session with what `session` would come back with now; the original is only read.

    What waits to be sent stays with the original: it must not run twice. So does what still runs.

    Args:
        store: The sessions of the workspace.
        session: The id of the original, which may be open.
        name: What the new one is called; its id is made of it. None for `<id>-copy`.
        services: The world.

    Raises:
        NotFoundError: There is no such session.
        UsageError: There is one of that name.
        UnusableError: The original cannot be read.
        DiskError: Nothing was kept.
    """
    kept = kept_session(store, session)
    wanted = checked_name(name if name is not None else f"{session}-copy", store, session)
    taken = {one.id for one in store.list()}
    for each in ids_like(wanted):
        lock = store.acquire(each) if each not in taken else None
        if lock is None:
            continue
        with lock:
            if store.peek(each) is not None:
                continue
            called = each if name is None else wanted
            store.save(_copied(kept, each, called, services))
            has_snapshots = _copy_snapshots(store, session, each, services)
            return Clone(each, called, kept.problems, has_snapshots)
    raise AssertionError("there is always another name")


def _copied(kept: Kept, new: str, name: str, services: Services) -> SessionState:
    now = services.clock()
    meta = replace(
        kept.state.meta,
        id=new,
        name=name,
        machine=services.machine,
        created=now,
        opened=now,
        saved=now,
        closed=True,
        opens=0,
        evaluations=0,
        seconds=0.0,
    )
    transcript = tuple(map(_over, kept.state.transcript))
    return replace(kept.state, meta=meta, transcript=transcript, outbox=())


def _over(entry: TranscriptEntry) -> TranscriptEntry:
    """An entry that nobody takes up again: what runs belongs to the original."""
    return replace(entry, outcome=LOST, request="") if entry.outcome == RUNNING else entry


def _copy_snapshots(store: SessionStore, session: str, new: str, services: Services) -> bool:
    """Copy the snapshots along, where that can be done; whether there are any now."""
    source = store.folder.snapshots_of(session) / FILE_NAME
    with suppress(DiskError):
        content = read_whole(services.fs, source, MOST_SNAPSHOT_BYTES)
        if content:
            save_own(services.fs, store.folder.snapshots_of(new) / FILE_NAME, content)
            return True
    return False
