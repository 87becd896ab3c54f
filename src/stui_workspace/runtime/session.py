"""A session while it is open: what is true now, and what a person does with it.

`Session.open` reads local files and starts nothing, so that a face can paint at once;
`start` begins the tasks: autosave, watching, connecting. Everything runs on one event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from time import perf_counter
from typing import Any

from stui_workspace.errors import DiskError
from stui_workspace.model.diagnostics import FileProblems
from stui_workspace.model.receipt import Receipt, Restored
from stui_workspace.model.records import replace
from stui_workspace.model.session import TranscriptEntry
from stui_workspace.runtime.autosave import Schedule, Writer
from stui_workspace.runtime.connecting.credentials import Wallet
from stui_workspace.runtime.connecting.inputs import Inputs, history_of
from stui_workspace.runtime.consent import Consent
from stui_workspace.runtime.events import Closed, Event, Notice, Opened
from stui_workspace.runtime.files import look, nothing
from stui_workspace.runtime.holding import Left, left_of
from stui_workspace.runtime.keeper import Keeper
from stui_workspace.runtime.loading import Selection, retention
from stui_workspace.runtime.managed import Managed
from stui_workspace.runtime.memory import Memory
from stui_workspace.runtime.mirroring import copy_wanted, mirror_of, unanswered_wish
from stui_workspace.runtime.opening import open_session
from stui_workspace.runtime.receipts.keeping import ReceiptKeeper
from stui_workspace.runtime.receipts.receiving import Parts, Receiving
from stui_workspace.runtime.recovery import Opening, restored
from stui_workspace.runtime.reloading import Follower
from stui_workspace.runtime.request import OpenRequest, Start
from stui_workspace.runtime.restoring import Surroundings
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.settling.noticing import ConflictTeller
from stui_workspace.storage.atomic import sweep
from stui_workspace.storage.known_projects import KnownProject, note_project
from stui_workspace.storage.project import Project, find_project
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.trash.trash import Trash

SETTLED_SECONDS = 10.0
"""A session that ran so long has not crashed at its start."""


class Session(Managed):
    """One open session. Made by `open`; `start` and `close` are called once each."""

    def __init__(
        self,
        request: OpenRequest,
        services: Services,
        project: Project,
        listed: SessionStore | None = None,
    ) -> None:
        began = perf_counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self.request = request
        self._services = services
        folder = self._folder = services.locations.workspace(project.root)
        self._selection = Selection(request.environment, request.variables)
        first = look(project, services, self._selection)
        loaded = first.loaded or nothing(project)
        opening = open_session(request, services, folder, listed)
        self._keeping = opening.keeping
        self._storage_problem = opening.storage_problem
        self._left_at = 0.0 if opening.is_new else opening.state.meta.saved
        self._memory = Memory(opening.state, Schedule(loaded.workspace.autosave), services.clock)
        self._consent = Consent(loaded.project, services, lambda: self.workspace.snippets)
        self._wallet = Wallet(loaded.project.root, services)
        self._inputs = Inputs(history_of(services), folder.path.name, services.redactor)
        self._prepare_connections(self._begin)
        self._follower = Follower(self._memory, self._switchboard, loaded, first)
        self._receive(opening, self._restore(opening, usable=first.usable))
        self._add_typed(request.connect_to)
        known = KnownProject(folder, project.root, self.workspace.name, services.clock())
        note = partial(note_project, known, services.fs)
        left = self._left(opening)
        writer = Writer(opening.keeping, note, left) if opening.keeping.lock is not None else None
        if writer is not None and writer.holds:
            self._receiving.hold(writer.left)
        mirror = mirror_of(self.id, project.root, folder, services, self._copy_wanted)
        self._keeper = Keeper(self._memory, writer, services, is_new=opening.is_new, mirror=mirror)
        self._is_closed = False
        self._receiving.receipt = replace(self.receipt, seconds=perf_counter() - began)

    @classmethod
    def open(
        cls, request: OpenRequest, services: Services, listed: SessionStore | None = None
    ) -> Session:
        """The session that was asked for, restored, with nothing running yet.

        Args:
            request: What is to be opened.
            services: This machine.
            listed: The sessions of its project, where somebody looks at them for all of a start.

        Raises:
            NotFoundError: There is no such folder, session or environment.
            UsageError: Two workspace files in one folder, or the session is open elsewhere.
        """
        return cls(request, services, find_project(request.path, services.home), listed)

    def _restore(self, opening: Opening, *, usable: bool) -> tuple[Restored, ...]:
        workspace = self.workspace
        around = Surroundings(workspace, self._follower.sources, usable, self.connects)
        plan = restored(opening, around)
        self._memory.state = plan.state
        self._switchboard.prepare(workspace)
        return plan.items

    def _left(self, opening: Opening) -> Left:
        restore, now = self.workspace.restore, self._memory.state
        return left_of(opening.state, opening.problems, restore, now)

    def _receive(self, opening: Opening, items: tuple[Restored, ...]) -> None:
        parts = Parts(self._memory, self._switchboard, self._follower, self._inputs, self._consent)
        at = self._services.clock()
        receipt = Receipt(opening.state.meta.id, items, opening.after_crash, at=at)
        self._receiving = Receiving(parts, opening.state, receipt)
        is_kept = opening.keeping.lock is not None and not opening.is_new
        folder, services = self._folder, self._services
        self._receipts = ReceiptKeeper(self._receiving, folder, services) if is_kept else None

    async def start(self) -> None:
        """Begin to save, to watch and to connect. `Opened` is the first event."""
        memory = self._memory
        attendant = await self._follower.attend(self._services)
        memory.tell(Opened(self.receipt))
        problem = self._storage_problem
        if problem is not None:
            memory.tell(Notice(f"nothing is kept: {problem}", problem.next_step, warning=True))
        self._follower.tell_problems()
        conflicts = ConflictTeller(lambda: self.project, self._services, memory.tell)
        conflicts.look(is_told=attendant.asks)  # then it is told with the copy
        memory.subscribe(conflicts.told)
        self._begin(self._keeper.run())
        self._begin(self._follower.run(self._services, self._selection, attendant))
        self._begin(self._settle())
        wanted = self._copy_wanted()
        wish = unanswered_wish(self._follower.loaded, wanted=wanted)
        if wanted:
            self._begin(self._tell_elsewhere())
        elif wish is not None:
            memory.tell(wish)
        if self.connects:
            for name in self._switchboard.to_connect():
                self._begin(self._receiving.reconnect(name))
        self._receiving.receive_history()
        if self._receipts is not None:
            self._begin(self._receipts.run())
        await asyncio.sleep(0)

    async def close(self) -> None:
        """Save, end what was connected, and say `Closed`. Nothing happens the second time."""
        if self._is_closed:
            return
        self._is_closed = True
        for task in self._tasks:
            task.cancel()
        for task in tuple(self._tasks):
            with suppress(asyncio.CancelledError):
                await task
        if self._receipts is not None:
            self._receipts.write()
        await self._switchboard.close()
        self._keeper.save(closed=True)
        self._keeper.prune(retention(self._follower.loaded))
        self._tidy()
        self._note_settled()
        if self._keeping.lock is not None:
            self._keeping.lock.release()
        self._memory.tell(Closed())

    def subscribe(self, listener: Callable[[Event], None]) -> Callable[[], None]:
        """Tell `listener` of every event from now on; calling what is returned ends that."""
        return self._memory.subscribe(listener)

    # What is true now.

    @property
    def id(self) -> str:
        """The name of its file: it stays when the session is renamed."""
        return self._memory.state.meta.id

    @property
    def name(self) -> str:
        """What people call it."""
        return self._memory.state.meta.name

    @property
    def problems(self) -> tuple[FileProblems, ...]:
        """What keeps the files from being used; empty while they are good."""
        return self._follower.problems

    @property
    def file_gone(self) -> bool:
        """Whether the workspace file was deleted; the last good state stays."""
        return self._follower.gone

    @property
    def receipt(self) -> Receipt:
        """What came back, and what did not."""
        return self._receiving.receipt

    @property
    def connects(self) -> bool:
        """Whether connections may be made without a further word."""
        return self.request.connect and self.request.start is not Start.SAFE

    @property
    def saved_at(self) -> float | None:
        """When it was last saved, in seconds since 1970; None before the first time."""
        return self._keeper.saved_at

    @property
    def is_modified(self) -> bool:
        """Whether something is not in the journal yet."""
        return self._memory.schedule.first_change is not None

    @property
    def transcript(self) -> tuple[TranscriptEntry, ...]:
        """The evaluations that are shown, the oldest first."""
        return self._memory.state.transcript

    def clock(self) -> float:
        """Seconds since 1970, as this session counts them."""
        return self._services.clock()

    def recall(self, connection: str) -> tuple[str, ...]:
        """What was evaluated on a connection before, the oldest first; empty if unreadable."""
        try:
            return self._inputs.read(connection, self.workspace)
        except DiskError:
            return ()

    def clear_transcript(self) -> None:
        """Forget the evaluations shown so far; the history keeps them."""
        self._memory.keep(replace(self._memory.state, transcript=()))

    def save(self) -> bool:
        """Save everything now; whether it is on the disk."""
        return self._keeper.save()

    def save_as_it_is(self) -> bool:
        """The same by a person's word: the session becomes what it is now, whatever it has lost."""
        return self._keeper.save(confirmed=True)

    # Tasks.

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _tidy(self) -> None:
        """Let old versions go, and what crashes left half-written."""
        from stui_workspace.runtime.syncing.noting import forget_old

        root, services = self.project.root, self._services
        forget_old(root, services)
        folder = services.locations.workspace(root)
        own = (folder.sessions, folder.crashes, folder.grants, folder.conflicts, folder.underway)
        for place in (root, *own, folder.snapshots_of(self.id)):
            sweep(place, services.clock())
        with suppress(DiskError):
            Trash(folder, services.fs).empty(services.clock())

    def _copy_wanted(self) -> bool | None:
        """Whether copies of this session belong beside the workspace, as `copy_wanted` says."""
        return copy_wanted(self._follower.loaded, self._consent.lets_sessions_out)

    async def _tell_elsewhere(self) -> None:
        from stui_workspace.runtime.resuming import newer_elsewhere

        root, folder = self.project.root, self._keeping.store.folder
        notice = await asyncio.to_thread(
            newer_elsewhere, root, folder, self._services, self._left_at
        )
        if notice is not None:
            self._memory.tell(notice)

    async def _settle(self) -> None:
        await self._services.sleep(SETTLED_SECONDS)
        self._note_settled()

    def _note_settled(self) -> None:
        with suppress(DiskError):
            if self._keeping.lock is not None:
                self._keeping.crashes.settled()
