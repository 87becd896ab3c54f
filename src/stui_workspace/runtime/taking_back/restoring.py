"""Writing a session back to what it was, such that it can be undone and no crash mixes the two.

First the session as it is now becomes whole in its file, and its journal is forgotten: else the
journal would be replayed over what comes back. Then it becomes a snapshot, and so does what comes
back. Only then the file is replaced, in one step. Whatever ends it early, the session is as it was.
"""

from __future__ import annotations

from collections.abc import Sequence

from stui_workspace.errors import UsageError
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.session import Items, SessionState
from stui_workspace.model.values import Plain
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.taking_back.planning import Changes, plan
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.sessions.items import ItemProblem, items_of, state_from
from stui_workspace.storage.sessions.journal import Journal
from stui_workspace.storage.sessions.replay import apply
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.index import SnapshotEntry, SnapshotId
from stui_workspace.storage.snapshots.store import SnapshotStore


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What came of it."""

    session: str
    entry: SnapshotEntry
    changes: Changes
    problems: tuple[ItemProblem, ...] = ()
    """What could not be read, of the session as it was or of the snapshot."""
    back: SnapshotId | None = None
    """The snapshot that undoes it; None where nothing had to change."""


def take_back(
    folder: WorkspaceFolder,
    session: str,
    snapshot: SnapshotId,
    services: Services,
    only: Sequence[str] = (),
) -> TakenBack:
    """Make a session what it was when a snapshot of it was taken.

    A snapshot that had suddenly lost most items counts as wanted from then on.

    Args:
        folder: What is kept of the workspace.
        session: The id of a session that nobody has open.
        snapshot: The name of one of its snapshots.
        services: The disk and the clock.
        only: As for `plan`.

    Raises:
        UsageError: The session is open in another stui.
        NotFoundError: There is no such session, snapshot or item.
        VersionError: A newer stui wrote the session.
        DiskError: It could not be written; the session is as it was.
    """
    kept = _Kept(folder, session, services)
    lock = kept.store.acquire(session)
    if lock is None:
        raise UsageError(f"session `{session}` is open in another stui", "close it there first")
    with lock:
        found = kept.snapshots.get(snapshot)
        now, problems = kept.read()
        planned = plan(items_of(now), found, only)
        back = None
        if planned.changes.count:
            back = kept.keep(now)
            problems = (*problems, *kept.replace(now, planned.items))
        if found.entry.shrunk and not only:
            kept.snapshots.confirm(snapshot)
    return TakenBack(session, found.entry, planned.changes, (*planned.problems, *problems), back)


class _Kept:
    """A session on the disk, whose lock is held."""

    def __init__(self, folder: WorkspaceFolder, session: str, services: Services) -> None:
        self.store = SessionStore(folder, services.fs)
        self.snapshots = SnapshotStore(folder.snapshots_of(session), services.fs)
        self._journal = Journal(folder.journal_of(session), services.fs)
        self._session = session
        self._services = services

    def read(self) -> tuple[SessionState, tuple[ItemProblem, ...]]:
        """The session with all that its journal has since, and what of it cannot be read."""
        loaded = self.store.load(self._session)
        newer = self._journal.replay_all()
        state, problems = state_from(apply(items_of(loaded.state), newer.items))
        return state, (*loaded.problems, *newer.problems, *problems)

    def keep(self, now: SessionState) -> SnapshotId:
        """Make the session whole as it is now, and return the snapshot of that."""
        with self._journal.checkpoint():
            self.store.save(now)
        return self.snapshots.put(_without_meta(items_of(now)), self._services.clock())

    def replace(self, now: SessionState, items: Items) -> tuple[ItemProblem, ...]:
        """Make the session what the items say, and return what of them cannot be used."""
        state, problems = state_from(items)
        at = self._services.clock()
        self.snapshots.put(_without_meta(items), at, confirmed=True)
        self.store.save(replace(state, meta=replace(now.meta, saved=at)))
        return problems


def _without_meta(items: Items) -> dict[str, Plain]:
    return {name: value for name, value in items.items() if name != "meta"}
