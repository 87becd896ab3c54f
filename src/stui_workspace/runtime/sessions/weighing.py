"""Which of several sessions a start goes on with, or why a person has to say it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from stui_workspace.runtime.services import Services
from stui_workspace.runtime.sessions.facts import is_open, journalled
from stui_workspace.runtime.sessions.resumable import (
    Resumable,
    foreign_sessions,
    local_session,
)
from stui_workspace.storage.project import Project
from stui_workspace.storage.sessions.store import SessionStore, SessionSummary

CLOSE_SECONDS: Final = 7 * 86400.0
"""Work that was left so much longer ago than the last is not what is meant by coming back."""


def weighed(
    project: Project, here: Sequence[SessionSummary], store: SessionStore, services: Services
) -> tuple[str | None, str | None]:
    """The session to go on with, or why there is a choice; neither where a new one is begun.

    Files may be long and many: no more of them is read than it takes to see that it is clear.

    Args:
        project: Whose sessions they are.
        here: Those of this machine, the last saved first.
        store: Where they are.
        services: This machine.

    Raises:
        DiskError: Something cannot be looked at.
    """
    busy = journalled(store.folder, services.fs)
    own = (local_session(one, store, busy) for one in here)
    newest = next(own, None)
    if newest is not None and newest.problem is not None and len(here) > 1:
        return None, "the last session cannot be read"
    is_free = newest is not None and _is_free(newest, store)
    last = newest if is_free else next((one for one in own if _is_free(one, store)), None)
    since = 0.0 if last is None else last.meta.saved
    for other in foreign_sessions(project, here, store, services):
        is_usable = other.problem is None and other.home is None
        if is_usable and other.unsaved_count and other.meta.saved > since:
            return None, "another machine has newer work"
    if last is None or not is_free:  # the last one is open elsewhere: that is a second window
        return None, None
    work_count = bool(last.unsaved_count) + sum(1 for _ in _at_work(own, store, since))
    if work_count > 1:
        return None, f"{work_count} sessions have unsaved work"
    return last.handle, None


def _at_work(own: Iterator[Resumable], store: SessionStore, since: float) -> Iterator[Resumable]:
    """Those with unsaved work of about the same time, of sessions of which the later come first."""
    for one in own:
        if since - one.meta.saved >= CLOSE_SECONDS:
            return
        if one.unsaved_count and _is_free(one, store):
            yield one


def _is_free(one: Resumable, store: SessionStore) -> bool:
    return one.problem is None and (one.meta.closed or not is_open(store, one.handle))
