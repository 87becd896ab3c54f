"""Removing sessions, and bringing back the last that were removed."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from itertools import chain
from typing import Final

from stui_workspace.errors import DiskError, NotFoundError, UsageError
from stui_workspace.model.records import dataclass
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.sessions.naming import ids_like
from stui_workspace.runtime.sessions.renaming import locked
from stui_workspace.storage.lock import Lock
from stui_workspace.storage.sessions.store import SessionStore, SessionSummary
from stui_workspace.storage.trash.removals import Removal
from stui_workspace.storage.trash.trash import Trash

_NOTHING: Final = "what was removed can be brought back for 30 days"


@dataclass(frozen=True, slots=True)
class Returned:
    """A session that is back."""

    session: str
    was: str
    """Its id before; another one where somebody took that meanwhile."""


def trash_of(store: SessionStore, services: Services) -> Trash:
    """What was removed of the sessions of a workspace."""
    return Trash(store.folder, services.fs)


def remove(store: SessionStore, sessions: Sequence[SessionSummary], services: Services) -> None:
    """Remove sessions of which none is open; one `undo` brings all of them back.

    Raises:
        NotFoundError: There is no such session.
        UsageError: One is open in another stui; none is removed then.
        DiskError: One could not be removed; those before it are.
    """
    trash, now = trash_of(store, services), services.clock()
    locks: list[Lock] = []
    try:
        locks += [locked(store, one.id) for one in sessions]
        for one in sessions:
            trash.take_in(one.id, one.meta.name, now)
    finally:
        for lock in locks:
            lock.release()
    with suppress(DiskError):
        trash.empty(now)


def undo(store: SessionStore, services: Services, name: str | None = None) -> tuple[Returned, ...]:
    """Bring back what the last command removed, or the session of that id or name.

    One whose id was given away meanwhile gets another one.

    Raises:
        NotFoundError: There is nothing to bring back, or none of that name.
        DiskError: Some of it is still in the trash.
    """
    trash = trash_of(store, services)
    found = trash.removals()
    if name is not None:
        chosen = [one for one in found if name in (one.session, one.name)][:1]
        if not chosen:
            raise NotFoundError("removed session", name, "`stui session undo --list` shows all")
    else:
        chosen = last_removed(found)
    if not chosen:
        raise UsageError("there is no removed session to bring back", _NOTHING)
    taken = {one.id for one in store.list()}
    back: list[Returned] = []
    for one in chosen:
        back.append(_brought_back(store, trash, one, taken))
        taken.add(back[-1].session)
    return tuple(back)


def last_removed(found: Sequence[Removal]) -> list[Removal]:
    """Those that one command removed last, of all that is in the trash, the newest first."""
    return [
        one for one in found if one is found[0] or (one.at is not None and one.at == found[0].at)
    ]


def _brought_back(
    store: SessionStore, trash: Trash, removal: Removal, taken: AbstractSet[str]
) -> Returned:
    for name in chain([removal.session], ids_like(f"{removal.session}-back")):
        lock = store.acquire(name) if name not in taken else None
        if lock is None:
            continue
        with lock:
            trash.give_back(removal, name)
            return Returned(name, removal.session)
    raise AssertionError("there is always another name")
