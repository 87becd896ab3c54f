"""Live reload: an outside edit of the workspace, seen, judged and taken over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from stui_workspace.errors import NotFoundError
from stui_workspace.layout import layout_revision
from stui_workspace.model.diagnostics import FileProblems
from stui_workspace.model.records import replace
from stui_workspace.model.session import BufferState
from stui_workspace.runtime import pads
from stui_workspace.runtime.changes import changes_between
from stui_workspace.runtime.connecting.switchboard import Switchboard
from stui_workspace.runtime.events import Change, ChangeKind, Gone, Invalid, Notice, Reloaded
from stui_workspace.runtime.files import Look, look, watched
from stui_workspace.runtime.loading import Loaded, Selection
from stui_workspace.runtime.memory import Memory
from stui_workspace.runtime.pads import Source
from stui_workspace.runtime.services import Services
from stui_workspace.sync.guards import Doubt
from stui_workspace.sync.plan import Plan, Step, next_step

if TYPE_CHECKING:
    from stui_workspace.runtime.syncing.attendant import Attendant

_SHRUNK = "the workspace file lost most of what it had"
_BRING_BACK = "`stui sync log` lists what it was, `stui sync restore` brings it back"
_SECOND_LOOKS = (0.15, 0.4, 1.0, 0.45)
"""Seconds between looks at a file that cannot be used. Many programs empty or remove a file before
they write it: a broken one is looked at twice, one that is empty, missing or cut off for two
seconds."""


class Follower:
    """Holds the last good state of the files, and what keeps them from being used now."""

    def __init__(
        self, memory: Memory, switchboard: Switchboard, loaded: Loaded, first: Look
    ) -> None:
        self.loaded = loaded
        self.sources: Mapping[str, Source] = first.sources
        self.problems: tuple[FileProblems, ...] = first.standing
        self.gone = first.gone
        self._trouble = first.trouble
        self._noted: str | None = None
        self._memory = memory
        self._switchboard = switchboard

    def tell_problems(self) -> None:
        """Tell what keeps the files from being used, where something does."""
        if self.problems:
            self._memory.tell(Invalid(self.problems))
        elif self._trouble is not None:
            self._memory.tell(Notice(str(self._trouble), self._trouble.next_step, warning=True))
        elif self.gone:
            self._memory.tell(Gone())

    async def attend(self, services: Services) -> Attendant:
        """Keep the version that was opened, and deal with what lies beside it.

        Before anybody is told that it is open: whoever hears that may edit the file at once, and
        what they began from must be known then.
        """
        from stui_workspace.runtime.syncing.attendant import Attendant

        attendant = Attendant(self._memory, services)
        await attendant.look(self.loaded.project)
        return attendant

    async def run(self, services: Services, selection: Selection, attendant: Attendant) -> None:
        """Follow the files until cancelled."""
        from stui_workspace.runtime.syncing.neighbours import may_be_version
        from stui_workspace.watch import settle, watching

        attendant.tell()
        while True:
            paths = self._watched(services)
            root, poll = self.loaded.project.root, services.watch == "poll"
            async with watching(
                *paths, root=root, poll=poll, notice=self._note, siblings=may_be_version
            ) as wake:
                while self._watched(services) == paths:
                    await attendant.look(self.loaded.project)  # first, what was before we watched
                    attendant.tell()
                    await self._look(services, selection)
                    self._switchboard.follow_grants()
                    async with _until(attendant.due, services):
                        await settle(wake)

    def _watched(self, services: Services) -> tuple[Path, ...]:
        """The files of the workspace, and what would say that a form that waits was approved."""
        return (*watched(self.loaded, services), *self._switchboard.awaited_grants())

    def _note(self, text: str) -> None:
        if text != self._noted:
            self._noted = text
            self._memory.tell(Notice(text))

    async def _look(self, services: Services, selection: Selection) -> None:
        for seconds in (*_SECOND_LOOKS, None):
            try:
                found = await asyncio.to_thread(look, self.loaded.project, services, selection)
            except NotFoundError as error:  # the environment that was selected is not there now
                self._memory.tell(Notice(str(error), "the last good state stays", warning=True))
                return
            plan = self._plan(found, lasting=seconds is None)
            if seconds is None or plan.step is not Step.KEEP or self._is_told(found):
                break
            is_slow = found.gone or plan.doubt in (Doubt.EMPTY, Doubt.SHRUNK)
            if not is_slow and seconds != _SECOND_LOOKS[0]:
                break
            await asyncio.sleep(seconds)
        await self.adopt(found)
        if plan.doubt is Doubt.SHRUNK:
            self._memory.tell(Notice(_SHRUNK, _BRING_BACK, warning=True))

    def _plan(self, found: Look, *, lasting: bool) -> Plan:
        """What is to be done about what the files say.

        This session has no edits of its own in them: base and ours are the last good state.
        """
        held = self.loaded.document
        ours = None if held is None else held.content
        if found.loaded is None:
            is_empty = is_blank(found)
            return Plan(Step.KEEP, Doubt.EMPTY if is_empty else None)
        document = found.loaded.document
        if document is None or ours is None:
            return Plan(Step.RELOAD)
        return next_step(ours, ours, document.content, lasting=lasting)

    def _is_told(self, found: Look) -> bool:
        """Whether what is wrong was told already."""
        now = (found.problems, found.gone, str(found.trouble))
        return now == (self.problems, self.gone, str(self._trouble))

    async def adopt(self, found: Look) -> None:
        """Take over what the files say now, or say why that cannot be."""
        changes = self.adopt_own(found)
        if found.loaded is not None and changes is not None:
            await self._switchboard.follow(self.loaded.workspace)
            self._memory.tell(Reloaded(changes))
            self.tell_problems()

    def adopt_own(self, found: Look) -> tuple[Change, ...] | None:
        """The same for what this session wrote itself: nobody is told, and no connection changes.

        Returns:
            What changed; None where nothing did, or nothing can be used.
        """
        if found.loaded is None:
            self._keep_last_good(found)
            return None
        was_good = self.problems == found.standing and not (self.gone or self._trouble)
        changes = self._changes(found.loaded, found.sources)
        self.problems, self.gone, self._trouble = found.standing, False, None
        if was_good and not changes and found.loaded.revisions == self.loaded.revisions:
            return None
        self.loaded, self.sources = found.loaded, found.sources
        self._memory.schedule.intervals = found.loaded.workspace.autosave
        self._follow_buffers()
        self._follow_layout()
        return changes if changes or not was_good else None

    def _changes(self, loaded: Loaded, sources: Mapping[str, Source]) -> tuple[Change, ...]:
        changes = changes_between(self.loaded.resolved.plain, loaded.resolved.plain)
        files = [
            Change(("buffers", name, "file"), ChangeKind.CHANGED)
            for name, source in sources.items()
            if name in self.sources
            and loaded.workspace.buffers[name].file is not None
            and self.sources[name] != source
        ]
        known = {change.path for change in changes}
        return (*changes, *(change for change in files if change.path not in known))

    def _keep_last_good(self, found: Look) -> None:
        """Note and tell what is wrong, once for each way of being wrong."""
        if self._is_told(found):
            return
        self.problems, self.gone, self._trouble = found.problems, found.gone, found.trouble
        self.tell_problems()

    def _follow_buffers(self) -> None:
        """Unsaved text stays; what equals its source again is not unsaved any more."""
        memory, specs = self._memory, self.loaded.workspace.buffers
        buffers: dict[str, BufferState] = {}
        for name, state in memory.state.buffers.items():
            if state.ad_hoc and name not in specs:
                buffers[name] = state
            elif name in specs:
                buffers[name] = _back_at(replace(state, ad_hoc=False), self.sources[name])
            elif state.text is not None:
                buffers[name] = replace(state, ad_hoc=True, base=None)
        memory.keep(replace(memory.state, buffers=buffers))

    def _follow_layout(self) -> None:
        """A layout that was changed in the file is shown: somebody wanted it seen."""
        memory, state = self._memory, self._memory.state.layout
        current = layout_revision(self.loaded.workspace.layout)
        if state.tree is not None and state.base != current:
            memory.keep_layout(replace(state, tree=None, base=None))


def _back_at(state: BufferState, source: Source) -> BufferState:
    if state.text is None or state.text != source.text:
        return state
    return pads.edited(state, source.text, source)


@asynccontextmanager
async def _until(due: float | None, services: Services) -> AsyncIterator[None]:
    """A block that is left at the latest when the session's clock says `due`."""
    seconds = None if due is None else max(due - services.clock(), 0.0)
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            yield


def is_blank(found: Look) -> bool:
    """Whether a file has no text at all, as in the middle of being saved."""
    return any(not one.text.strip() for one in found.problems)
