"""Checks of what is kept: who can read it, and whether it is all there."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stui_workspace.errors import DiskError, StuiError
from stui_workspace.history.forgotten import unreadable_in
from stui_workspace.history.segments import is_damaged, month_in
from stui_workspace.model.diagnostics import Severity
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.doctoring.values import Case, Finding, Looked, Mend
from stui_workspace.runtime.doctoring.wording import argument, counted, numbered, shown
from stui_workspace.storage.atomic import STALE_SECONDS, is_temporary, read_bounded, sweep
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.sessions.journal import Journal
from stui_workspace.storage.sessions.names import is_session_id
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.store import SnapshotStore

LOOKED_AT: Final = 20_000
"""Files and folders whose rights are looked at, at most."""
SEGMENT_BYTES: Final = 32 << 20
"""So much of a file of the history is read."""
SNAPSHOTS: Final = 50
"""Of a session, the newest that are looked at."""

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_DAMAGED: Final = re.compile(r".*\.damaged-\d+\Z", re.DOTALL)
_SQLITE: Final = b"SQLite format 3\x00"


def look_at_rights(case: Case) -> Looked:
    """Whether others can read what is kept of sessions and of the history."""
    locations = case.services.locations
    places = (locations.state, locations.data)
    if os.name != "posix":
        return Looked("the folders of a user's profile are theirs")
    found = sorted({one for place in places for one in _open_to_others(place)})
    seen = f"{shown(locations.state)} and {shown(locations.data)}"
    if not found:
        return Looked(f"{seen} are for you alone")

    def closed() -> str:
        for path in found:
            with explained(path):
                path.chmod(stat.S_IMODE(path.lstat().st_mode) & ~_OTHERS)
        return f"{counted(len(found), 'file or folder', 'files and folders')} are yours alone now"

    finding = Finding(
        "kept-open-to-others",
        f"others can look into {counted(len(found), 'file or folder', 'files and folders')} of what"
        f" is kept: {shown(found[0])}",
        f"`chmod -R go-rwx {argument(locations.state)} {argument(locations.data)}`",
        mend=Mend("Take the rights of others away", closed),
    )
    return Looked(seen, (finding,))


def _open_to_others(place: Path) -> Iterator[Path]:
    """The files and folders below a place that others have rights to; links are not followed."""
    seen = 0
    for path in _below(place):
        seen += 1
        if seen > LOOKED_AT:
            return
        try:
            status = path.lstat()
        except OSError:
            continue
        is_kept = stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
        if is_kept and status.st_uid == os.geteuid() and status.st_mode & _OTHERS:
            yield path


def _below(place: Path) -> Iterator[Path]:
    if not place.is_dir():
        return
    yield place
    for folder, folders, names in os.walk(place):
        for name in (*folders, *names):
            yield Path(folder, name)


def look_at_kept(case: Case) -> Looked:
    """Whether the sessions of this folder are all there: files, journals, snapshots."""
    folder = case.services.locations.workspace(case.project.root)
    store = SessionStore(folder, case.services.fs)
    found = [*_foreign(folder.sessions), *_set_apart(folder)]
    try:
        sessions = store.list()
    except DiskError as error:
        return Looked("sessions", (*found, _unreadable(error)))
    for one in sessions:
        found += _of_session(store, one.id, one.problem)
    names = ", ".join(one.id for one in sessions[:3])
    more = f" and {len(sessions) - 3} more" if len(sessions) > 3 else ""  # noqa: PLR2004
    seen = f"{counted(len(sessions), 'session')}{': ' if names else ''}{names}{more}"
    return Looked(f"{seen}, with journals and snapshots", tuple(found))


def _of_session(store: SessionStore, name: str, problem: str | None) -> Iterator[Finding]:
    path = store.path_of(name)
    if problem is not None:
        is_newer = "newer" in problem
        yield Finding(
            "session-of-newer-stui" if is_newer else "session-damaged",
            f"session `{name}` cannot be opened: {printable_line(problem, 300)}",
            "update stui; it is left as it is"
            if is_newer
            else f"`stui -r {name}` opens what its snapshots have; {shown(path)} is set apart",
            Severity.ERROR,
        )
        return
    try:
        journal = Journal(store.folder.journal_of(name)).look()
        snapshots = SnapshotStore(store.folder.snapshots_of(name))
        bad = [
            entry.id for entry in snapshots.log()[-SNAPSHOTS:] if snapshots.get(entry.id).problems
        ]
    except StuiError as error:
        yield _unreadable(error)
        return
    if journal.damaged_count:
        yield Finding(
            "journal-damaged",
            f"the journal of session `{name}` has {counted(journal.damaged_count, 'bad line')}",
            f"opening it replays the rest: `stui -r {name}`",
        )
    if bad:
        yield Finding(
            "snapshot-damaged",
            f"{counted(len(bad), 'snapshot')} of session `{name}` lack some of what they had:"
            f" {printable_line(bad[0], 60)}",
            "choose another snapshot if you go back; `stui session log` lists them",
        )


def _foreign(folder: Path) -> Iterator[Finding]:
    for name in _names(folder):
        session = name.removesuffix(".yaml")
        is_ours = name.endswith(".yaml") and is_session_id(session)
        if not is_ours and not is_temporary(name) and not _DAMAGED.match(name):
            yield Finding(
                "file-foreign",
                f"{shown(folder / name)} is none of ours, and is never read",
                "move it elsewhere",
            )


def _set_apart(folder: WorkspaceFolder) -> Iterator[Finding]:
    places = (folder.sessions, folder.journals, *_folders(folder.snapshots), folder.generations)
    for place in places:
        for name in _names(place):
            if _DAMAGED.match(name):
                yield Finding(
                    "file-set-apart",
                    f"{shown(place / name)} was damaged when it was read, and is kept as it was",
                    "look whether you miss anything of it; delete it when you do not",
                )


def look_at_history(case: Case) -> Looked:
    """Whether the files of the history can be read, and its index."""
    history = case.services.locations.history
    found: list[Finding] = []
    count = 0
    for machine in _folders(history):
        for name in _names(machine):
            path = machine / name
            if not path.is_file() or is_temporary(name) or not name.endswith(".jsonl"):
                continue
            if month_in(name) is None:
                continue
            count += 1
            bad = _bad_lines(path)
            if bad:
                found.append(
                    Finding(
                        "history-damaged",
                        f"{numbered(bad, 'line')} of {shown(path)} cannot be read",
                        "the others are read as ever; nothing has to be done",
                    )
                )
    found += map(_unheard, unreadable_in(case.services.fs, _folders(history)))
    found += _of_cache(case.services.locations.cache)
    return Looked(f"{counted(count, 'file')} of the history, and its index", tuple(found))


def _unheard(path: Path) -> Finding:
    return Finding(
        "forgotten-unreadable",
        f"{shown(path)} cannot be read: what was forgotten there may be found again",
        "let yourself read it, or put a copy of it back that another machine has",
    )


def _bad_lines(path: Path) -> list[int]:
    try:
        content = read_bounded(path, SEGMENT_BYTES)
    except DiskError:
        return []  # too large to look at here, or gone by now
    lines = content.split(b"\n")
    return [number for number, line in enumerate(lines, start=1) if is_damaged(line)]


def _of_cache(cache: Path) -> Iterator[Finding]:
    for path in _files(cache):
        if path.suffix not in (".sqlite", ".sqlite3", ".db") or not path.stat().st_size:
            continue
        with path.open("rb") as opened:
            if opened.read(len(_SQLITE)) == _SQLITE:
                continue

        def deleted(path: Path = path) -> str:
            with explained(path):
                for end in ("-wal", "-shm", "-journal", ""):
                    path.with_name(path.name + end).unlink(missing_ok=True)
            return f"deleted {shown(path)}; it is made anew from the history"

        yield Finding(
            "index-damaged",
            f"{shown(path)} is no index any more",
            "delete it: it is made anew from the history",
            mend=Mend("Delete the index", deleted),
        )


def look_at_leftovers(case: Case) -> Looked:
    """Files that crashes left half-written."""
    folder = case.services.locations.workspace(case.project.root)
    snapshots = _folders(folder.snapshots)
    places = (
        *(case.project.root, folder.path, folder.sessions, folder.crashes, folder.grants),
        *(folder.conflicts, folder.journals, *snapshots),
    )
    now = case.services.clock()
    left = [path for place in places for path in _stale(place, now)]
    seen = f"{counted(len(places), 'folder')}, for what crashes leave half-written"
    if not left:
        return Looked(seen)

    def swept() -> str:
        count = sum(sweep(place, now) for place in places)
        return f"deleted {counted(count, 'file')} that crashes had left half-written"

    finding = Finding(
        "files-left-over",
        f"{counted(len(left), 'file')} that a crash left half-written: {shown(left[0])}",
        "delete them: what they were to become was written again, or never was",
        mend=Mend("Delete what crashes left", swept),
    )
    return Looked(seen, (finding,))


def _stale(place: Path, now: float) -> Iterator[Path]:
    for name in _names(place):
        path = place / name
        try:
            if is_temporary(name) and path.lstat().st_mtime < now - STALE_SECONDS:
                yield path
        except OSError:
            continue


def _unreadable(error: StuiError) -> Finding:
    step = error.next_step or "look at the rights of that file"
    return Finding("kept-unreadable", printable_line(str(error), 400), step, Severity.ERROR)


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 (names alone)
    except OSError:
        return []


def _folders(folder: Path) -> list[Path]:
    return [folder / name for name in _names(folder) if (folder / name).is_dir()]


def _files(folder: Path) -> list[Path]:
    return [path for path in _below(folder) if path.is_file()]
