"""Keeping a session while it changes: the journal within a second, a snapshot when it is quiet.

Nothing here waits or watches a clock: `Autosave` is told the time and says what is due.
The state is immutable, so that writing may happen in another thread meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING

from stui_workspace.errors import DiskError
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.session import BufferState, Items, SessionState
from stui_workspace.model.values import ABSENT, Plain, same
from stui_workspace.model.workspace import Autosave as Intervals
from stui_workspace.runtime.holding import Left
from stui_workspace.storage.sessions.items import items_of
from stui_workspace.storage.snapshots.store import lost_most

if TYPE_CHECKING:
    from stui_workspace.runtime.recovery import Keeping
    from stui_workspace.storage.snapshots.index import SnapshotId

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

    def __init__(
        self, keeping: Keeping, note: Callable[[], object] | None = None, left: Left | None = None
    ) -> None:
        """A writer of one session.

        Args:
            keeping: Where it is kept.
            note: Called once there is something to find again.
            left: What the session had when it was left; None for nothing.
        """
        self._keeping = keeping
        self.left = left or Left()
        self.holds = self.left.is_held
        """Whether the session file stays as it was: the session has lost most of it by itself."""
        self._has_consent = left is not None and left.is_back
        self._note = note
        self._turn = Lock()
        self._written: Mapping[str, Plain] = {}
        """The items as the session file and the journal have them together."""
        self.newest: SnapshotId | None = None
        """The snapshot of the state that was written last as a whole; None before the first."""

    def journal(self, state: SessionState, now: float) -> int:
        """Append to the journal what changed, and return how many items that were.

        Raises:
            DiskError: Nothing was recorded; the same items will be tried again.
        """
        with self._turn:
            return self._append(items_of(state), now)

    def snapshot(self, state: SessionState, now: float, *, confirmed: bool = False) -> int:
        """Save the whole session: its file, a snapshot, and then forget the journal.

        A state that has lost most of what the session had, and not by what was done in this run, is
        in the journal and in a snapshot only: the file stays as it was, and so the next start has
        both. With `confirmed` a person says that it is right so.

        Returns:
            How many items it has.

        Raises:
            DiskError: Something was not written; the journal still has it.
        """
        items = items_of(state)
        with self._turn:
            self._append(items, now)
            self.holds = self.holds and not confirmed and lost_most(self.left.wanted, items)
            self._has_consent = self._has_consent or confirmed
            if self.holds:
                self._keeping.journal.append({"meta": items["meta"]}, now)
            else:
                self._save(state, items, now)
            kept = {name: value for name, value in items.items() if name != "meta"}
            self.newest = self._keeping.snapshots.put(
                kept, now, confirmed=self._has_consent, doubtful=self.holds
            )
        return len(items)

    def _save(self, state: SessionState, items: Items, now: float) -> None:
        with self._keeping.journal.checkpoint():
            self._keeping.store.save(state)
            self._written = items
            if not state.meta.closed:  # a session that is open has a journal, or lost one
                self._keeping.journal.append({}, now)
        if self._note is not None:
            with suppress(DiskError):  # tried again with the next one
                self._note()
                self._note = None

    def confirm(self, snapshot: SnapshotId) -> None:
        """Let a snapshot that lost most of its items count as a state to go back to.

        Of the state that was written last it says that the session may become it.

        Raises:
            NotFoundError: There is none of that name.
            DiskError: It could not be recorded.
        """
        with self._turn:
            self._keeping.snapshots.confirm(snapshot)
            if snapshot == self.newest:
                self.holds = False
                self._has_consent = True

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
