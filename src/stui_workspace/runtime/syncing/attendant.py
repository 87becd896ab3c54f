"""Attending to the file of an open session: in a thread, and told once."""

from __future__ import annotations

import asyncio
from typing import Final

from stui_workspace.model.revision import Revision
from stui_workspace.runtime.events import CopyFound, Notice
from stui_workspace.runtime.memory import Memory
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.syncing.attending import attend
from stui_workspace.runtime.syncing.attention import Attention, Copy
from stui_workspace.storage.project import Project
from stui_workspace.sync.copies import Action

PATIENCE: Final = 120.0
"""Seconds for which a copy is left to the machine that made it."""
SPREAD: Final = 60.0
"""Up to so many seconds more, by the name of the machine: so that not all of them begin at once."""


class Attendant:
    """What an open session does about the versions of its file."""

    def __init__(self, memory: Memory, services: Services) -> None:
        self._memory = memory
        self._services = services
        self._told: set[tuple[str, Action, Revision | None]] = set()
        self._complaints: set[str] = set()
        self._has_looked = False
        self._found: Attention | None = None
        self.due: float | None = None
        """When to look again at the latest, by the session's clock."""

    async def look(self, project: Project) -> None:
        """Make a pass. What is new is told by `tell`."""
        patience = patience_of(self._services.machine) if self._has_looked else 0.0
        self._has_looked = True
        self._found = await asyncio.to_thread(attend, project, self._services, patience=patience)
        self.due = self._found.due

    @property
    def asks(self) -> bool:
        """Whether the last pass, which is not told yet, left something for a person."""
        found = self._found
        return found is not None and any(one.action is Action.ASKED for one in found.copies)

    def tell(self) -> None:
        """Tell of what is new since it was told last."""
        if self._found is not None:
            self._tell(self._found)
            self._found = None

    def _tell(self, found: Attention) -> None:
        for copy in found.copies:
            if self._is_news(copy):
                step = copy.next_step
                event = CopyFound(copy.name, copy.action, copy.reason, copy.conflicts, step)
                self._memory.tell(event)
        for problem in found.problems:
            if problem not in self._complaints:
                self._memory.tell(Notice(problem, warning=True))
        self._complaints = set(found.problems)

    def _is_news(self, copy: Copy) -> bool:
        key = (copy.name, copy.action, copy.revision)
        is_news = key not in self._told and copy.action is not Action.WAITING
        self._told.add(key)
        return is_news


def patience_of(machine: str) -> float:
    """How long a machine of that name waits for another to merge its own copy, in seconds."""
    from hashlib import blake2b

    digest = blake2b(machine.encode("utf-8", "surrogatepass"), digest_size=2).digest()
    return PATIENCE + SPREAD * int.from_bytes(digest) / 65536
