"""Whether there is a choice to be made before a session is opened, and what it is between."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from stui_workspace.errors import StuiError
from stui_workspace.runtime.request import OpenRequest, Start
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.sessions.facts import is_open
from stui_workspace.runtime.sessions.resumable import Resumable, resumables
from stui_workspace.storage.project import Project, find_project
from stui_workspace.storage.sessions import SessionStore
from stui_workspace.storage.snapshots import SnapshotStore

CLOSE_SECONDS: Final = 7 * 86400.0
"""Work that was left so much longer ago than the last is not what is meant by coming back."""


@dataclass(frozen=True, slots=True)
class StartChoice:
    """A choice that only a person can make."""

    project: Project
    reason: str
    """Why it is asked, as one sentence without a full stop."""
    sessions: tuple[Resumable, ...]
    """The last saved first."""
    preferred: str
    """The handle of the one to go on with where nothing else is said."""


def start_choice(request: OpenRequest, services: Services) -> StartChoice | None:
    """What to ask before opening; None where it is clear what is wanted, or was said.

    Never raises: whatever is wrong is said by opening itself.
    """
    if request.asked or request.start is not Start.CONTINUE or request.session is not None:
        return None
    with suppress(StuiError):
        project = find_project(request.path, services.home)
        store = SessionStore(services.locations.workspace(project.root), services.fs)
        if not store.count and not (project.root / ".stui").is_dir():
            return None
        found = resumables(project, services)
        reason = _reason(found, store, services)
        if reason is not None:
            usable = [one for one in found if one.problem is None and one.home is None]
            own = [one for one in usable if not one.beside]
            preferred = (own or usable or list(found))[0].handle
            return StartChoice(project, reason, found, preferred)
    return None


def _reason(found: Sequence[Resumable], store: SessionStore, services: Services) -> str | None:
    """Why there is a choice; None where there is none."""
    own = [one for one in found if not one.beside]
    others = [one for one in found if one.beside and one.problem is None and one.home is None]
    if own and own[0].problem is not None and len(own) > 1:
        return "the last session cannot be read"
    free = [
        one
        for one in own
        if one.problem is None and (one.meta.closed or not is_open(store, one.handle))
    ]
    since = free[0].meta.saved if free else 0.0
    newer = [one for one in others if one.unsaved_count and one.meta.saved > since]
    if newer:
        return "another machine has newer work"
    if not free or free[0] is not own[0]:  # the last one is open elsewhere: that is a second window
        return None
    at_work = [one for one in free if one.unsaved_count and since - one.meta.saved < CLOSE_SECONDS]
    if len(at_work) > 1:
        return f"{len(at_work)} sessions have unsaved work"
    log = SnapshotStore(store.folder.snapshots_of(free[0].handle), services.fs).log()
    if log and log[-1].shrunk:
        return "the last state of the session had lost most of what it had"
    return None
