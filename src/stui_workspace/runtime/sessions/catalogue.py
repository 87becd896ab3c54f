"""The sessions of a project as one thing: what the screen and the command line do with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final

from stui_workspace import layout
from stui_workspace.errors import DiskError, NotFoundError, StuiError, UsageError
from stui_workspace.layout import Variant, select_variant
from stui_workspace.model.receipt import Outcome, Receipt
from stui_workspace.model.records import dataclass
from stui_workspace.model.session import SessionState
from stui_workspace.model.values import Plain
from stui_workspace.runtime.looking import Kept
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.sessions import pruning, removing
from stui_workspace.runtime.sessions.cloning import Clone, clone
from stui_workspace.runtime.sessions.facts import bytes_of, is_open
from stui_workspace.runtime.sessions.kept import kept_session
from stui_workspace.runtime.sessions.pruning import Plan, Rule
from stui_workspace.runtime.sessions.recent import Recent, recents
from stui_workspace.runtime.sessions.removing import Returned, trash_of
from stui_workspace.runtime.sessions.renaming import rename
from stui_workspace.runtime.sessions.resumable import Resumable, resumables
from stui_workspace.runtime.sessions.statistics import Statistics, statistics
from stui_workspace.storage.machines import known_machine
from stui_workspace.storage.project import Project
from stui_workspace.storage.sessions.beside import left_beside, read_copy
from stui_workspace.storage.sessions.receipts import load_receipt
from stui_workspace.storage.sessions.store import SessionStore, SessionSummary
from stui_workspace.storage.snapshots.store import SnapshotStore
from stui_workspace.storage.trash.removals import Removal

_WIDE: Final = 200
"""Columns of a terminal in which no narrow form is shown."""


@dataclass(frozen=True, slots=True)
class Details:
    """All that is to be said of one session."""

    kept: Kept | None
    problem: str | None = None
    """Why it cannot be read, where it cannot."""
    next_step: str | None = None
    bytes: int = 0
    snapshot_count: int = 0
    is_open: bool = False
    receipt: Receipt | None = None
    """What came back of it the last time."""
    arrangement: Variant | None = None
    """How it would be laid out in a wide terminal."""

    @property
    def missing(self) -> tuple[str, ...]:
        """What did not come back the last time, or could not be read now."""
        lost = (Outcome.MISSING, Outcome.FAILED)
        items = self.receipt.items if self.receipt is not None else ()
        unread = [one.item for one in self.kept.problems] if self.kept is not None else []
        return tuple(dict.fromkeys([*unread, *(i.item for i in items if i.outcome in lost)]))


class Catalogue:
    """What is kept of one project's sessions, and what can be done with those that are not open."""

    def __init__(self, project: Project, services: Services) -> None:
        self.project = project
        self._services = services
        self.store = SessionStore(services.locations.workspace(project.root), services.fs)

    def clock(self) -> float:
        """Seconds since 1970."""
        return self._services.clock()

    def rows(self) -> tuple[Resumable, ...]:
        """All sessions, also those of other machines, the last saved first.

        Raises:
            DiskError: The list of this machine's sessions cannot be read.
        """
        return resumables(self.project, self._services)

    def recents(self) -> tuple[Recent, ...]:
        """The projects of which a session is kept, the last opened first.

        Raises:
            DiskError: The folder of all of them cannot be read.
        """
        return recents(self._services)

    def named(self, name: str) -> SessionSummary:
        """The session of that id or name.

        Raises:
            NotFoundError: There is none here.
            DiskError: The list cannot be read.
        """
        for one in self.store.list():
            if name in (one.id, one.meta.name):
                return one
        if any(name == one.handle for one in self.rows()):
            raise UsageError(
                f"`{name}` is a session of another machine",
                f"`stui --resume {name}` goes on with it here",
            )
        raise NotFoundError("session", name, "`stui session ls` shows what there is")

    def details(self, handle: str) -> Details:
        """What is kept of a session, of whichever machine. Never raises: a problem is told."""
        try:
            if "@" in handle:
                return Details(self._beside(handle))
            return self._local(handle)
        except StuiError as error:
            size = 0 if "@" in handle else bytes_of(self.store.folder, handle)
            return Details(None, str(error), error.next_step, size)

    def rename(self, session: str, name: str) -> str:
        """Call a session `name` from now on, and return that.

        Raises:
            StuiError: It has its old name.
        """
        return rename(self.store, self.named(session).id, name, self._services)

    def clone(self, session: str, name: str | None = None) -> Clone:
        """A second session with all that one has.

        Raises:
            StuiError: There is none.
        """
        return clone(self.store, self.named(session).id, name, self._services)

    def remove(self, names: Sequence[str]) -> tuple[SessionSummary, ...]:
        """Remove sessions, and return them; `undo` brings all of them back.

        Raises:
            StuiError: Not all of them are removed.
        """
        found = tuple({one.id: one for one in map(self.named, names)}.values())
        removing.remove(self.store, found, self._services)
        return found

    def removed(self) -> tuple[Removal, ...]:
        """What can be brought back, the last removed first.

        Raises:
            DiskError: The trash cannot be read.
        """
        return trash_of(self.store, self._services).removals()

    def undo(self, name: str | None = None) -> tuple[Returned, ...]:
        """Bring back what was removed last, or the session of that name.

        Raises:
            StuiError: Some of it is still in the trash.
        """
        return removing.undo(self.store, self._services, name)

    def plan(self, rule: Rule) -> Plan:
        """What the rule would remove now.

        Raises:
            DiskError: The list of sessions cannot be read.
        """
        return pruning.plan(self.store, rule, self._services)

    def prune(self, planned: Plan, rule: Rule) -> Plan:
        """Remove what was planned and is as it was then; `undo` brings all of it back.

        Raises:
            StuiError: Not all of them are removed.
        """
        return pruning.prune(self.store, planned, rule, self._services)

    def statistics(self, session: str | None = None) -> Statistics:
        """What was done in all sessions of the project, or in one.

        Raises:
            StuiError: There is no such session, or the list cannot be read.
        """
        chosen = self.store.list() if session is None else (self.named(session),)
        return statistics(self.store, chosen, self._services)

    def _local(self, session: str) -> Details:
        store, fs = self.store, self._services.fs
        kept = kept_session(store, session)
        snapshots = SnapshotStore(store.folder.snapshots_of(session), fs)
        try:
            receipt = load_receipt(store.folder, session, fs)
        except DiskError:
            receipt = None
        return Details(
            kept,
            bytes=bytes_of(store.folder, session),
            snapshot_count=len(snapshots.log()),
            is_open=not kept.state.meta.closed and is_open(store, session),
            receipt=receipt,
            arrangement=self._arrangement(kept.state),
        )

    def _beside(self, handle: str) -> Kept:
        services = self._services
        own = known_machine(services.machine, services.locations.state, services.fs)
        for left in left_beside(self.project.root, services.fs, own.id):
            if left.handle == handle:
                found = read_copy(left, services.fs)
                return Kept(found.state, found.problems, 0)
        raise NotFoundError("session", handle, "`stui session ls` shows what there is")

    def _arrangement(self, state: SessionState) -> Variant:
        own = layout.parse_variant(state.layout.tree, state.layout.variant)
        if own is not None:
            return own
        written, buffers = self._file
        names = (*buffers, *state.buffers)
        return select_variant(written, _WIDE, name=state.layout.variant, buffers=names)

    @cached_property
    def _file(self) -> tuple[Mapping[str, Plain], tuple[str, ...]]:
        """The layout of the workspace file, and the names of its buffers."""
        from stui_workspace.runtime.files import look
        from stui_workspace.runtime.loading import Selection

        try:
            loaded = look(self.project, self._services, Selection()).loaded
        except StuiError:
            loaded = None
        if loaded is None:
            return {}, ()
        return loaded.workspace.layout, tuple(loaded.workspace.buffers)
