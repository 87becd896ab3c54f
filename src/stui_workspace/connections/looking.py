"""What some backends can tell about code that is being written, beside evaluating it."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from stui_workspace.model.records import dataclass


@dataclass(frozen=True, slots=True)
class Completions:
    matches: tuple[str, ...] = ()
    start: int = 0
    """A match replaces the code from here to `end`, in code points."""
    end: int = 0


@dataclass(frozen=True, slots=True)
class Inspected:
    found: bool
    text: str = ""


@runtime_checkable
class Looking(Protocol):
    """A backend that can look into the context it evaluates in, unless it evaluates just then."""

    async def complete(self, code: str, cursor: int) -> Completions:
        """What the code at the cursor can go on with; nothing where it cannot be told now.

        Raises:
            ConnectionLostError: The link has ended.
        """

    async def inspect(self, code: str, cursor: int) -> Inspected:
        """What is known of what is at the cursor; nothing where it cannot be told now.

        Raises:
            ConnectionLostError: The link has ended.
        """
