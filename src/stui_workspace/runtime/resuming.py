"""Going on with a session of another machine: which one is meant, which one here it becomes.

The other machine's file is only read. What it says is kept in a session of this machine, durably,
before anything is shown; what that one had before is a snapshot of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from stui_workspace.errors import DiskError, NotFoundError, UsageError
from stui_workspace.model.durations import format_ago
from stui_workspace.model.receipt import Outcome, Restored
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.session import SessionState, looks_open
from stui_workspace.runtime.autosave import is_work
from stui_workspace.runtime.discretion import Discretion
from stui_workspace.runtime.events import Notice
from stui_workspace.runtime.request import OpenRequest, Start
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.taking_over import union
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.lock import Lock
from stui_workspace.storage.machines import known_machine
from stui_workspace.storage.project import find_project
from stui_workspace.storage.sessions.beside import Found, Left, left_beside, read_copy
from stui_workspace.storage.sessions.items import items_of
from stui_workspace.storage.sessions.journal import Journal
from stui_workspace.storage.sessions.lineage import load_lineage, save_lineage
from stui_workspace.storage.sessions.store import SessionStore

if TYPE_CHECKING:
    from stui_workspace.runtime.recovery import Keeping


@dataclass(frozen=True, slots=True)
class Other:
    """A session of another machine, read."""

    left: Left
    found: Found


def other_wanted(store: SessionStore, request: OpenRequest, services: Services) -> Other | None:
    """The session of another machine that was asked for; None where one of this machine was.

    Raises:
        NotFoundError: There is none of that name.
        VersionError: A newer stui wrote it.
        DiskError: It cannot be read, or is not all there yet.
    """
    name = request.session
    if request.start is not Start.CONTINUE or name is None or "@" not in name:
        return None
    if any(name == one.meta.name for one in store.list()):
        return None
    root = find_project(request.path, services.home).root
    own = known_machine(services.machine, services.locations.state, services.fs)
    for left in left_beside(root, services.fs, own.id):
        if left.handle == name:
            return Other(left, read_copy(left, services.fs))
    raise NotFoundError("session", name, "`stui session ls` shows what there is")


def newer_elsewhere(
    root: Path, folder: WorkspaceFolder, services: Services, since: float
) -> Notice | None:
    """What to say where another machine left unsaved text after `since`, and nobody here has it.

    Never raises: it is a hint.
    """
    own = known_machine(services.machine, services.locations.state, services.fs)
    store = SessionStore(folder, services.fs)
    try:
        known = {
            (taken.writer, taken.session, taken.saved)
            for one in store.list()
            for taken in load_lineage(folder, one.id, services.fs).taken
        }
    except DiskError:
        return None
    for left in left_beside(root, services.fs, own.id):
        is_known = (left.writer, left.meta.id, left.meta.saved) in known
        if left.problem is None and left.unsaved_count and left.meta.saved > since and not is_known:
            ago = format_ago(services.clock() - left.meta.saved)
            return Notice(
                f"{left.handle} has unsaved text, saved {ago}",
                f"`stui --resume {left.handle}` goes on with it",
            )
    return None


def home_of(left: Left, store: SessionStore, services: Services) -> str | None:
    """The session here that goes on with `left`, or that `left` goes on with; None for none."""
    own = known_machine(services.machine, services.locations.state, services.fs)
    sessions = [one.id for one in store.list()]
    for session in sessions:
        lineage = load_lineage(store.folder, session, services.fs)
        if lineage.taken_from(left.writer, left.meta.id) is not None:
            return session
    back = (session for writer, session in left.origins if own.id and writer == own.id)
    return next((session for session in back if session in sessions), None)


def choose_home(
    left: Left, store: SessionStore, services: Services, names: Iterable[str]
) -> tuple[str, Lock, bool]:
    """The session to go on in, its lock, and whether it is a new one.

    That is the one that went on with it before; else the one of the same name, where there is
    none or nothing was done in it; else a new one.

    Args:
        left: What is taken over.
        store: The sessions here.
        services: The world.
        names: Of new sessions, without an end.

    Raises:
        UsageError: The one that goes on with it is open in another stui.
        DiskError: No lock can be made.
    """
    home = home_of(left, store, services)
    if home is not None:
        lock = store.acquire(home)
        if lock is None:
            raise UsageError(
                f"session `{home}` goes on with `{left.handle}`, and is open in another stui",
                "close it there first",
            )
        return home, lock, False
    taken = {one.id for one in store.list()}
    for name in _homes(left.meta.id, names):
        lock = store.acquire(name) if name not in taken or _is_untouched(name, store) else None
        if lock is not None:
            return name, lock, name not in taken
    raise AssertionError("there is always another name")


def take_over(
    state: SessionState, keeping: Keeping, other: Other, services: Services
) -> tuple[SessionState, tuple[Restored, ...]]:
    """The session here with what the other one has, kept, and what is to be said of it.

    Raises:
        DiskError: It could not be kept; the session here is as it was.
    """
    left, folder, session = other.left, keeping.store.folder, state.meta.id
    lineage = load_lineage(folder, session, services.fs)
    before = lineage.taken_from(left.writer, left.meta.id)
    if before is not None and before.saved == left.meta.saved:
        return state, ()
    both = union(state, lineage, left, other.found)
    now = services.clock()
    if is_work(state):
        items = {name: value for name, value in items_of(state).items() if name != "meta"}
        keeping.snapshots.put(items, now)
    with keeping.journal.checkpoint():
        keeping.store.save(Discretion(services.redactor).of(both.state).state)
    save_lineage(folder, session, both.lineage, services.fs)
    return both.state, (_origin(left, now), *both.items)


def with_news(items: Iterable[Restored], news: Iterable[Restored]) -> tuple[Restored, ...]:
    """The items of a receipt with what was taken over from elsewhere."""
    said = {one.item: one for one in news}
    mixed = [said.pop(one.item, one) for one in items]
    return (*said.values(), *mixed)


def _origin(left: Left, now: float) -> Restored:
    reason = f"it goes on with {left.handle}, saved {format_ago(now - left.meta.saved)}"
    if not looks_open(left.meta, now):
        return Restored("session", Outcome.OK, reason)
    return Restored(
        "session",
        Outcome.CHANGED,
        f"{reason}, which looks open there",
        f"close it there; `stui --resume {left.handle}` then takes what is new",
    )


def _homes(first: str, names: Iterable[str]) -> Iterator[str]:
    yield first
    yield from (name for name in names if name != first)


def _is_untouched(session: str, store: SessionStore) -> bool:
    """Whether nothing was ever done in it. One that cannot be read may have anything in it."""
    journal = Journal(store.folder.journal_of(session))
    try:
        if journal.size or journal.asides():
            return False
    except DiskError:
        return False
    state = store.peek(session)
    return state is not None and not is_work(replace(state, connections={}))
