"""Going back in a session while it is open: what comes back replaces what is there, at once.

The state as it is becomes a snapshot first. Then what comes back is written down, and only then it
is what the session holds: whatever ends it early, the disk has the one state or the other. Nothing
connects, nothing is evaluated, and no connection is torn down.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from stui_workspace.errors import UsageError
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.session import Items, SessionState, Waiting
from stui_workspace.model.values import Plain
from stui_workspace.runtime.connecting.ad_hoc import ad_hoc_specs
from stui_workspace.runtime.connecting.switchboard import Switchboard
from stui_workspace.runtime.discretion import Discretion
from stui_workspace.runtime.events import ItemsReplaced, OutboxChanged
from stui_workspace.runtime.keeper import Keeper
from stui_workspace.runtime.memory import Memory
from stui_workspace.runtime.reloading import Follower
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.taking_back.comparing import Comparison, compare_snapshot
from stui_workspace.runtime.taking_back.fitting import Around, fitted, spoken_for
from stui_workspace.runtime.taking_back.planning import changes_between, plan
from stui_workspace.runtime.taking_back.restoring import TakenBack
from stui_workspace.runtime.taking_back.showing import shown_by
from stui_workspace.runtime.taking_back.timeline import Moment, timeline
from stui_workspace.storage.sessions.items import CONNECTION, ItemProblem, items_of, state_from
from stui_workspace.storage.snapshots.index import Reading, SnapshotEntry, SnapshotId
from stui_workspace.storage.snapshots.store import SnapshotStore


@dataclass(frozen=True, slots=True)
class Parts:
    """What of an open session is needed for it."""

    memory: Memory
    keeper: Keeper
    switchboard: Switchboard
    follower: Follower
    snapshots: SnapshotStore
    services: Services
    begin: Callable[[Coroutine[Any, Any, None]], None]


class _Replaced(NamedTuple):
    """What the last taking back replaced."""

    items: Mapping[str, Plain | None]
    """As they were in memory, which may be more than what was written down; None for none."""
    outbox: tuple[Waiting, ...]
    back: SnapshotId


class LivePast:
    """The snapshots of one open session."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._discretion = Discretion(parts.services.redactor)
        self._reading: tuple[SnapshotId | None, Reading] | None = None
        """All snapshots, and which one was the newest then."""
        self._last: _Replaced | None = None

    def snapshots(self) -> Sequence[Moment]:
        """The snapshots, the newest first.

        Raises:
            DiskError: They cannot be read.
        """
        return timeline(self._read().log)

    def compare(self, snapshot: SnapshotId, other: SnapshotId | None = None) -> Comparison:
        """What of a snapshot is other in another one, or in the session as it is now.

        Raises:
            NotFoundError: There is no snapshot of that name.
            DiskError: They cannot be read.
        """
        clean = shown_by(self._parts.services.redactor)
        sources = {name: one.text for name, one in self._parts.follower.sources.items()}
        then = (lambda: (self._written(), ())) if other is None else other
        return compare_snapshot(self._read(), snapshot, then, clean=clean, sources=sources)

    def take_back(self, snapshot: SnapshotId, only: Sequence[str] = ()) -> TakenBack:
        """Make the session what it was when a snapshot of it was taken.

        Args:
            snapshot: Its name. One that had lost most items counts as wanted from then on.
            only: Names of items, or the beginning of names up to `/`; empty for everything.

        Raises:
            NotFoundError: There is no such snapshot or item.
            UsageError: Nothing is kept of this session.
            DiskError: It could not be written; the session is as it was.
        """
        found = self._read().get(snapshot)
        planned = plan(self._written(), found, only)
        wanted = {name: planned.items.get(name) for name in planned.changes.names}
        done = self._become(wanted, found.entry, planned.problems)
        if found.entry.shrunk and not only:
            self.confirm(snapshot)
        return done

    def undo(self) -> TakenBack:
        """Bring back what the last taking back replaced; the next time, replace it again.

        Raises:
            UsageError: Nothing was taken back since the session was opened.
            DiskError: It could not be written; the session is as it was.
        """
        if self._last is None:
            reason = "nothing was taken back since this session was opened"
            raise UsageError(reason, "each snapshot can be restored")
        last = self._last
        entry = self._read().get(last.back).entry
        return self._become(last.items, entry, (), last.outbox)

    def confirm(self, snapshot: SnapshotId) -> None:
        """Let a snapshot that lost most of its items count as a state to go back to.

        Raises:
            UsageError: Nothing is kept of this session.
            NotFoundError: There is none of that name.
            DiskError: It could not be recorded.
        """
        self._parts.keeper.confirm(snapshot)
        self._reading = None

    def _read(self) -> Reading:
        newest = self._parts.keeper.newest
        if self._reading is None or self._reading[0] != newest:
            self._reading = newest, self._parts.snapshots.read()
        return self._reading[1]

    def _written(self) -> Items:
        """The items as they are, or would be, written down."""
        return items_of(self._discretion.of(self._parts.memory.state).state)

    def _become(
        self,
        wanted: Mapping[str, Plain | None],
        entry: SnapshotEntry,
        problems: tuple[ItemProblem, ...],
        known: Collection[Waiting] = (),
    ) -> TakenBack:
        parts = self._parts
        now, session = parts.memory.state, parts.memory.state.meta.id
        before = items_of(now)
        refused = spoken_for(wanted, now, parts.switchboard.links)
        allowed = {name: one for name, one in wanted.items() if name not in refused}
        state, damaged = self._with(allowed, before)
        state = fitted(state, now, self._around({*now.outbox, *known}))
        problems = (*problems, *refused.values(), *damaged)
        after = items_of(state)
        changes = changes_between(before, after)
        if not changes.count:
            return TakenBack(session, entry, changes, problems)
        back = parts.keeper.mark(now)
        parts.keeper.mark(state, confirmed=True)
        self._reading = None
        replaced = {name: before.get(name) for name in changes.names}
        self._last = _Replaced(replaced, now.outbox, back)
        self._put(state, changes.names)
        return TakenBack(session, entry, changes, problems, back)

    def _with(
        self, wanted: Mapping[str, Plain | None], before: Items
    ) -> tuple[SessionState, tuple[ItemProblem, ...]]:
        """The session with items replaced, and what of them cannot be used."""
        items = {name: value for name, value in before.items() if name not in wanted}
        items |= {name: value for name, value in wanted.items() if value is not None}
        state, damaged = state_from(items)
        mine = tuple(one for one in damaged if one.item.partition("[")[0] in wanted)
        return replace(state, meta=self._parts.memory.state.meta), mine

    def _around(self, known: AbstractSet[Waiting]) -> Around:
        parts = self._parts
        return Around(parts.follower.loaded.workspace, parts.switchboard.links, known)

    def _put(self, state: SessionState, names: Sequence[str]) -> None:
        """Make `state` what the session holds, and tell everybody."""
        parts = self._parts
        parts.memory.keep(state)
        for name in names:
            if name.startswith(CONNECTION):
                self._follow(name.removeprefix(CONNECTION))
        parts.memory.tell(ItemsReplaced(tuple(names)))
        if "outbox" in names:
            parts.memory.tell(OutboxChanged())

    def _follow(self, name: str) -> None:
        """Bring a link in step with its record; nothing connects."""
        board, records = self._parts.switchboard, self._parts.memory.state.connections
        link, record = board.links.get(name), records.get(name)
        own = ad_hoc_specs({name: record}) if record is not None else {}
        if link is None:
            if own:
                board.add(own[name])
        elif record is None:
            if link.record.spec is not None:
                self._parts.begin(board.remove(name))
        else:
            if own and not link.is_wanted:
                link.spec = own[name]
            link.record = record
            link.changed()
