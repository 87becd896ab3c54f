"""What a session may be called: by its id, which is a file's name, and by a name for people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from stui_workspace.errors import UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import replace
from stui_workspace.model.session import SessionState
from stui_workspace.storage.sessions.names import is_device, is_session_id
from stui_workspace.storage.sessions.store import SessionStore

LONGEST_NAME: Final = 60

_LIST: Final = "`stui session ls` shows what there is"


def checked_name(text: str, store: SessionStore, session: str) -> str:
    """`text` as a name for `session`, without blanks around it.

    Raises:
        UsageError: It is none, or another session has it.
        DiskError: The list of sessions cannot be read.
    """
    name = text.strip()
    if not name or len(name) > LONGEST_NAME or printable_line(name) != name:
        raise UsageError(
            f"`{printable_line(name, LONGEST_NAME)}` cannot be a name",
            f"use one line of at most {LONGEST_NAME} characters that can be seen",
        )
    if name.startswith(("-", "?")) or "@" in name:
        raise UsageError(
            f"`{name}` cannot be a name",
            "begin with another character, and leave `@` to the sessions of other machines",
        )
    for one in store.list():
        if one.id != session and name in (one.id, one.meta.name):
            raise UsageError(f"session `{one.id}` is called `{name}` already", _LIST)
    return name


def renamed(state: SessionState, name: str, store: SessionStore) -> SessionState:
    """The state of a session that is called `name` from now on.

    Raises:
        UsageError: It cannot be called so.
        DiskError: The list of sessions cannot be read.
    """
    meta = state.meta
    return replace(state, meta=replace(meta, name=checked_name(name, store, meta.id)))


def ids_like(wanted: str) -> Iterator[str]:
    """Ids made of what was wanted, without an end: as it is where it can be one.

    >>> ids = ids_like("Big refactoring!")
    >>> next(ids), next(ids)
    ('big-refactoring', 'big-refactoring-2')
    """
    base = (
        re.sub(r"[^a-z0-9._-]+", "-", wanted.lower()).strip("-._")[:50].rstrip("-._") or "session"
    )
    if is_device(base):
        base = f"session-{base}"
    yield base if is_session_id(base) else "session"
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1
