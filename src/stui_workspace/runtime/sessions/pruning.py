"""Removing many sessions by a rule: what would go is said first, and nothing else goes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from stui_workspace.errors import DiskError, StuiError, UsageError
from stui_workspace.model.records import dataclass
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.sessions.facts import bytes_of, is_open, unsaved_now
from stui_workspace.runtime.sessions.removing import trash_of
from stui_workspace.storage.sessions.store import SessionStore, SessionSummary

NEWEST: Final = "it is the newest"
OPEN: Final = "it is open"
UNREADABLE: Final = "it cannot be read, and may have anything in it"
CHANGED: Final = "it changed meanwhile"


@dataclass(frozen=True, slots=True)
class Rule:
    """What may go: a session of which all that is given here is true."""

    older: float | None = None
    """Seconds since it was saved."""
    keep: int | None = None
    """So many of the last saved stay."""
    larger: int | None = None
    """Bytes of all that is kept of it."""
    unsaved: bool = False
    """Whether one with unsaved text may go, too."""

    def __post_init__(self) -> None:
        if self.older is None and self.keep is None and self.larger is None:
            raise UsageError(
                "a rule is missing: which sessions may go?",
                "give `--older`, `--keep` or `--larger`",
            )


@dataclass(frozen=True, slots=True)
class Weighed:
    """A session of which the rule is true, with what speaks for it."""

    session: SessionSummary
    bytes: int
    spared: str | None = None
    """Why it stays all the same."""

    @property
    def id(self) -> str:
        return self.session.id


@dataclass(frozen=True, slots=True)
class Plan:
    """What would go and what would stay all the same, the last saved first."""

    going: tuple[Weighed, ...]
    staying: tuple[Weighed, ...]

    @property
    def bytes(self) -> int:
        return sum(one.bytes for one in self.going)


def plan(store: SessionStore, rule: Rule, services: Services) -> Plan:
    """What the rule would do now; nothing is changed.

    Never the newest session, one that is open or one that cannot be read; one with unsaved text
    only where the rule says so.

    Raises:
        DiskError: The list of sessions cannot be read.
    """
    now = services.clock()
    weighed = []
    sessions = store.list()
    for rank, one in enumerate(sessions):
        is_young = rule.older is not None and now - one.meta.saved <= rule.older
        if (rule.keep is not None and rank < rule.keep) or (is_young and one.problem is None):
            continue
        size = bytes_of(store.folder, one.id)
        if rule.larger is None or size > rule.larger:
            spared = NEWEST if one is sessions[0] else _spared(store, one, rule)
            weighed.append(Weighed(one, size, spared))
    going = tuple(one for one in weighed if one.spared is None)
    return Plan(going, tuple(one for one in weighed if one.spared is not None))


def prune(store: SessionStore, planned: Plan, rule: Rule, services: Services) -> Plan:
    """Remove what the plan names, and return what became of that; one `undo` brings all back.

    One that was opened or changed since the plan was made stays.

    Raises:
        DiskError: One could not be removed; those before it are.
    """
    trash, now = trash_of(store, services), services.clock()
    gone: list[Weighed] = []
    stayed: list[Weighed] = []
    for one in planned.going:
        lock = store.acquire(one.id)
        reason: str | None = OPEN
        if lock is not None:
            with lock:
                reason = _changed(store, one, rule)
                if reason is None:
                    trash.take_in(one.id, one.session.meta.name, now)
        found = Weighed(one.session, one.bytes, reason)
        (gone if reason is None else stayed).append(found)
    with suppress(DiskError):
        trash.empty(now)
    return Plan(tuple(gone), (*stayed, *planned.staying))


def _spared(store: SessionStore, one: SessionSummary, rule: Rule) -> str | None:
    if one.problem is not None:
        return UNREADABLE
    if not one.meta.closed and is_open(store, one.id):
        return OPEN
    return None if rule.unsaved else _unsaved(store, one.id)


def _unsaved(store: SessionStore, session: str) -> str | None:
    try:
        count = unsaved_now(store, session)
    except StuiError:
        return UNREADABLE
    if not count:
        return None
    return f"it has {count} unsaved text{'' if count == 1 else 's'}"


def _changed(store: SessionStore, one: Weighed, rule: Rule) -> str | None:
    """Why it stays after all, under its lock."""
    now: Sequence[SessionSummary] = [s for s in (store.summary(one.id),) if s is not None]
    if not now or now[0].problem is not None or now[0].meta.saved != one.session.meta.saved:
        return CHANGED
    return None if rule.unsaved else _unsaved(store, one.id)
