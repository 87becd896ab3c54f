"""What is known of a session besides its state: how large it is, whether it is open."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from stui_workspace.runtime.sessions.kept import kept_session
from stui_workspace.storage.filesystem import FileSystem
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.sessions.format import SESSION_LIMITS
from stui_workspace.storage.sessions.glances import unsaved_in
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.store import FILE_NAME
from stui_workspace.storage.whole import read_whole


def bytes_of(folder: WorkspaceFolder, session: str) -> int:
    """The bytes of a session's file, journal and snapshots; 0 for what cannot be looked at."""
    places = (
        folder.sessions / f"{session}.yaml",
        folder.journal_of(session),
        folder.snapshots_of(session) / FILE_NAME,
    )
    return sum(map(_size, places))


def is_open(store: SessionStore, session: str) -> bool:
    """Whether a stui has it open now.

    Raises:
        DiskError: Its lock cannot be looked at.
    """
    if not os.path.lexists(store.folder.locks / f"{session}.lock"):
        return False
    lock = store.acquire(session)
    if lock is None:
        return True
    lock.release()
    return False


def journalled(folder: WorkspaceFolder, fs: FileSystem) -> frozenset[str]:
    """The sessions that have a journal: they are open, or ended without a word."""
    return frozenset(name.partition(".journal")[0] for name in fs.names(folder.journals))


def unsaved_now(store: SessionStore, session: str) -> int:
    """How many buffers would come back with unsaved text, all of it read.

    Raises:
        StuiError: It cannot be read.
    """
    buffers = kept_session(store, session).state.buffers
    return sum(buffer.text is not None for buffer in buffers.values())


def unsaved_seen(store: SessionStore, session: str) -> int:
    """The same from a look at the file alone: for a list, and no more.

    Raises:
        DiskError: It cannot be read.
    """
    return unsaved_in(
        read_whole(store.fs, store.path_of(session), SESSION_LIMITS.file_bytes) or b""
    )


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.lstat().st_size
    return 0
