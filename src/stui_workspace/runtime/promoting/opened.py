"""Taking hunks of the session that is open here, such that what is shown follows at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from stui_workspace.errors import UsageError
from stui_workspace.layout import layout_revision
from stui_workspace.model.paths import NodePath
from stui_workspace.model.records import replace
from stui_workspace.model.session import BufferState, SessionState
from stui_workspace.model.values import Plain
from stui_workspace.runtime.connecting.switchboard import Switchboard
from stui_workspace.runtime.events import Reloaded
from stui_workspace.runtime.files import Look, look
from stui_workspace.runtime.loading import Selection
from stui_workspace.runtime.memory import Memory
from stui_workspace.runtime.promoting.hunks import Hunk, hunks_of
from stui_workspace.runtime.promoting.scene import Scene, Wish
from stui_workspace.runtime.promoting.sessions import scene_of
from stui_workspace.runtime.promoting.settled import settled
from stui_workspace.runtime.promoting.taking import Taken, hunks_called, take, undo
from stui_workspace.runtime.reloading import Follower
from stui_workspace.runtime.services import Services


class Promoting:
    """What of an open session its files can take; made once for a session."""

    def __init__(
        self,
        memory: Memory,
        follower: Follower,
        switchboard: Switchboard,
        services: Services,
        selection: Selection,
    ) -> None:
        self._memory = memory
        self._follower = follower
        self._switchboard = switchboard
        self._services = services
        self._selection = selection
        self._done: list[tuple[Taken, SessionState]] = []

    def scene(self) -> Scene:
        """The session and its files.

        Raises:
            UsageError: The files cannot be used, or not written.
        """
        follower = self._follower
        if any(one.has_errors for one in follower.problems) or follower.gone:
            raise UsageError(
                "the workspace file cannot be used as it is now", "`stui validate` says why"
            )
        return scene_of(follower.loaded, self._memory.state, follower.sources, self._services)

    def hunks(self) -> tuple[Hunk, ...]:
        """Everything that may be taken over.

        Raises:
            UsageError: The files cannot be used, or not written.
        """
        return hunks_of(self.scene())

    async def look_for_hunks(self) -> tuple[Hunk, ...]:
        """The same, found out beside the event loop.

        Raises:
            UsageError: The files cannot be used, or not written.
        """
        return await asyncio.to_thread(hunks_of, self.scene())

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    async def take(
        self, paths: Sequence[NodePath], edited: Mapping[NodePath, Plain] | None = None
    ) -> Taken:
        """Write the hunks at those paths; what was the session's own there is the file's then.

        Raises:
            StuiError: Nothing was written, and why.
        """
        scene, before = self.scene(), self._memory.state
        taken = take(scene, hunks_called(hunks_of(scene), paths, edited), self._services)
        if not taken.wishes:
            return taken
        found = self._look()
        if found.loaded is not None:
            after = found.loaded.workspace
            self._memory.keep(
                settled(self._memory.state, taken.wishes, scene.loaded.workspace, after)
            )
            self._own_connections(taken.wishes, self._memory.state)
        self._done.append((taken, before))
        await self._adopt(found)
        return taken

    async def undo(self) -> Taken:
        """Take the last write back: the files say what they said, the session has its own again.

        Raises:
            UsageError: Nothing was written.
            StaleRevisionError: A file was changed since.
            StorageError: It was not written.
        """
        if not self._done:
            raise UsageError("nothing was written here", "`stui sync log` lists older versions")
        taken, before = self._done[-1]
        undo(taken, self._follower.loaded.project.root, self._services)
        self._done.pop()
        arranged = self._memory.state.layout
        found = self._look()
        self._follower.adopt_own(found)
        self._memory.keep(_back(self._memory.state, before, taken.wishes))
        if found.loaded is not None:
            tree = before.layout.tree if arranged.tree is None else arranged.tree
            base = None if tree is None else layout_revision(found.loaded.workspace.layout)
            layout = replace(
                self._memory.state.layout, tree=tree, base=base, variant=before.layout.variant
            )
            self._memory.keep_layout(layout)
        self._own_connections(taken.wishes, before)
        await self._adopt(found)
        return taken

    def _look(self) -> Look:
        return look(self._follower.loaded.project, self._services, self._selection)

    async def _adopt(self, found: Look) -> None:
        self._follower.adopt_own(found)
        await self._switchboard.follow(self._follower.loaded.workspace)
        self._memory.tell(Reloaded(()))

    def _own_connections(self, wishes: Sequence[Wish], state: SessionState) -> None:
        """Let the links know whether they are the session's own."""
        for wish in wishes:
            name = str(wish.path[1])
            if wish.path[0] == "connections" and name in state.connections:
                link = self._switchboard.link(name)
                link.record = replace(link.record, spec=state.connections[name].spec)
                self._switchboard.keep(link)


def _back(now: SessionState, before: SessionState, wishes: Sequence[Wish]) -> SessionState:
    """The session with what it had of its own; what was typed since stays."""
    buffers, preferences = dict(now.buffers), dict(now.preferences)
    for wish in wishes:
        name = str(wish.path[1])
        if wish.path[0] == "preferences":
            preferences.setdefault(name, before.preferences[name])
        elif wish.path[0] == "buffers" and name in before.buffers:
            current = buffers.get(name, BufferState())
            old = before.buffers[name]
            buffers[name] = old if current.text is None else replace(old, text=current.text)
    return replace(now, buffers=buffers, preferences=preferences)
