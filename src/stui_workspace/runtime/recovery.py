"""A session as it was left: its file, with what its journal has beyond that."""

from __future__ import annotations

from stui_workspace.errors import DiskError
from stui_workspace.model.receipt import Restored
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.session import LayoutState, SessionMeta, SessionState
from stui_workspace.runtime.restoring import Plan, Surroundings, plan_restore
from stui_workspace.runtime.services import Services
from stui_workspace.storage.disk_errors import is_full
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.lock import Lock
from stui_workspace.storage.sessions.crashes import CrashCounter
from stui_workspace.storage.sessions.items import ItemProblem, items_of, state_from
from stui_workspace.storage.sessions.journal import Journal
from stui_workspace.storage.sessions.replay import apply
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.store import SnapshotStore

RUNNING = "running"
LOST = "lost"
_NO_JOURNAL = ItemProblem(
    "journal", "it is gone; what was changed after the last save may be missing"
)
_NO_FILE = ItemProblem(
    "session", "its file and its snapshots are gone; its journal is all there is"
)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where a session is kept while it is open."""

    store: SessionStore
    journal: Journal
    snapshots: SnapshotStore
    crashes: CrashCounter
    lock: Lock | None
    """None where the state folder cannot be written: nothing is kept then."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A session as it was left."""

    state: SessionState
    keeping: Keeping
    problems: tuple[ItemProblem, ...] = ()
    is_new: bool = True
    after_crash: bool = False
    storage_problem: DiskError | None = None
    """Why nothing is kept, where nothing is."""
    news: tuple[Restored, ...] = ()
    """What is to be said of what was taken over from another machine."""


def keeping_of(
    store: SessionStore, folder: WorkspaceFolder, services: Services, name: str, lock: Lock | None
) -> Keeping:
    return Keeping(
        store,
        Journal(folder.journal_of(name), services.fs),
        SnapshotStore(folder.snapshots_of(name), services.fs),
        CrashCounter(folder.crashes_of(name), services.fs),
        lock,
    )


def recovered(keeping: Keeping, name: str, services: Services, *, is_new: bool) -> Opening:
    journal = keeping.journal
    if is_new:  # a journal without its session is what a start left that never got to save
        journal.set_aside()
        replayed = journal.replay_asides()
        lost = replayed.problems
        if not replayed.items:
            return Opening(blank(name, services), keeping, lost)
        state, problems = state_from(apply(items_of(blank(name, services)), replayed.items))
        if state.meta.opens > 1 or "meta" not in replayed.items:
            lost = (_NO_FILE, *lost)
        return Opening(state, keeping, (*lost, *problems), is_new=False, after_crash=True)
    loaded = keeping.store.load(name)
    aside = journal.set_aside()
    replayed = journal.replay_asides()
    state, problems = loaded.state, (*loaded.problems, *replayed.problems)
    if not state.meta.closed and not loaded.from_snapshot and not aside:
        problems = (*problems, _NO_JOURNAL)
    if replayed.items:
        state, found = state_from(apply(items_of(state), replayed.items))
        problems = (*problems, *found)
    crashed = not state.meta.closed
    return Opening(state, keeping, problems, is_new=False, after_crash=crashed)


def begun(opening: Opening, services: Services) -> Opening:
    """The session as open now, and counted. A full disk, which may have room soon, is no matter."""
    try:
        opening.keeping.crashes.begin()
    except DiskError as error:
        if not is_full(error):
            raise
    return stamped(opening, services)


def stamped(opening: Opening, services: Services) -> Opening:
    """The session as open now, and nothing of it still running."""
    now = services.clock()
    meta = opening.state.meta
    opens = meta.opens if opening.is_new else meta.opens + 1
    meta = replace(meta, opened=now, closed=False, opens=opens, machine=services.machine)
    transcript = tuple(
        replace(entry, outcome=LOST) if entry.outcome == RUNNING else entry  # or taken up later
        for entry in opening.state.transcript
    )
    return replace(opening, state=replace(opening.state, meta=meta, transcript=transcript))


def blank(name: str, services: Services) -> SessionState:
    now = services.clock()
    return SessionState(SessionMeta(name, name, services.machine, now, now, now))


def restored(opening: Opening, around: Surroundings) -> Plan:
    """What of the session comes back in the workspace as it is now."""
    if opening.is_new:
        return Plan(opening.state, ())
    if around.workspace.restore.policy == "never" and not opening.news:
        blank = replace(opening.state, layout=LayoutState(), buffers={}, connections={})
        return Plan(replace(blank, preferences={}, transcript=()), ())
    plan = plan_restore(opening.state, opening.problems, around)
    if not opening.news:
        return plan
    from stui_workspace.runtime.resuming import with_news

    return replace(plan, items=with_news(plan.items, opening.news))
