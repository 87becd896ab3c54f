"""The task that writes a session down while it is open."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from stui_workspace.errors import DiskError, UsageError
from stui_workspace.model.session import SessionState
from stui_workspace.model.workspace import Autosave
from stui_workspace.runtime.autosave import Writer, is_work, stamped
from stui_workspace.runtime.discretion import Discretion, notice_of
from stui_workspace.runtime.events import Notice, Saved
from stui_workspace.runtime.memory import Memory
from stui_workspace.runtime.mirroring import Mirror
from stui_workspace.runtime.services import Services
from stui_workspace.storage.snapshots.index import SnapshotId

_RETRY_SECONDS = 5.0

Write = Callable[[SessionState, float], int]


class Keeper:
    """Autosave of one session."""

    def __init__(
        self,
        memory: Memory,
        writer: Writer | None,
        services: Services,
        *,
        is_new: bool = False,
        mirror: Mirror | None = None,
    ) -> None:
        self._memory = memory
        self._writer = writer
        """None where nothing can be kept."""
        self._mirror = mirror
        self._services = services
        self._discretion = Discretion(services.redactor)
        self._told: frozenset[str] = frozenset()
        """What a person was told of that it is not written down as it is."""
        self._counted = services.clock()
        """Up to when the time open is in the statistics."""
        self._is_bare = is_new
        """Whether nothing was ever done in it: such a session leaves no trace."""
        self._has_file = not is_new
        """Whether it is on the list of sessions; a journal alone is not."""
        self._complaint: str | None = None
        self._has_told_loss = False
        self.saved_at: float | None = None

    async def run(self) -> None:
        """Write what is due when it is due, until cancelled; first the session as it was opened."""
        await self._write_aside(whole=True)
        memory = self._memory
        while True:
            memory.changed.clear()
            seconds = memory.schedule.seconds_left(self._services.clock())
            if seconds is None:
                await memory.changed.wait()
            elif seconds > 0:
                await self._rest(seconds)
            else:
                due = memory.schedule.due(self._services.clock())
                if not await self._write_aside(whole=due.snapshot):
                    await self._services.sleep(_RETRY_SECONDS)

    async def _rest(self, seconds: float) -> None:
        """Wait so long, or until something changes: it may be due before what was waited for."""
        waits = {
            asyncio.ensure_future(self._memory.changed.wait()),
            asyncio.ensure_future(self._services.sleep(seconds)),
        }
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    def save(self, *, closed: bool = False, confirmed: bool = False) -> bool:
        """Save everything now; whether it is on the disk.

        Args:
            closed: Whether the session ends with it.
            confirmed: Whether a person wants it so, if it has lost most of what it had.
        """
        if self._writer is None:
            return False
        if self._stays_bare():
            return True
        state, now = self._taken(whole=True, closed=closed)
        kept = self._discretion.of(state)
        try:
            count = self._writer.snapshot(kept.state, now, confirmed=confirmed)
        except DiskError as error:
            return self._failed(error)
        if self._mirror is not None and not self._writer.holds:
            self._tell(self._mirror.copy(kept.state))
        return self._succeeded(now, count, kept.hiding)

    @property
    def newest(self) -> SnapshotId | None:
        """The snapshot of what was saved last as a whole, in this run."""
        return None if self._writer is None else self._writer.newest

    def mark(self, state: SessionState, *, confirmed: bool = False) -> SnapshotId:
        """Write a state down as a whole, and return the name of the snapshot of it.

        Args:
            state: What the session is, or is to become as soon as this returns.
            confirmed: Whether a person wanted it so, if most items are suddenly gone.

        Raises:
            UsageError: Nothing can be kept of this session.
            DiskError: It was not written. What is on the disk is what was there, or this state.
        """
        if self._writer is None:
            raise UsageError("nothing is kept of this session", "`stui doctor` says why")
        now = self._services.clock()
        self._is_bare = False
        kept = Discretion(self._services.redactor).of(stamped(state, now, since=self._counted))
        try:
            self._writer.snapshot(kept.state, now, confirmed=confirmed)
        except DiskError:
            self._memory.schedule.changed(now)  # the disk may be ahead of what is true
            self._memory.changed.set()
            raise
        self._has_file = True
        assert self._writer.newest is not None  # noqa: S101 (for the type checker)
        return self._writer.newest

    def confirm(self, snapshot: SnapshotId) -> None:
        """Let a snapshot that lost most of its items count as a state to go back to.

        Raises:
            UsageError: Nothing can be kept of this session.
            NotFoundError: There is none of that name.
            DiskError: It could not be recorded.
        """
        if self._writer is None:
            raise UsageError("nothing is kept of this session", "`stui doctor` says why")
        self._writer.confirm(snapshot)

    def prune(self, intervals: Autosave) -> None:
        """Forget the snapshots that nobody asked to keep; they stay where that cannot be done."""
        if self._writer is not None:
            with suppress(DiskError):
                self._writer.prune(intervals, self._services.clock())

    async def _write_aside(self, *, whole: bool) -> bool:
        """Write in a thread of its own: a slow disk must not hold up a key."""
        if self._writer is None or self._stays_bare():
            self._memory.schedule.taken(whole=True)
            return True
        whole = whole or not self._has_file
        state, now = self._taken(whole=whole)
        write: Write = self._writer.snapshot if whole else self._writer.journal
        kept = await asyncio.to_thread(self._discretion.of, state)
        try:
            count = await asyncio.to_thread(write, kept.state, now)
        except DiskError as error:
            return self._failed(error)
        self._has_file = self._has_file or whole
        if whole and self._mirror is not None and not self._writer.holds:
            self._tell(await asyncio.to_thread(self._mirror.copy, kept.state))
        return self._succeeded(now, count, kept.hiding)

    def _tell(self, notice: Notice | None) -> None:
        if notice is not None:
            self._memory.tell(notice)

    def _stays_bare(self) -> bool:
        """Whether there is still nothing in it: looking around must not become a session."""
        self._is_bare = self._is_bare and not is_work(self._memory.state)
        return self._is_bare

    def _taken(self, *, whole: bool, closed: bool = False) -> tuple[SessionState, float]:
        """The state to write. What changes from now on is due anew."""
        now = self._services.clock()
        memory = self._memory
        memory.state = stamped(memory.state, now, since=self._counted, closed=closed)
        self._counted = now
        memory.schedule.taken(whole=whole)
        return memory.state, now

    def _succeeded(self, now: float, count: int, hiding: frozenset[str]) -> bool:
        for name in sorted(hiding - self._told):
            self._tell(notice_of(name))
        self._told |= hiding
        self._complaint = None
        self._tell_loss()
        self.saved_at = now
        self._memory.tell(Saved(now, count))
        return True

    def _tell_loss(self) -> None:
        """Say once that the session stays as it was, for it has lost most of that."""
        if self._writer is None or not self._writer.holds or self._has_told_loss:
            return
        from stui_workspace.runtime.holding import loss_notice

        self._has_told_loss = True
        self._tell(loss_notice(self._writer.left, self._memory.state))

    def _failed(self, error: DiskError) -> bool:
        """Keep it due, and say so once; as long as the trouble is the same, once is enough."""
        self._memory.schedule.changed(self._services.clock())
        if str(error) != self._complaint:
            self._complaint = str(error)
            self._memory.tell(Notice(f"not saved: {error}", error.next_step, warning=True))
        return False
