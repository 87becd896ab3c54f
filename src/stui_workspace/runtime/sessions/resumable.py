"""The sessions that one can go on with: this machine's, and those that others left beside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stui_workspace.errors import NotFoundError, StuiError, UsageError
from stui_workspace.model.durations import format_ago
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass
from stui_workspace.model.session import SessionMeta, looks_open
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.sessions.facts import journalled, unsaved_now, unsaved_seen
from stui_workspace.storage.machines import known_machine
from stui_workspace.storage.project import Project
from stui_workspace.storage.sessions.beside import Left, left_beside
from stui_workspace.storage.sessions.lineage import load_lineage
from stui_workspace.storage.sessions.store import SessionStore, SessionSummary
from stui_workspace.storage.whole import TooLargeError


@dataclass(frozen=True, slots=True)
class Resumable:
    """One session, of whichever machine."""

    handle: str
    """What `--resume` takes: `main`, or `main@laptop`."""
    meta: SessionMeta
    path: Path
    beside: bool = False
    """Whether another machine left it."""
    unsaved_count: int | None = None
    """Buffers with unsaved text; None where that is not known."""
    problem: str | None = None
    """Why it cannot be opened as it stands."""
    home: str | None = None
    """The session here that has all of it already."""

    def looks_open(self, now: float) -> bool:
        """Whether it is another machine's, and seems to be open there."""
        return self.beside and looks_open(self.meta, now)


def resumables(project: Project, services: Services) -> tuple[Resumable, ...]:
    """All sessions of a project, the last saved first.

    Raises:
        DiskError: The list of this machine's sessions cannot be read.
    """
    store = SessionStore(services.locations.workspace(project.root), services.fs)
    here = store.list()
    busy = journalled(store.folder, services.fs)
    found = (
        *(local_session(one, store, busy) for one in here),
        *foreign_sessions(project, here, store, services),
    )
    return tuple(sorted(found, key=lambda one: one.meta.saved, reverse=True))


def foreign_sessions(
    project: Project, here: Sequence[SessionSummary], store: SessionStore, services: Services
) -> tuple[Resumable, ...]:
    """Those that other machines left beside the workspace, the last saved first."""
    own = known_machine(services.machine, services.locations.state, services.fs)
    left = left_beside(project.root, services.fs, own.id)
    homes = _homes(here, store, services) if left else {}
    return tuple(_foreign(one, homes) for one in left)


def choosable(project: Project, services: Services) -> tuple[Resumable, ...]:
    """Those to choose from: what a session here has already is left out.

    Raises:
        NotFoundError: There is none.
        DiskError: The list cannot be read.
    """
    found = tuple(
        one
        for one in resumables(project, services)
        if one.home is None and not (one.beside and one.problem)
    )
    if not found:
        raise NotFoundError("session to resume in", str(project.root), "`stui` starts one")
    return found


def refuse_open(one: Resumable, now: float) -> None:
    """Make sure that a session picked from a list is not at work elsewhere.

    Raises:
        UsageError: It seems to be; it has to be named.
    """
    if one.looks_open(now):
        machine = printable_line(one.meta.machine, 60)
        ago = format_ago(now - one.meta.saved)
        raise UsageError(
            f"`{one.handle}` looks open on {machine}: it was saved {ago}",
            f"close it there; or go on all the same with `stui --resume {one.handle}`",
        )


def local_session(one: SessionSummary, store: SessionStore, busy: frozenset[str]) -> Resumable:
    """A session of this machine, with a look at all of its file.

    Args:
        one: As it is listed.
        store: Where it is.
        busy: The sessions that have a journal.
    """
    unsaved, problem = None, one.problem
    if problem is None:
        try:
            look = unsaved_now if one.id in busy else unsaved_seen
            unsaved = look(store, one.id)
        except TooLargeError as error:
            problem = error.reason
        except StuiError:
            pass
    return Resumable(one.id, one.meta, one.path, unsaved_count=unsaved, problem=problem)


def _foreign(left: Left, homes: dict[tuple[str, str, float], str]) -> Resumable:
    home = homes.get((left.writer, left.meta.id, left.meta.saved))
    return Resumable(
        left.handle, left.meta, left.path, True, left.unsaved_count, left.problem, home
    )


def _homes(
    here: Sequence[SessionSummary], store: SessionStore, services: Services
) -> dict[tuple[str, str, float], str]:
    """The session here that took over a session of another machine, as it was saved then."""
    return {
        (taken.writer, taken.session, taken.saved): one.id
        for one in here
        for taken in load_lineage(store.folder, one.id, services.fs).taken
    }
