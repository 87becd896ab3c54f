"""A session with something of all that is kept of one, as somebody wrote it who means harm."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Final

from stui_workspace.history import Entry
from stui_workspace.history.log import HistoryLog
from stui_workspace.model.receipt import Outcome, Receipt, Remedy, Restored
from stui_workspace.model.session import (
    BufferState,
    ConnectionRecord,
    SessionMeta,
    SessionState,
    TranscriptEntry,
)
from stui_workspace.storage.filesystem import RealFileSystem
from stui_workspace.storage.known_projects import KnownProject, note_project
from stui_workspace.storage.locations import Locations, WorkspaceFolder
from stui_workspace.storage.sessions.items import items_of
from stui_workspace.storage.sessions.journal import Journal
from stui_workspace.storage.sessions.receipts import save_receipt
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.store import SnapshotStore
from stui_workspace.storage.trash.trash import Trash

ODD: Final = "\x1b]0;pwned\x07\x1b[31m\u202eabc\u2066\u200b\x9b2J\rx"
"""What a terminal would obey, and what turns a line around."""
NOW: Final = 1_764_000_000.0
DAY: Final = 86400.0


def _state(name: str, text: str, at: float) -> SessionState:
    meta = SessionMeta(name, f"n{ODD}", f"m{ODD}", at - DAY, at - 60.0, at, closed=True)
    return SessionState(
        meta,
        buffers={
            "scratch": BufferState(f"{text}{ODD}\n", title=f"t{ODD}", ad_hoc=True),
            f"pad{ODD}": BufferState(f"{ODD}\n", ad_hoc=True),
        },
        connections={"py": ConnectionRecord(wanted=True), f"c{ODD}": ConnectionRecord(wanted=True)},
        transcript=(
            TranscriptEntry(1, f"py{ODD}", f"1{ODD}", "ok", f"o{ODD}\n", f"r{ODD}", at),
            TranscriptEntry(2, "py", f"2{ODD}", "error", f"{ODD}", "", at),
        ),
    )


def keep_hostile_sessions(home: Path, project: Path) -> None:
    """Keep two sessions of a project, one in the trash, and a history of another machine."""
    fs = RealFileSystem()
    locations = Locations.find({"STUI_HOME": str(home)})
    folder = locations.workspace(project.resolve())
    store = SessionStore(folder, fs)
    for name, shift in (("main", 0.0), ("other", DAY), ("gone", 2 * DAY)):
        state = _state(name, "one", NOW - shift)
        store.save(state)
        snapshots = SnapshotStore(folder.snapshots_of(name), fs)
        for number in range(2):
            older = replace(
                state,
                buffers={**state.buffers, f"b{ODD}": BufferState(f"{number}{ODD}", ad_hoc=True)},
            )
            items = {key: one for key, one in items_of(older).items() if key != "meta"}
            snapshots.put(items, NOW - shift - 600.0 + number)
    journalled = items_of(_state("main", "newer", NOW))
    Journal(folder.journal_of("main"), fs).append(
        {"buffer/scratch": journalled["buffer/scratch"]}, NOW
    )
    _receive(folder, fs)
    note_project(KnownProject(folder, project, f"p{ODD}", NOW), fs)
    Trash(folder, fs).take_in("gone", f"n{ODD}", NOW)
    log = HistoryLog(locations.history, f"m{ODD}".encode().hex())
    for number in range(3):
        log.append(
            Entry(NOW + number, f"c{ODD}", f"select {number}{ODD}", f"w{ODD}", machine=f"m{ODD}")
        )
    theirs = locations.history / f"their{ODD}"
    theirs.mkdir(mode=0o700)
    line = {
        "at": NOW,
        "connection": "py",
        "code": f"drop{ODD}",
        "workspace": ODD,
        "machine": ODD,
        "id": f"../../{ODD}",
    }
    (theirs / "2025-11.jsonl").write_text(json.dumps(line) + "\n")


def _receive(folder: WorkspaceFolder, fs: RealFileSystem) -> None:
    items = (
        Restored(
            f"buffer/s{ODD}", Outcome.FAILED, f"r{ODD}", f"n{ODD}", f"k{ODD}", Remedy.SNAPSHOT
        ),
        Restored(f"connection/{ODD}", Outcome.REFUSED, ODD, ODD, ODD),
    )
    save_receipt(folder, Receipt("main", items, after_crash=True, seconds=1.0, at=NOW), fs)


def state_of(home: Path, project: Path) -> Path:
    """The folder of what is kept of a project."""
    return Locations.find({"STUI_HOME": str(home)}).workspace(project.resolve()).path
