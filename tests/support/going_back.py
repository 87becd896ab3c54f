"""The part of an open session that goes back, on a disk of a test's own and with no connections."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from doubles.flaky_disk import FlakyDisk
from doubles.outside import HandClock, services_in
from stui_workspace.model.session import Items, SessionMeta, SessionState
from stui_workspace.model.workspace import Autosave, Workspace
from stui_workspace.runtime.autosave import Schedule, Writer
from stui_workspace.runtime.keeper import Keeper
from stui_workspace.runtime.memory import Memory
from stui_workspace.runtime.recovery import Keeping
from stui_workspace.runtime.taking_back.live import LivePast, Parts
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.sessions.crashes import CrashCounter
from stui_workspace.storage.sessions.items import items_of, state_from
from stui_workspace.storage.sessions.journal import Journal
from stui_workspace.storage.sessions.replay import apply
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.index import SnapshotId
from stui_workspace.storage.snapshots.store import SnapshotStore

META = SessionMeta("main", "main", "laptop", 1000.0, 2000.0, 3000.0)
FOLDER = WorkspaceFolder(Path("/state/w"))


class Bed:
    """One open session in memory."""

    def __init__(self, disk: FlakyDisk | None = None) -> None:
        self.disk = disk or FlakyDisk()
        self.clock = HandClock()
        services = services_in(Path("/state"), self.clock, fs=self.disk)
        self.snapshots = SnapshotStore(FOLDER.snapshots_of("main"), self.disk)
        keeping = Keeping(
            SessionStore(FOLDER, self.disk),
            Journal(FOLDER.journal_of("main"), self.disk),
            self.snapshots,
            CrashCounter(FOLDER.crashes_of("main"), self.disk),
            None,
        )
        self.memory = Memory(SessionState(META), Schedule(Autosave()), self.clock)
        self.keeper = Keeper(self.memory, Writer(keeping), services)
        board: Any = SimpleNamespace(links={}, add=lambda _spec: None)
        follower: Any = SimpleNamespace(loaded=SimpleNamespace(workspace=Workspace()), sources={})
        self.past = LivePast(
            Parts(self.memory, self.keeper, board, follower, self.snapshots, services, _nothing)
        )

    @property
    def items(self) -> Items:
        """All items of the session but `meta`."""
        return without_meta(items_of(self.memory.state))

    def become(self, state: SessionState) -> SnapshotId:
        """Work until the session is `state`, save, and the snapshot of that."""
        self.clock.now += 60.0
        self.memory.keep(state)
        assert self.keeper.save()
        assert self.keeper.newest is not None
        return self.keeper.newest


def found_on(disk: FlakyDisk) -> Items:
    """The items that the next start would find."""
    loaded = SessionStore(FOLDER, disk).load("main").state
    newer = Journal(FOLDER.journal_of("main"), disk).replay_all()
    state, problems = state_from(apply(items_of(loaded), newer.items))
    assert problems == ()
    return without_meta(items_of(state))


def without_meta(items: Items) -> Items:
    return {name: value for name, value in items.items() if name != "meta"}


def _nothing(work: Any) -> None:
    work.close()
