"""Going back in a session that nobody has open: all of its past, as one thing to hold."""

from __future__ import annotations

from collections.abc import Sequence

from stui_workspace.errors import NotFoundError, UnusableError, UsageError
from stui_workspace.model.session import Items
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.sessions.kept import kept_session
from stui_workspace.runtime.taking_back.comparing import Comparison, Sources, compare_snapshot
from stui_workspace.runtime.taking_back.restoring import TakenBack, take_back
from stui_workspace.runtime.taking_back.showing import shown_by
from stui_workspace.runtime.taking_back.timeline import Moment, timeline
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.lock import Lock
from stui_workspace.storage.sessions.items import ItemProblem, items_of
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.index import Reading, SnapshotId
from stui_workspace.storage.snapshots.store import SnapshotStore

_NOTHING = "nothing was taken back here yet"


class Past:
    """The snapshots of one session on the disk. They are read once, and anew after each change."""

    def __init__(
        self,
        folder: WorkspaceFolder,
        session: str,
        services: Services,
        sources: Sources | None = None,
    ) -> None:
        self.name = session
        self._folder = folder
        self._services = services
        self._sources = sources
        self._store = SessionStore(folder, services.fs)
        self._snapshots = SnapshotStore(folder.snapshots_of(session), services.fs)
        self._reading: Reading | None = None
        self._last: TakenBack | None = None

    def clock(self) -> float:
        """Seconds since 1970."""
        return self._services.clock()

    def snapshots(self) -> Sequence[Moment]:
        """The snapshots, the newest first.

        Raises:
            DiskError: They cannot be read.
        """
        return timeline(self._read().log)

    def compare(self, snapshot: SnapshotId, other: SnapshotId | None = None) -> Comparison:
        """What of a snapshot is other in another one, or in the session as it is kept now.

        Raises:
            NotFoundError: There is no snapshot of that name.
            DiskError: They cannot be read.
        """
        clean = shown_by(self._services.redactor)
        then = self.now if other is None else other
        reading = self._read()
        return compare_snapshot(reading, snapshot, then, clean=clean, sources=self._sources)

    def now(self) -> tuple[Items, tuple[ItemProblem, ...]]:
        """All items of the session as it would come back now, and what cannot be read of it."""
        try:
            kept = kept_session(self._store, self.name)
        except (NotFoundError, UnusableError):
            return {}, ()
        items = items_of(kept.state)
        lost = tuple(one for one in kept.problems if one.item not in items)
        return items, lost

    def take_back(self, snapshot: SnapshotId, only: Sequence[str] = ()) -> TakenBack:
        """Make the session what it was, as `restoring.take_back` does.

        Raises:
            UsageError: The session is open in another stui.
            NotFoundError: There is no such snapshot or item.
            StuiError: It could not be written; the session is as it was.
        """
        self._reading = None
        done = take_back(self._folder, self.name, snapshot, self._services, only)
        self._last = done if done.back is not None else self._last
        return done

    def undo_take_back(self) -> TakenBack:
        """Bring back what the last taking back replaced; the next time, replace it again.

        Raises:
            UsageError: Nothing was taken back here, or the session is open in another stui.
            StuiError: It could not be written; the session is as it was.
        """
        last = self._last
        if last is None or last.back is None:
            raise UsageError(_NOTHING, "each snapshot can be restored")
        return self.take_back(last.back, last.changes.names)

    def confirm_snapshot(self, snapshot: SnapshotId) -> None:
        """Let a snapshot that lost most of its items count as a state to go back to.

        Raises:
            UsageError: The session is open in another stui.
            NotFoundError: There is none of that name.
            DiskError: It could not be recorded.
        """
        with self._locked():
            self._snapshots.confirm(snapshot)
        self._reading = None

    def _locked(self) -> Lock:
        lock = self._store.acquire(self.name)
        if lock is None:
            reason = f"session `{self.name}` is open in another stui"
            raise UsageError(reason, "close it there first")
        return lock

    def _read(self) -> Reading:
        if self._reading is None:
            self._reading = self._snapshots.read()
        return self._reading
