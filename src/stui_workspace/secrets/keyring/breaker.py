"""A circuit breaker: a store that does not answer is waited for once, and not by every connection.

Pure: the time is an argument. Nothing is asked while it is open; when the wait is over the next
call goes through, and what comes of it closes the breaker or opens it for twice as long.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from stui_workspace.model.records import dataclass
from stui_workspace.secrets.store import TimedOut, Unavailable

FAILURES: Final = 3
"""In a row, until a store that fails at once is left alone. One that hangs is at once."""
FIRST_WAIT: Final = 15.0
LONGEST_WAIT: Final = 300.0

Failure: TypeAlias = TimedOut | Unavailable


@dataclass(frozen=True, slots=True)
class Breaker:
    """What is remembered of a store's failures."""

    failure_count: int = 0
    """In a row."""
    opened_count: int = 0
    """How often it opened since the store last answered."""
    failure: Failure | None = None
    """The last one."""
    open_until: float = 0.0

    def refusal(self, now: float) -> Failure | None:
        """What to answer without asking; None when the store is to be asked."""
        return self.failure if now < self.open_until else None

    def after_answer(self) -> Breaker:
        """The store answered, whatever it said."""
        return self if self == CLOSED else CLOSED

    def after_failure(self, failure: Failure, now: float) -> Breaker:
        """It failed, or did not answer."""
        failure_count = self.failure_count + 1
        is_opening = (
            isinstance(failure, TimedOut) or self.opened_count > 0 or failure_count >= FAILURES
        )
        if not is_opening:
            return Breaker(failure_count, 0, failure)
        wait = min(FIRST_WAIT * 2.0 ** min(self.opened_count, 10), LONGEST_WAIT)
        return Breaker(failure_count, self.opened_count + 1, failure, now + wait)


CLOSED: Final = Breaker()
