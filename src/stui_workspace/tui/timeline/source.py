"""What the timeline needs of a session: the same of one that is open, and of one on the disk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from stui_workspace.runtime.taking_back import Comparison, Moment, TakenBack
from stui_workspace.storage.snapshots.index import SnapshotId


class Source(Protocol):
    """A session with a past: `runtime.taking_back.Past`, or an open session."""

    @property
    def name(self) -> str: ...

    def clock(self) -> float:
        """Seconds since 1970, as the session counts them."""

    def snapshots(self) -> Sequence[Moment]:
        """The snapshots, the newest first. Asked in a thread of its own."""

    def compare(self, snapshot: SnapshotId, other: SnapshotId | None = None, /) -> Comparison:
        """What of a snapshot is other in another one; without one, in the session as it is now."""

    def take_back(self, snapshot: SnapshotId, only: Sequence[str] = (), /) -> TakenBack:
        """Make the session what it was, all of it or some items."""

    def undo_take_back(self) -> TakenBack:
        """Bring back what was replaced last."""

    def confirm_snapshot(self, snapshot: SnapshotId, /) -> None:
        """Let a snapshot that lost most of its items count."""
