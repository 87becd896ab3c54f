"""Whether there is a choice to be made before a session is opened, and what it is between."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from stui_workspace.errors import StuiError
from stui_workspace.model.records import dataclass
from stui_workspace.runtime.request import OpenRequest, Start
from stui_workspace.runtime.services import Services
from stui_workspace.storage.project import SESSIONS_BESIDE, Project, find_project
from stui_workspace.storage.sessions.store import ListedOnce, SessionStore
from stui_workspace.storage.snapshots.store import SnapshotStore

if TYPE_CHECKING:
    from stui_workspace.runtime.sessions.resumable import Resumable


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


def start_choice(
    request: OpenRequest, services: Services, store: SessionStore | None = None
) -> StartChoice | None:
    """What to ask before opening; None where it is clear what is wanted, or was said.

    Never raises: whatever is wrong is said by opening itself.

    Args:
        request: What is to be opened.
        services: This machine.
        store: The sessions of its project, where somebody looks at them for all of a start.
    """
    if request.asked or request.start is not Start.CONTINUE or request.session is not None:
        return None
    with suppress(StuiError):
        project = find_project(request.path, services.home)
        if store is None:
            store = ListedOnce(services.locations.workspace(project.root), services.fs)
        if not _is_clear(project, store):
            return _weighed(project, services, store)
    return None


def _is_clear(project: Project, store: SessionStore) -> bool:
    """Whether there is one session at most, and as it should be: in most projects there is."""
    here = store.list()
    if len(here) > 1 or os.path.lexists(project.root / SESSIONS_BESIDE):
        return False
    return not any(_has_shrunk(one.id, store) for one in here)


def _weighed(project: Project, services: Services, store: SessionStore) -> StartChoice | None:
    from stui_workspace.runtime.sessions.weighing import weighed

    last, reason = weighed(project, store.list(), store, services)
    if reason is None and last is not None and _has_shrunk(last, store):
        reason = "the last state of the session had lost most of what it had"
    return None if reason is None else _choice(project, services, reason)


def _has_shrunk(session: str, store: SessionStore) -> bool:
    newest = SnapshotStore(store.folder.snapshots_of(session), store.fs).newest()
    return newest is not None and newest.shrunk


def _choice(project: Project, services: Services, reason: str) -> StartChoice:
    from stui_workspace.runtime.sessions.resumable import resumables

    found = resumables(project, services)
    usable = [one for one in found if one.problem is None and one.home is None]
    own = [one for one in usable if not one.beside]
    preferred = (own or usable or list(found))[0].handle
    return StartChoice(project, reason, found, preferred)
