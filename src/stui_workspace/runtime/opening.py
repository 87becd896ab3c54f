"""Which session a start opens: chosen, locked, and put together from what is on the disk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stui_workspace.errors import DiskError, NotFoundError, StuiError, UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass, replace
from stui_workspace.runtime.looking import looked_at
from stui_workspace.runtime.recovery import (
    Keeping,
    Opening,
    begun,
    blank,
    keeping_of,
    recovered,
    stamped,
)
from stui_workspace.runtime.request import OpenRequest, Start
from stui_workspace.runtime.services import Services
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.lock import Lock
from stui_workspace.storage.project import find_project
from stui_workspace.storage.sessions.crashes import CRASHES_TO_ASK, CrashCounter
from stui_workspace.storage.sessions.items import ItemProblem
from stui_workspace.storage.sessions.names import FIRST_NAME
from stui_workspace.storage.sessions.store import SessionStore, SessionSummary

if TYPE_CHECKING:
    from stui_workspace.runtime.resuming import Other

_LET_GO_SECONDS = 0.2
"""A program that was killed while it started another one may hold its lock for some milliseconds
more, through the one that it started."""
_MOST_PROBLEMS = 20
"""So many of another machine's file are told."""


@dataclass(frozen=True, slots=True)
class CrashQuestion:
    """The last starts of a session all came to grief: a person should choose."""

    crash_count: int
    session: str
    saved: float
    """When it was last saved."""


def crash_question(
    request: OpenRequest, services: Services, store: SessionStore | None = None
) -> CrashQuestion | None:
    """The question to ask before opening; None where there is none.

    Args:
        request: What is to be opened.
        services: This machine.
        store: The sessions of its project, where somebody looks at them for all of a start.

    Raises:
        NotFoundError: There is no such folder or session.
        DiskError: The list of sessions cannot be read.
    """
    if request.asked or request.start is not Start.CONTINUE:
        return None
    if store is None:
        root = find_project(request.path, services.home).root
        store = SessionStore(services.locations.workspace(root), services.fs)
    folder = store.folder
    found = [(one.id, one.meta.saved) for one in _candidates(store, request)]
    if not found:  # those starts never got to save: what they kept is in a journal, if anywhere
        found = [(FIRST_NAME, services.clock())]
    for session, saved in found:
        count = CrashCounter(folder.crashes_of(session), services.fs).count
        if count < CRASHES_TO_ASK:
            return None
        lock = store.acquire(session, _LET_GO_SECONDS)
        if lock is None:  # running, not crashed
            continue
        lock.release()
        return CrashQuestion(count, session, saved)
    return None


def open_session(
    request: OpenRequest,
    services: Services,
    folder: WorkspaceFolder,
    listed: SessionStore | None = None,
) -> Opening:
    """The session to use, locked, with its journal set aside and replayed onto it.

    A state folder that cannot be written is no reason to refuse: the session then comes back as far
    as it can be read, lives in memory alone, and says so.

    Args:
        request: What is to be opened.
        services: This machine.
        folder: Where all of its project is kept.
        listed: Its sessions, where somebody looks at them for all of a start.

    Raises:
        NotFoundError: There is no session of the wanted name.
        UsageError: It is open in another stui.
        VersionError: It is another machine's, and a newer stui wrote it.
        DiskError: It is another machine's, and cannot be read, or not be kept here.
    """
    store = SessionStore(folder, services.fs)
    other = _other_wanted(store, request, services)
    try:
        if other is None:
            name, lock, is_new = _choose(listed or store, request, folder, services)
        else:
            from stui_workspace.runtime.resuming import choose_home

            name, lock, is_new = choose_home(other.left, store, services, _new_names())
    except DiskError as error:
        if other is not None:
            raise
        return _unkept(request, store, services, error)
    keeping = keeping_of(store, folder, services, name, lock)
    try:
        opening = recovered(keeping, name, services, is_new=is_new)
        return begun(opening if other is None else _joined(opening, other, services), services)
    except StuiError as error:
        lock.release()
        if other is not None or not isinstance(error, DiskError):
            raise
        return _unkept(request, store, services, error)


def _other_wanted(store: SessionStore, request: OpenRequest, services: Services) -> Other | None:
    """The session of another machine that was asked for; most starts ask for none."""
    if request.session is None or "@" not in request.session:
        return None
    from stui_workspace.runtime.resuming import other_wanted

    return other_wanted(store, request, services)


def _joined(opening: Opening, other: Other, services: Services) -> Opening:
    from stui_workspace.runtime.resuming import take_over

    state, news = take_over(opening.state, opening.keeping, other, services)
    problems = (*opening.problems, *map(_shown, other.found.problems[:_MOST_PROBLEMS]))
    return replace(opening, state=state, problems=problems, news=news, is_new=False)


def _shown(problem: ItemProblem) -> ItemProblem:
    """A problem whose item somebody else named."""
    return ItemProblem(printable_line(problem.item, 100), printable_line(problem.reason))


def _unkept(
    request: OpenRequest, store: SessionStore, services: Services, error: DiskError
) -> Opening:
    """What can be read of the session that would have been opened, and nowhere to keep it."""
    folder = store.folder
    name = FIRST_NAME
    try:
        name = next(_candidates(store, request)).id if request.start is Start.CONTINUE else name
        keeping = keeping_of(store, folder, services, name, None)
        look = looked_at(store, keeping.journal, keeping.snapshots, name)
    except (StuiError, StopIteration):
        keeping = keeping_of(store, folder, services, name, None)
        return Opening(blank(name, services), keeping, storage_problem=error)
    crashed = not look.state.meta.closed
    opening = Opening(look.state, keeping, look.problems, is_new=False, after_crash=crashed)
    return replace(stamped(opening, services), storage_problem=error)


def _choose(
    store: SessionStore, request: OpenRequest, folder: WorkspaceFolder, services: Services
) -> tuple[str, Lock, bool]:
    """The name of the session, its lock, and whether it is a new one."""
    if request.start is Start.CONTINUE:
        for summary in _candidates(store, request):
            lock = store.acquire(summary.id, 0.0 if summary.meta.closed else _LET_GO_SECONDS)
            if lock is not None:
                return summary.id, lock, False
            if request.session is not None:
                raise UsageError(
                    f"session `{summary.id}` is open in another stui",
                    "close it there, or open without naming a session",
                )
    taken = store.names()
    for name in _new_names():
        if name in taken:
            continue
        lock = store.acquire(name)
        if lock is None:
            continue
        try:
            keeping = keeping_of(store, folder, services, name, lock)
            if request.start is Start.CONTINUE or not _saved_late(keeping, name, services):
                return name, lock, True
        except BaseException:
            lock.release()
            raise
        lock.release()
    raise AssertionError("there is always another name")


def _saved_late(keeping: Keeping, name: str, services: Services) -> bool:
    """Make a session of what only its journal has; whether there was anything.

    Its start crashed before it saved. Whoever wants a new session now is not given that one under
    another name, and finds it later.
    """
    opening = recovered(keeping, name, services, is_new=True)
    if opening.is_new:
        return False
    keeping.store.save(opening.state)
    keeping.journal.discard_asides()
    return True


def _candidates(store: SessionStore, request: OpenRequest) -> Iterator[SessionSummary]:
    summaries = store.list()
    if request.session is None:
        yield from summaries
        return
    found = [one for one in summaries if request.session in (one.id, one.meta.name)]
    if not found:
        raise NotFoundError("session", request.session, "`stui session ls` shows what there is")
    yield from found[:1]


def _new_names() -> Iterator[str]:
    yield FIRST_NAME
    number = 2
    while True:
        yield f"{FIRST_NAME}-{number}"
        number += 1
