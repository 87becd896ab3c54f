"""What is kept of a session, read without touching any of it: it may be open elsewhere."""

from __future__ import annotations

from typing import Final

from stui_workspace.document import read
from stui_workspace.errors import UnusableError, UsageError
from stui_workspace.model.diagnostics import FileProblems
from stui_workspace.runtime.looking import Kept, looked_at
from stui_workspace.storage.sessions.format import SESSION_LIMITS, DamagedError, of_a_session
from stui_workspace.storage.sessions.items import items_of
from stui_workspace.storage.sessions.journal import Journal
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.snapshots.store import SnapshotStore
from stui_workspace.storage.whole import read_whole

_NOTHING: Final = "open the session: it begins anew, for no snapshot of it is there"


def kept_session(store: SessionStore, session: str) -> Kept:
    """A session as it would come back now: its file, and what the journal has since.

    The newest good snapshot stands in for a file that is damaged or gone, and fills the gaps of one
    that was cut.

    Raises:
        NotFoundError: There is no such session.
        UnusableError: The file is not YAML, and no snapshot could stand in for it.
        UsageError: The file is no session, likewise.
        VersionError: A newer stui wrote it.
        DiskError: It cannot be read.
    """
    journal = Journal(store.folder.journal_of(session), store.fs)
    snapshots = SnapshotStore(store.folder.snapshots_of(session), store.fs)
    look = looked_at(store, journal, snapshots, session)
    if not look.journalled_count and not items_of(look.state).keys() - {"meta"}:
        _check_readable(store, session)
    return look


def _check_readable(store: SessionStore, session: str) -> None:
    """Refuse a file of which nothing can be read; one that has nothing in it is none."""
    path = store.path_of(session)
    content = read_whole(store.fs, path, SESSION_LIMITS.file_bytes)
    if content is None:
        return
    reading = read(content, SESSION_LIMITS)
    if reading.document is None:
        raise UnusableError((FileProblems(path, reading.text, reading.diagnostics),), _NOTHING)
    try:
        of_a_session(reading.document.plain())
    except DamagedError as error:
        raise UsageError(f"session `{session}` cannot be read: {error}", _NOTHING) from error
