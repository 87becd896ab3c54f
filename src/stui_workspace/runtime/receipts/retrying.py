"""Trying one item of a receipt again, at a person's word."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.layout import layout_revision
from stui_workspace.model.receipt import Outcome, Remedy, Restored
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.session import BufferState
from stui_workspace.runtime.events import ItemsReplaced
from stui_workspace.runtime.files import Look
from stui_workspace.runtime.holding import SESSION
from stui_workspace.runtime.receipts.receiving import HISTORY, Receiving
from stui_workspace.runtime.restoring import Surroundings, buffer_outcome
from stui_workspace.storage.sessions.items import BUFFER, CONNECTION, state_from
from stui_workspace.storage.snapshots.index import SnapshotId
from stui_workspace.storage.snapshots.store import SnapshotStore

if TYPE_CHECKING:
    from stui_workspace.runtime.taking_back import TakenBack

_LAYOUT: Final = "layout"
_VIEWED: Final = (Remedy.READ, Remedy.BRING_BACK)
"""What changes views that are on the screen already."""
_NO_SNAPSHOT: Final = "no snapshot has it whole"
_TIMELINE: Final = "what was there before: the timeline has it, and undoes this"


@dataclass(frozen=True, slots=True)
class Ways:
    """How a session does what trying again needs."""

    look: Callable[[], Look]
    """Reads the files."""
    take_back: Callable[[SnapshotId, Sequence[str]], TakenBack]
    """Takes items of a snapshot, such that it can be undone."""
    snapshots: SnapshotStore
    save: Callable[[], bool]
    """Lets the session become what it is now; whether it is on the disk."""


class Retrying:
    def __init__(self, receiving: Receiving, ways: Ways) -> None:
        self._receiving = receiving
        self._ways = ways

    async def again(self, name: str) -> Restored:
        """Try an item again, and return it as it is on the receipt then.

        Raises:
            NotFoundError: The receipt has no such item, or nothing to take it from is left.
            UsageError: There is nothing to be tried.
            DiskError: What it is to come from cannot be read.
        """
        item = self._receiving.receipt.item(name)
        if item is None:
            raise NotFoundError("item of the receipt", name)
        match item.remedy:
            case Remedy.READ if name == HISTORY:
                found = self._receiving.history_now() or Restored(HISTORY, Outcome.OK)
            case Remedy.READ:
                found = await self._read(name.removeprefix(BUFFER))
            case Remedy.CONNECT:
                found = await self._connect(name.removeprefix(CONNECTION))
            case Remedy.BRING_BACK:
                found = self._bring_back()
            case Remedy.SAVE:
                found = self._saved() if self._ways.save() else item
            case Remedy.SNAPSHOT:
                found = self._from_snapshot(item)
            case _:
                raise UsageError(f"there is nothing to be tried about `{name}`", item.next_step)
        self._receiving.put(found)
        if item.remedy in _VIEWED and found.outcome is not item.outcome:
            self._receiving.parts.memory.tell(ItemsReplaced((name,)))
        return found

    async def _read(self, name: str) -> Restored:
        """Read the files again, and take the pad as it was left where it is back."""
        parts, memory = self._receiving.parts, self._receiving.parts.memory
        await parts.follower.adopt(await asyncio.to_thread(self._ways.look))
        workspace, sources = parts.follower.loaded.workspace, parts.follower.sources
        left = self._receiving.left.buffers.get(name, BufferState())
        now = memory.state.buffers.get(name)
        if name in workspace.buffers and now is None:
            memory.keep_buffer(name, left)
        return buffer_outcome(name, now or left, Surroundings(workspace, sources))

    async def _connect(self, name: str) -> Restored:
        link = self._receiving.parts.switchboard.link(name)
        if link.is_wanted and link.is_down:
            link.retry()
            return self._receiving.reconnected(link)
        await link.connect()
        return self._receiving.reconnected(link)

    def _bring_back(self) -> Restored:
        """Take the arrangement of the session over the file's, which is still there."""
        parts, left = self._receiving.parts, self._receiving.left.layout
        current = layout_revision(parts.follower.loaded.workspace.layout)
        parts.memory.keep_layout(
            replace(parts.memory.state.layout, variant=left.variant, tree=left.tree, base=current)
        )
        return Restored(
            _LAYOUT,
            Outcome.OK,
            "your arrangement is back, over the one that the file has now",
            kept="the file's: it is among the layouts",
        )

    def _saved(self) -> Restored:
        """The session is what it is now; what it was before is in its snapshots."""
        return Restored(SESSION, Outcome.OK, "it is what it is now", kept=_TIMELINE)

    def _from_snapshot(self, item: Restored) -> Restored:
        """Take it from the newest snapshot in which it is whole."""
        name = item.item
        snapshot = self._whole(name)
        self._ways.take_back(snapshot, (name,))
        why = f"as it was in snapshot {snapshot[:8]}"
        return Restored(name, Outcome.OK, why, kept=_TIMELINE)

    def _whole(self, name: str) -> SnapshotId:
        snapshots = self._ways.snapshots
        for entry in reversed(snapshots.log()):
            if name in entry.items:
                value = snapshots.get(entry.id).items.get(name)
                _, problems = state_from({"meta": {}, name: value})
                if value is not None and not problems:
                    return entry.id
        raise NotFoundError("snapshot with", name, _NO_SNAPSHOT)
