"""Giving a session another name: its id, and every other byte of what is kept, stays."""

from __future__ import annotations

from collections.abc import Mapping

from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.model.values import Plain
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.sessions.naming import checked_name
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.ending import Ending, ended, ending_of
from stui_workspace.storage.lock import Lock
from stui_workspace.storage.sessions.format import (
    HEADER,
    SESSION_LIMITS,
    DamagedError,
    read_plain,
    yaml_of,
)
from stui_workspace.storage.sessions.glances import head_of
from stui_workspace.storage.sessions.journal import Journal
from stui_workspace.storage.sessions.store import SessionStore
from stui_workspace.storage.whole import read_whole

_MENDED = "open it once: that mends it"


def rename(store: SessionStore, session: str, name: str, services: Services) -> str:
    """Call a session `name` from now on, and return that.

    Raises:
        NotFoundError: There is no such session.
        UsageError: It cannot be called so, is open in another stui, or cannot be read.
        VersionError: A newer stui wrote it.
        DiskError: It has its old name.
    """
    name = checked_name(name, store, session)
    with locked(store, session):
        body = _whole(content_of(store, session, services), session)
        head = head_of(body)
        plain = _readable(head, session)
        _readable(body, session)
        meta = plain.get("meta")
        if not isinstance(meta, Mapping):
            raise UsageError(f"session `{session}` has lost who it is", _MENDED)
        _rename_in_journal(store, session, name, services)
        renamed = yaml_of({**plain, "meta": {**meta, "name": name}}, HEADER).encode()
        save_own(services.fs, store.path_of(session), ended(renamed + body[len(head) :]))
    return name


def locked(store: SessionStore, session: str) -> Lock:
    """The lock of a session that is not open.

    Raises:
        NotFoundError: The text cannot be the name of one.
        UsageError: It is open in another stui.
        DiskError: It cannot be locked.
    """
    lock = store.acquire(session)
    if lock is None:
        raise UsageError(f"session `{session}` is open in another stui", "close it there first")
    return lock


def content_of(store: SessionStore, session: str, services: Services) -> bytes:
    """The bytes of a session file.

    Raises:
        NotFoundError: There is none.
        DiskError: They cannot be read.
    """
    content = read_whole(services.fs, store.path_of(session), SESSION_LIMITS.file_bytes)
    if content is None:
        raise NotFoundError("session", session, "`stui session ls` shows what there is")
    return content


def _whole(content: bytes, session: str) -> bytes:
    """The document in a session file that is as it was written."""
    body, ending = ending_of(content)
    if ending is not Ending.WHOLE:
        raise UsageError(f"the file of session `{session}` is not as it was written", _MENDED)
    return body


def _readable(content: bytes, session: str) -> Mapping[str, Plain]:
    try:
        return read_plain(content, SESSION_LIMITS)
    except DamagedError as error:
        raise UsageError(
            f"session `{session}` cannot be read: {error}",
            "open it: its newest good snapshot stands in",
        ) from error


def _rename_in_journal(store: SessionStore, session: str, name: str, services: Services) -> None:
    """Have the journal of a crash say the new name, too: it is what counts when it is replayed."""
    journal = Journal(store.folder.journal_of(session), services.fs)
    meta = journal.replay_all().items.get("meta")
    if isinstance(meta, Mapping) and meta.get("name") != name:
        journal.append({"meta": {**meta, "name": name}}, services.clock())
