"""Searching the history from an open session: in a thread, so that typing never waits."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from functools import cached_property

from stui_workspace.model.records import dataclass
from stui_workspace.runtime.connecting.inputs import Inputs
from stui_workspace.runtime.searching.finding import (
    Progress,
    Results,
    Searcher,
    Wanted,
    workspace_names,
)
from stui_workspace.runtime.searching.forgetting import Choice, Forgotten, chosen, forget_entries
from stui_workspace.runtime.services import Services


@dataclass(frozen=True, slots=True)
class Here:
    """What `this workspace` and `this machine` mean."""

    workspace: str
    machine: str


class LiveHistory:
    """The history of this user, for as long as somebody searches it."""

    def __init__(self, services: Services, inputs: Inputs, workspace: str) -> None:
        self.here = Here(workspace, services.machine)
        self._services = services
        self._inputs = inputs
        self._searcher = Searcher(services)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What people call the workspaces, by the names of their folders."""
        return workspace_names(self._services)

    async def refresh(self, progress: Progress) -> None:
        """Take in what was evaluated since; `progress` is told on the loop."""
        loop = asyncio.get_running_loop()

        def told(done: int, total: int) -> None:
            loop.call_soon_threadsafe(progress, done, total)

        await asyncio.to_thread(self._searcher.refresh, told)

    async def search(self, wanted: Wanted) -> Results:
        """What is found, as of the last `refresh`."""
        return await asyncio.to_thread(self._searcher.search, wanted)

    async def forget(self, codes: Collection[str]) -> Forgotten:
        """Forget every use of these inputs, on all machines.

        Raises:
            DiskError: It could not be done, or not to its end.
        """
        choice = Choice(codes=frozenset(codes))
        found = await asyncio.to_thread(chosen, self._services, choice)
        done = await asyncio.to_thread(forget_entries, self._services, found)
        self._inputs.forget(choice.codes or ())
        return done

    def close(self) -> None:
        """Search no more."""
        self._searcher.close()
