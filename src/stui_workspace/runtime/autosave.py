"""Keeping a session while it changes: the journal within a second, a snapshot when it is quiet.

Nothing here waits or watches a clock: `Autosave` is told the time and says what is due.
The state is immutable, so that writing may happen in another thread meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

from stui_workspace.model.session import BufferState, Items, SessionState
from stui_workspace.model.values import ABSENT, Plain, same
from stui_workspace.model.workspace import Autosave as Intervals
from stui_workspace.storage.items import items_of

if TYPE_CHECKING:
    from stui_workspace.runtime.opening import Keeping

QUIET_SECONDS = 5.0
"""So long without a change, and everything is saved as a whole."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be written now."""

    journal: bool = False
    snapshot: bool = False


@dataclass(slots=True)
class Schedule:
    """When what changed is to be written. Times are the session's clock, in seconds."""

    intervals: Intervals
    first_change: float | None = None
    """Of those that are not in the journal yet."""
    first_unsaved: float | None = None
    """Of those that no snapshot has."""
    last_change: float = 0.0

    def changed(self, now: float) -> None:
        """Note that something changed."""
        self.first_change = now if self.first_change is None else self.first_change
        self.first_unsaved = now if self.first_unsaved is None else self.first_unsaved
        self.last_change = now

    def due(self, now: float) -> Due:
        """What is to be written at `now`. A clock that was put back makes it due at once."""
        return Due(
            self.first_change is not None
            and not self.first_change <= now < self.first_change + self._journal_seconds,
            self.first_unsaved is not None
            and (
                not self.first_unsaved <= now < self.first_unsaved + self.intervals.snapshot
                or now >= self.last_change + QUIET_SECONDS
            ),
        )

    @property
    def _journal_seconds(self) -> float:
        """A little less than what is promised: the writing takes time, too."""
        return self.intervals.journal * 0.5

    def seconds_left(self, now: float) -> float | None:
        """Seconds until something is due; None where nothing will be."""
        due = self.due(now)
        if due.journal or due.snapshot:
            return 0.0
        times: list[float] = []
        if self.first_change is not None:
            times.append(self.first_change + self._journal_seconds)
        if self.first_unsaved is not None:
            times.append(self.first_unsaved + self.intervals.snapshot)
            times.append(self.last_change + QUIET_SECONDS)
        return max(min(times) - now, 0.0) if times else None

    def taken(self, *, whole: bool) -> None:
        """Note that everything up to now is being written: to the journal, or as a whole."""
        self.first_change = None
        if whole:
            self.first_unsaved = None


class Writer:
    """Writes states of one session. Calls may come from several threads; they take turns."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping
        self._turn = Lock()
        self._written: Mapping[str, Plain] = {}
        """The items as the session file and the journal have them together."""

    def journal(self, state: SessionState, now: float) -> int:
        """Append to the journal what changed, and return how many items that were.

        Raises:
            DiskError: Nothing was recorded; the same items will be tried again.
        """
        with self._turn:
            return self._append(items_of(state), now)

    def snapshot(self, state: SessionState, now: float, *, confirmed: bool = False) -> int:
        """Save the whole session: its file, a snapshot, and then forget the journal.

        Returns:
            How many items it has.

        Raises:
            DiskError: Something was not written; the journal still has it.
        """
        items = items_of(state)
        with self._turn:
            self._append(items, now)
            with self._keeping.journal.checkpoint():
                self._keeping.store.save(state)
                self._written = items
            kept = {name: value for name, value in items.items() if name != "meta"}
            self._keeping.snapshots.put(kept, now, confirmed=confirmed)
        return len(items)

    def prune(self, intervals: Intervals, now: float) -> None:
        """Forget the snapshots that nobody asked to keep.

        Raises:
            DiskError: They stay.
        """
        with self._turn:
            self._keeping.snapshots.prune(intervals.keep, now)

    def _append(self, items: Items, now: float) -> int:
        changed = _difference(self._written, items)
        if not changed.keys() - {"meta"}:
            return 0
        self._keeping.journal.append(changed, now)
        self._written = items
        return len(changed)


def is_work(state: SessionState) -> bool:
    """Whether a person did anything in it: where cursors and keyboard were alone is nothing."""
    return bool(
        state.preferences
        or state.transcript
        or state.outbox
        or state.layout.tree is not None
        or state.layout.variant is not None
        or any(
            replace(one, cursor=(0, 0), anchor=None, scroll=0) != BufferState()
            for one in state.buffers.values()
        )
        or any(one.wanted for one in state.connections.values())
    )


def stamped(state: SessionState, now: float, *, since: float, closed: bool = False) -> SessionState:
    """The state with the time that it was open since `since` added to its statistics."""
    meta = state.meta
    seconds = meta.seconds + max(now - since, 0.0)
    return replace(state, meta=replace(meta, saved=now, seconds=seconds, closed=closed))


def _difference(before: Items, after: Items) -> dict[str, Plain]:
    """The items that changed; None for those that are gone."""
    changed: dict[str, Plain] = {
        name: value for name, value in after.items() if not same(before.get(name, ABSENT), value)
    }
    changed |= {name: None for name in before if name not in after}
    return changed
