"""The seam between what is said to a kernel and the way it gets there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from stui_workspace.connections.jupyter.messages import Ask, Message
from stui_workspace.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Ears:
    """Who listens to a carrier."""

    hear: Callable[[Message], None]
    lose: Callable[[str], None]
    """Told once, in one clause, when the link has ended without `close`."""


@dataclass(frozen=True, slots=True)
class Way:
    """What is known of a kernel before it has said anything."""

    session: str
    """Our name to it."""
    patience: float
    """Seconds that it may take to greet us, unless it is busy."""
    seed: str = ""
    """What tells it from the kernels of other servers; part of its incarnation."""
    survives: bool = False
    """Whether it goes on while nobody is connected, and what it says then is kept for us."""
    beats: bool = False
    """Whether a heartbeat comes from the kernel itself; else from what is before it."""
    is_busy: bool = False
    is_complete: bool = True
    """Whether all that it said since the last link fell is still to come."""
    is_silence_final: bool = False
    """Whether one that has a heartbeat, and does not answer, does not know our key."""
    next_step: str | None = None
    """What a person may do where it does not greet us."""


class Carrier(Protocol):
    """One way to one kernel, from `open` to `close`."""

    async def open(self, ears: Ears, meet: Callable[[Way], None]) -> None:
        """Start or reach the kernel, so that it can be asked.

        `meet` is told of it before the first of its messages is heard.

        Raises:
            ConnectionLostError: It cannot be.
        """

    def ask(self, ask: Ask) -> None:
        """Send it that; nothing happens where the link has ended."""

    async def interrupt(self) -> None:
        """Ask it to stop what it evaluates. Never raises."""

    async def beat(self) -> None:
        """Wait for its next heartbeat, perhaps for ever."""

    async def is_evaluating(self) -> bool:
        """Whether it evaluates, as far as somebody before it can tell. Never raises."""

    async def close(self, *, is_idle: bool, for_good: bool) -> None:
        """End the link and the kernel, where it is ours; never raises.

        Args:
            is_idle: Whether it may be given a moment to end by itself.
            for_good: Whether one that would survive ends, too, if it was started for this
                connection.
        """
