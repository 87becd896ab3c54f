"""A program that writes without end, to be killed at any instant.

    python writer.py KIND FOLDER FIRST

Prints the number of each version when it is acknowledged.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from stui_workspace.model.revision import revision_of
from stui_workspace.model.session import BufferState, SessionMeta, SessionState
from stui_workspace.storage.atomic import save
from stui_workspace.storage.filesystem import RealFileSystem
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.sessions.journal import Journal
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.store import SnapshotStore

FS = RealFileSystem()


def version(number: int) -> bytes:
    """The content of a version: long, and wrong if any part of it is of another one."""
    return (f"version: {number}\n" * 2000).encode()


def state(number: int) -> SessionState:
    """A session of which every buffer is of the same version."""
    buffers = {f"b{index}": BufferState(f"{number}\n" * 100) for index in range(20)}
    return SessionState(SessionMeta("a", "a", "m", 0.0, 0.0, float(number)), buffers=buffers)


def write_file(folder: Path, number: int) -> None:
    path = folder / "w.yaml"
    before = FS.read(path)
    save(FS, path, version(number), expected=None if before is None else revision_of(before))


def write_journal(folder: Path, number: int) -> None:
    JOURNALS.setdefault(folder, Journal(folder / "a.journal")).append(
        {"last": number, f"item/{number}": "x" * 1000}, float(number)
    )


def write_session(folder: Path, number: int) -> None:
    SessionStore(WorkspaceFolder(folder)).save(state(number))


def write_snapshot(folder: Path, number: int) -> None:
    items = {f"item/{index}": f"{number} " * 200 for index in range(10)}
    SNAPSHOTS.setdefault(folder, SnapshotStore(folder)).put(items, float(number))


JOURNALS: dict[Path, Journal] = {}
SNAPSHOTS: dict[Path, SnapshotStore] = {}
KINDS: dict[str, Callable[[Path, int], None]] = {
    "file": write_file,
    "journal": write_journal,
    "session": write_session,
    "snapshot": write_snapshot,
}


def main(kind: str, folder: Path, first: int) -> None:
    write = KINDS[kind]
    number = first
    while True:
        write(folder, number)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        number += 1


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
