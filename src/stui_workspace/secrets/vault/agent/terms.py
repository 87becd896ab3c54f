"""How long a key may be held: so long in all, and so long unused, by every clock there is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeAlias

from stui_workspace.errors import UsageError
from stui_workspace.model.records import dataclass

HELD: Final = 8 * 3600.0
"""Seconds that a key is held where nobody says otherwise: a working day."""
UNUSED: Final = 2 * 3600.0
"""Seconds that it is held unused, likewise."""
LONGEST: Final = 30 * 86400.0

Clocks: TypeAlias = Callable[[], tuple[float, ...]]
"""What each clock shows now, in seconds; always as many, and in the same order."""


@dataclass(frozen=True, slots=True)
class Limits:
    """After how many seconds a key is let go."""

    held: float = HELD
    """In all, however much it is used."""
    unused: float = UNUSED

    def __post_init__(self) -> None:
        """Hold nothing for ever.

        Raises:
            UsageError: One of them is nothing, or too long.
        """
        if not (0 < self.held <= LONGEST and 0 < self.unused <= LONGEST):
            raise UsageError(
                "a vault can stay unlocked for up to 30 days (720h)",
                "for a machine that must never ask, use a key file: `stui vault slot add --help`",
            )


def clocks() -> tuple[float, ...]:
    """A clock that nobody sets, and the one on the wall.

    The first goes on while the machine sleeps where there is such a one; elsewhere the second tells
    of the sleep.
    """
    boot: int | None = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot), time.time()


class Term:
    """The time that one key is held, from now on.

    The clock that went on furthest counts: one that is set back lengthens nothing.
    """

    def __init__(self, limits: Limits, now: Clocks = clocks) -> None:
        self._limits = limits
        self._now = now
        self._begun = self._used = now()

    def use(self) -> None:
        """It was used just now."""
        self._used = self._now()

    @property
    def held_left(self) -> float:
        """Seconds until it is let go in any case; less than nothing when it should have been."""
        return self._limits.held - self._since(self._begun)

    @property
    def unused_left(self) -> float:
        """Seconds until it is let go if nobody uses it."""
        return self._limits.unused - self._since(self._used)

    @property
    def left(self) -> float:
        """Seconds until it is let go as things stand."""
        return min(self.held_left, self.unused_left)

    @property
    def is_over(self) -> bool:
        return self.left <= 0

    def _since(self, then: tuple[float, ...]) -> float:
        return max(now - before for now, before in zip(self._now(), then, strict=True))
