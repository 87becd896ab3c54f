"""The history of IPython, which is a database."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from stui_workspace.errors import DiskError
from stui_workspace.history.hardening import harden
from stui_workspace.runtime.searching.formats import Typed

_SELECT: Final = (
    "SELECT history.source_raw, sessions.start, history.line FROM history"
    " LEFT JOIN sessions USING (session) ORDER BY history.session, history.line"
)

_VIRTUAL: Final = re.compile(r"\s*CREATE\s+VIRTUAL\b", re.IGNORECASE)


def ipython(path: Path) -> Iterator[Typed | None]:
    """What was typed, with the start of its session for a time; nothing is written there.

    Raises:
        DiskError: It is no such database.
    """
    address = f"{path.absolute().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=2.0)) as link:
            harden(link)
            link.execute("PRAGMA query_only=ON")
            if not _is_plain(link):
                raise sqlite3.DatabaseError
            link.text_factory = bytes
            for source, start, line in link.execute(_SELECT):
                yield _typed(source, start, line)
    except sqlite3.Error as error:
        reason = "it is no history of IPython"
        raise DiskError(path, reason, "name its `history.sqlite`") from error


def _is_plain(link: sqlite3.Connection) -> bool:
    """Whether what is selected from are tables with values: a view may go on without end."""
    for table in ("history", "sessions"):
        made = link.execute(
            "SELECT type, sql FROM sqlite_master WHERE name=? COLLATE NOCASE", (table,)
        ).fetchall()
        if [kind for kind, _ in made] != ["table"] or _VIRTUAL.match(made[0][1]):
            return False
        hidden = link.execute("SELECT max(hidden) FROM pragma_table_xinfo(?)", (table,)).fetchone()
        if hidden != (0,):
            return False
    return True


def _typed(source: object, start: object, line: object) -> Typed | None:
    if not isinstance(source, bytes):
        return None
    try:
        code = source.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return Typed(code, _moment(start, line)) if code.strip() and "\0" not in code else None


def _moment(start: object, line: object) -> float | None:
    """The time of a line: a session says when it began, and its lines came one after the other."""
    if not isinstance(start, bytes) or not isinstance(line, int):
        return None
    try:
        began = datetime.fromisoformat(start.decode("ascii", "replace"))
        local = began.astimezone() if began.tzinfo is None else began.astimezone(UTC)
        return local.timestamp() + line / 1000
    except (ValueError, OverflowError, OSError):
        return None
