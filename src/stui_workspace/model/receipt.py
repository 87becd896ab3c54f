"""What came back, what did not, and why: the receipt of a restore."""

from __future__ import annotations

from enum import StrEnum

from stui_workspace.model.records import dataclass, replace


class Outcome(StrEnum):
    OK = "ok"
    CHANGED = "changed"
    """It is back, and not quite as it was: the file behind it moved on."""
    MISSING = "missing"
    """It was there and there is nothing to restore it from."""
    REFUSED = "refused"
    """It needs a consent that has not been given."""
    FAILED = "failed"
    WAITING = "waiting"
    """Not known yet: a connection is being made. No receipt ends with one."""


class Remedy(StrEnum):
    """What can be done there and then about an item that is not back as it was."""

    READ = "read"
    """Read it again: its file may be back."""
    CONNECT = "connect"
    """Try to connect now."""
    BRING_BACK = "bring back"
    """Take what the session had, although the file has something else by now."""
    SNAPSHOT = "snapshot"
    """Take it from the newest snapshot that has it whole."""
    SAVE = "save"
    """Let the session become what it is now; until then it stays as it was left."""
    REBUILD = "rebuild"
    """Nothing brings it back but evaluating again; what that would be can be shown."""


@dataclass(frozen=True, slots=True)
class Restored:
    """One item and how its restore went."""

    item: str
    """`layout`, `buffer/scratch`, `connection/py`, `history/py`."""
    outcome: Outcome
    reason: str | None = None
    next_step: str | None = None
    """What to do about it, for every outcome but ok."""
    kept: str | None = None
    """What of it is not lost all the same, in one clause; None where there is nothing to say."""
    remedy: Remedy | None = None
    """What can be done in the open session; None for nothing."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome of every item that the session had, in the order of restoring."""

    session: str
    items: tuple[Restored, ...] = ()
    after_crash: bool = False
    seconds: float = 0.0
    at: float = 0.0
    """When it was restored, in seconds since 1970."""

    @property
    def restored_count(self) -> int:
        """How many items are back, changed ones included."""
        return sum(item.outcome in (Outcome.OK, Outcome.CHANGED) for item in self.items)

    @property
    def headline(self) -> str:
        """`restored 5 of 6 after a crash`, or `fresh start` where there was nothing."""
        if not self.items:
            return "fresh start"
        suffix = " after a crash" if self.after_crash else ""
        return f"restored {self.restored_count} of {len(self.items)}{suffix}"

    def item(self, name: str) -> Restored | None:
        """The item of that name; None where the receipt has none."""
        return next((one for one in self.items if one.item == name), None)

    def having(self, item: Restored) -> Receipt:
        """The receipt with that item in the place of the one of its name."""
        return replace(
            self, items=tuple(item if one.item == item.item else one for one in self.items)
        )
