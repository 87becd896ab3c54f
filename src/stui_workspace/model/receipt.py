"""What came back, what did not, and why: the receipt of a restore."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class Restored:
    """One item and how its restore went."""

    item: str
    """`layout`, `buffer/scratch`, `connection/py`, `history/py`."""
    outcome: Outcome
    reason: str | None = None
    next_step: str | None = None
    """What to do about it, for every outcome but ok."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome of every item that the session had, in the order of restoring."""

    session: str
    items: tuple[Restored, ...] = ()
    after_crash: bool = False
    seconds: float = 0.0

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
