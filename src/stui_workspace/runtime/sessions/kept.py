"""What is kept of a session, read without touching any of it: it may be open elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from stui_workspace.document import read
from stui_workspace.errors import NotFoundError, UnusableError, UsageError
from stui_workspace.model.diagnostics import FileProblems
from stui_workspace.model.session import SessionState
from stui_workspace.storage.filesystem import FileSystem
from stui_workspace.storage.items import ItemProblem, state_from
from stui_workspace.storage.journal import (
    MOST_BYTES,
    Journal,
    Replay,
    apply,
    combine,
    replay,
)
from stui_workspace.storage.sessions import (
    SESSION_LIMITS,
    DamagedError,
    SessionStore,
    items_in,
    of_a_session,
)
from stui_workspace.storage.whole import TooLargeError, read_whole

_OPEN: Final = "open the session: its newest good snapshot stands in"


@dataclass(frozen=True, slots=True)
class Kept:
    state: SessionState
    problems: tuple[ItemProblem, ...]
    """What of it could not be read."""
    journalled_count: int
    """Items that the journal has newer than the session file."""


def kept_session(store: SessionStore, session: str) -> Kept:
    """A session as it would come back now: its file, and what the journal has since.

    Raises:
        NotFoundError: There is no such session.
        UnusableError: The file is not YAML; opening the session would use a snapshot.
        UsageError: The file is no session; likewise.
        VersionError: A newer stui wrote it.
        DiskError: It cannot be read.
    """
    path = store.path_of(session)
    content = read_whole(store.fs, path, SESSION_LIMITS.file_bytes)
    if content is None:
        raise NotFoundError("session", session, "`stui session ls` shows what there is")
    reading = read(content, SESSION_LIMITS)
    if reading.document is None:
        problems = (FileProblems(path, reading.text, reading.diagnostics),)
        raise UnusableError(problems, _OPEN)
    try:
        items = items_in(of_a_session(reading.document.plain()))
    except DamagedError as error:
        raise UsageError(f"session `{session}` cannot be read: {error}", _OPEN) from error
    journal = Journal(store.folder.journal_of(session), store.fs)
    newer = combine(_replayed(path, store.fs) for path in (*journal.asides(), journal.path))
    state, found = state_from(apply(items, newer.items))
    return Kept(state, (*newer.problems, *found), len(newer.items))


def _replayed(path: Path, fs: FileSystem) -> Replay:
    try:
        return replay(read_whole(fs, path, MOST_BYTES) or b"")
    except TooLargeError:
        return Replay(damaged_count=1, set_apart=(path.name,))
