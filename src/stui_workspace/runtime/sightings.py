"""Following the files of a workspace without a session: nothing is restored, written or merged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Final, TypeAlias

from stui_workspace.errors import NotFoundError
from stui_workspace.model.records import dataclass
from stui_workspace.model.workspace import Workspace
from stui_workspace.runtime.changes import changes_between
from stui_workspace.runtime.events import Gone, Invalid, Notice, Reloaded
from stui_workspace.runtime.files import Look, look, nothing, watched
from stui_workspace.runtime.loading import Loaded, Selection
from stui_workspace.runtime.reloading import is_blank
from stui_workspace.runtime.services import Services
from stui_workspace.storage.project import Project
from stui_workspace.sync.guards import Doubt
from stui_workspace.sync.plan import next_step

Sight: TypeAlias = Reloaded | Invalid | Gone | Notice

_BROKEN: Final = (0.15,)
_EMPTY: Final = (0.15, 0.4, 1.0, 0.45)
"""Seconds between looks at a file that cannot be used yet: programs empty or remove a file before
they write it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at the files of a workspace found."""

    workspace: Workspace
    """What they say; the last good state where they say nothing that can be used."""
    event: Sight
    """`Reloaded`, with the changes since the look before; `Invalid`, with every problem; `Gone`; or
    a `Notice` of what keeps a file from being read."""


async def sightings(
    project: Project, services: Services, selection: Selection
) -> AsyncGenerator[Seen, None]:
    """What the files say now, and then each time that they say something else.

    Raises:
        NotFoundError: There is no such environment, when it begins.
    """
    from stui_workspace.watch import settle, watching

    held = _Held(nothing(project))
    is_first = True
    while True:
        paths = watched(held.loaded, services)
        poll = services.watch == "poll"
        async with watching(*paths, root=project.root, poll=poll) as wake:
            while watched(held.loaded, services) == paths:
                try:
                    found = await held.look(project, services, selection)
                    event = held.take(found, is_first=is_first)
                except NotFoundError as error:
                    if is_first:
                        raise
                    event = held.told(Notice(str(error), error.next_step, warning=True))
                if event is not None:
                    yield Seen(held.loaded.workspace, event)
                is_first = False
                if watched(held.loaded, services) == paths:
                    await settle(wake)


class _Held:
    """The last good state, and what was told last."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self._last: Sight | None = None

    async def look(self, project: Project, services: Services, selection: Selection) -> Look:
        """What the files say once they say it for good."""
        waited = 0
        while True:
            found = await asyncio.to_thread(look, project, services, selection)
            delays = self._patience(found)
            if waited >= len(delays):
                return found
            await asyncio.sleep(delays[waited])
            waited += 1

    def _patience(self, found: Look) -> tuple[float, ...]:
        before = self.loaded.document
        if found.loaded is None:
            return _EMPTY if found.gone or is_blank(found) else _BROKEN
        now = found.loaded.document
        if before is None or now is None:
            return ()
        plan = next_step(before.content, before.content, now.content)
        return _EMPTY if plan.doubt in (Doubt.EMPTY, Doubt.SHRUNK) else ()

    def take(self, found: Look, *, is_first: bool) -> Sight | None:
        """What is to be told of a look; None where nothing is new."""
        if found.loaded is not None:
            changes = changes_between(self.loaded.resolved.plain, found.loaded.resolved.plain)
            was_good = isinstance(self._last, Reloaded)
            self.loaded = found.loaded
            if was_good and not changes:
                return None
            self._last = Reloaded(() if is_first else changes)
            return self._last
        if found.gone:
            return self.told(Gone())
        if found.trouble is not None:
            return self.told(Notice(str(found.trouble), found.trouble.next_step, warning=True))
        return self.told(Invalid(found.problems))

    def told(self, event: Sight) -> Sight | None:
        """The event, or None where the same was told last."""
        if event == self._last:
            return None
        self._last = event
        return event
