"""When a session has lost most of what it had, and nobody took it away.

Closing pads one by one is a person's deed. A restore that brings little back is not: another branch
with another workspace file, a damaged disk. Such a state is not to become the one that the next
start opens, until a person says so (docs/adr/0018-a-loss-needs-consent.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from stui_workspace.model.receipt import Outcome, Remedy, Restored
from stui_workspace.model.records import dataclass
from stui_workspace.model.session import SessionState
from stui_workspace.model.workspace import RestorePolicy
from stui_workspace.runtime.events import Notice
from stui_workspace.runtime.restoring import can_be_taken
from stui_workspace.storage.sessions.items import BUFFER, CONNECTION, ItemProblem, items_of
from stui_workspace.storage.snapshots.store import lost_most

SESSION: Final = "session"
"""The item of the receipt that is about the session as a whole."""
_SAVING: Final = "`Save the session now` from the palette makes it what it is now"
_KEPT: Final = "the session as it was left: the next start has all of it"
_GROUPS = {BUFFER: "buffers", CONNECTION: "connections", "layout": "layout"}


@dataclass(frozen=True, slots=True)
class Left:
    """What a session had when it was left, and what came back of it, by the names of its items."""

    names: frozenset[str] = frozenset()
    wanted: frozenset[str] = frozenset()
    """Those of them that the workspace's `restore` lets back in."""
    back: frozenset[str] = frozenset()

    @property
    def is_held(self) -> bool:
        """Whether the session file is to stay as it was."""
        return lost_most(self.wanted, self.back)

    @property
    def is_back(self) -> bool:
        """Whether most of everything came back: what is lost from now on, a person takes away."""
        return not lost_most(self.names, self.back)


def left_of(
    state: SessionState,
    problems: Iterable[ItemProblem],
    restore: RestorePolicy,
    restored: SessionState,
) -> Left:
    """What the session had, with what could not be read of it any more.

    Args:
        state: As it was read.
        problems: What of it could not be used.
        restore: What the workspace lets back in. What it leaves out starts afresh each time, and
            is not lost suddenly.
        restored: What came back.
    """
    known = (problem.item.partition("[")[0] for problem in problems)
    names = {*items_of(state), *filter(can_be_taken, known)} - {"meta"}
    wanted = (name for name in names if _lets_in(restore, name))
    return Left(frozenset(names), frozenset(wanted), frozenset(items_of(restored)))


def loss_notice(left: Left, now: SessionState) -> Notice:
    """What a person is told of a session that is held as it was."""
    return Notice(f"this session {_loss(left, now)}", _SAVING, warning=True)


def held_item(left: Left, now: SessionState) -> Restored:
    """The same, as an item of the receipt."""
    return Restored(SESSION, Outcome.CHANGED, f"it {_loss(left, now)}", _SAVING, _KEPT, Remedy.SAVE)


def _loss(left: Left, now: SessionState) -> str:
    kept = len(left.wanted.intersection(items_of(now)))
    return (
        f"has lost most of what it had: {kept} of {len(left.wanted)} items are back;"
        " it stays as it was, and what you do now is added"
    )


def _lets_in(restore: RestorePolicy, name: str) -> bool:
    if restore.policy == "never":
        return False
    group = next((group for start, group in _GROUPS.items() if name.startswith(start)), None)
    return group is None or group in restore.include
