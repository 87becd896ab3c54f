"""What a person calls a session, a snapshot and an item, and what that is to the program."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from stui_workspace.cli.finding import project_at
from stui_workspace.cli.options import services_now
from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.model.paths import KeyPathError, format_key_path, parse_key_path
from stui_workspace.storage.sessions.items import BUFFER, CONNECTION
from stui_workspace.storage.sessions.names import is_session_id
from stui_workspace.storage.sessions.store import SessionStore, SessionSummary
from stui_workspace.storage.snapshots.index import SnapshotEntry
from stui_workspace.storage.snapshots.store import FILE_NAME

_KINDS = {"buffers": BUFFER, "connections": CONNECTION}
_LIST = "`stui session ls` shows what there is"


def store_at(path: Path | None) -> SessionStore:
    """The sessions of the project that `path` is in.

    Raises:
        NotFoundError: There is no such file or folder.
    """
    services = services_now()
    project = project_at(path, services.home)
    return SessionStore(services.locations.workspace(project.root), services.fs)


def last_session(store: SessionStore, path: Path | None) -> str:
    """The session that was saved last.

    Raises:
        NotFoundError: There is none.
    """
    found = store.list()
    if not found:
        root = project_at(path, services_now().home).root
        raise NotFoundError("session of", str(root), "`stui` starts one")
    return found[0].id


def named_session(store: SessionStore, name: str) -> SessionSummary:
    """The session of that id or name.

    Raises:
        NotFoundError: There is none.
    """
    for one in store.list():
        if name in (one.id, one.meta.name):
            return one
    raise NotFoundError("session", name, _LIST)


def session_with_snapshots(store: SessionStore, name: str | None, path: Path | None) -> str:
    """The session of that id or name, or the last one; one that lost its file counts, too.

    Raises:
        NotFoundError: There is none.
    """
    if name is None:
        return last_session(store, path)
    try:
        return named_session(store, name).id
    except NotFoundError:
        if is_session_id(name) and (store.folder.snapshots_of(name) / FILE_NAME).is_file():
            return name
        raise


def snapshot_named(log: Sequence[SnapshotEntry], name: str, session: str) -> SnapshotEntry:
    """The snapshot of that name, or of the one name that begins so.

    Raises:
        NotFoundError: There is none.
        UsageError: Several begin so.
    """
    found = {entry.id: entry for entry in log if name and entry.id.startswith(name.lower())}
    if not found:
        raise NotFoundError("snapshot", name, f"`stui session log {session}` shows what there is")
    if len(found) > 1 and name not in found:
        raise UsageError(f"{len(found)} snapshots begin with `{name}`", "write more of its name")
    return next(iter(found.values()))


def item_called(word: str) -> str:
    """The item that a person calls `buffers.scratch`, or all of them that are `buffers`.

    Raises:
        UsageError: It cannot be the name of one.
    """
    if word.startswith((BUFFER, CONNECTION)):
        return word
    try:
        path = parse_key_path(word)
    except KeyPathError as error:
        raise UsageError(str(error), _AS) from error
    match path:
        case (str(kind),):
            return _KINDS.get(kind, kind)
        case (str(kind), str(name)) if kind in _KINDS:
            return _KINDS[kind] + name
        case _:
            raise UsageError(f"`{word}` is no item of a session", _AS)


_AS = "name it as in `buffers.scratch`, `connections.py`, `layout`, `preferences`, `transcript`"


def word_for(item: str) -> str:
    """What `item_called` takes for that item."""
    for kind, prefix in _KINDS.items():
        if item.startswith(prefix):
            return format_key_path((kind, item.removeprefix(prefix)))
    return item
