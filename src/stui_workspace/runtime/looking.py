"""A session as it would come back, read without touching anything of it."""

from __future__ import annotations

from stui_workspace.errors import DiskError
from stui_workspace.model.records import dataclass
from stui_workspace.model.session import SessionState
from stui_workspace.storage.sessions.items import ItemProblem, items_of, state_from
from stui_workspace.storage.sessions.journal import Journal
from stui_workspace.storage.sessions.replay import Replay, apply
from stui_workspace.storage.sessions.store import LoadedSession, SessionStore
from stui_workspace.storage.snapshots.store import SnapshotStore


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a session."""

    state: SessionState
    problems: tuple[ItemProblem, ...]
    """What of it could not be used, and what stands in for it."""
    journalled_count: int
    """Items that the journal has newer than the session file."""


def looked_at(
    store: SessionStore, journal: Journal, snapshots: SnapshotStore, session: str
) -> Kept:
    """The session with what its journal has since.

    A file that cannot be read is no reason to give up: a snapshot may say as much.

    Raises:
        NotFoundError: There is neither a file nor a snapshot.
        VersionError: A newer stui wrote it.
        DiskError: Neither the file nor the snapshots can be read.
    """
    loaded = _loaded(store, snapshots, session)
    newer, unread = _newer(journal)
    state, found = state_from(apply(items_of(loaded.state), newer.items))
    problems = (*loaded.problems, *newer.problems, *unread, *found)
    return Kept(state, problems, len(newer.items))


def _loaded(store: SessionStore, snapshots: SnapshotStore, session: str) -> LoadedSession:
    try:
        return store.look(session)
    except DiskError as error:
        found = snapshots.latest()
        if found is None:
            raise
        state, problems = state_from(found.items)
        told = ItemProblem("session", f"{error.reason}; the newest snapshot stands in")
        return LoadedSession(state, (told, *found.problems, *problems), from_snapshot=True)


def _newer(journal: Journal) -> tuple[Replay, tuple[ItemProblem, ...]]:
    try:
        return journal.look(), ()
    except DiskError as error:
        return Replay(), (ItemProblem("journal", error.reason),)
