"""The list of what was said: bounded, the newest first, what is said again is counted."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from stui_workspace.model.records import dataclass, replace

MOST: Final = 200
"""Notices that are kept; the oldest go first."""
ARROW: Final = "\n→ "
"""Between what happened and what to do about it."""


@dataclass(frozen=True, slots=True)
class Said:
    """One notice."""

    text: str
    """What happened, safe to show."""
    step: str | None
    """What to do about it, or how to undo it."""
    severity: str
    """information, warning or error."""
    at: float
    """When it was said last, in seconds since 1970."""
    first_at: float
    count: int = 1
    """How often it was said."""

    @property
    def key(self) -> str:
        return f"{self.severity}:{self.text}{ARROW}{self.step}"


class NoticeBook:
    """What was said since the workbench was opened."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._said: OrderedDict[str, Said] = OrderedDict()

    def note(self, message: str, severity: str) -> Said:
        """Keep a message, and say how it stands in the book."""
        text, _, step = message.partition(ARROW)
        now = self._clock()
        new = Said(text, step or None, severity, now, now)
        before = self._said.pop(new.key, None)
        if before is not None:
            new = replace(before, at=now, count=before.count + 1)
        self._said[new.key] = new
        while len(self._said) > MOST:
            self._said.popitem(last=False)
        return new

    def all(self) -> tuple[Said, ...]:
        """Everything that is kept, the newest first."""
        return tuple(reversed(self._said.values()))

    def clear(self) -> None:
        """Forget all of it."""
        self._said.clear()
