"""Counting in the search index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any, Final

from stui_workspace.history.finds import Found, Within
from stui_workspace.history.index_tables import as_blob, from_blob, id_of_key
from stui_workspace.history.matching import Near
from stui_workspace.model.records import dataclass

_HOUR: Final = 3600
_FARTHEST: Final = 1e11
"""Seconds from 1970 that a time has at most, for a calendar to have it."""


@dataclass(frozen=True, slots=True)
class Uses:
    """What was evaluated at one place."""

    connection: str
    workspace: str
    machine: str
    count: int
    failed_count: int
    text_count: int
    first: float
    last: float


def uses_by_place(link: sqlite3.Connection, within: Within) -> Iterator[Uses]:
    """The uses that count, by connection, workspace and machine.

    Raises:
        sqlite3.Error: The index is damaged.
    """
    where, values = _where(within)
    rows = link.execute(
        "SELECT connection, workspace, machine, count(*), sum(NOT ok), count(DISTINCT text),"  # noqa: S608 (ours)
        f" min(at), max(at) FROM entries JOIN places ON places.number = place {where}"
        " GROUP BY place ORDER BY count(*) DESC, place",
        values,
    )
    for connection, workspace, machine, *counts in rows:
        yield Uses(from_blob(connection), from_blob(workspace), from_blob(machine), *counts)


def text_count(link: sqlite3.Connection, within: Within) -> int:
    """How many different texts were used.

    Raises:
        sqlite3.Error: The index is damaged.
    """
    where, values = _where(within)
    row = link.execute(
        f"SELECT count(DISTINCT text) FROM entries JOIN places ON places.number = place {where}",  # noqa: S608 (ours)
        values,
    ).fetchone()
    return int(row[0])


def uses_by_hour(link: sqlite3.Connection, within: Within) -> list[tuple[int, int]]:
    """How often something was used in each hour since 1970 in which anything was.

    Raises:
        sqlite3.Error: The index is damaged.
    """
    where, values = _where(within)
    rows = link.execute(
        f"SELECT CAST(at / {_HOUR} AS INTEGER), count(*)"  # noqa: S608 (ours)
        f" FROM entries JOIN places ON places.number = place {where}"
        f" AND abs(at) < {_FARTHEST} GROUP BY 1",
        values,
    )
    return [(hour, count) for hour, count in rows]


def most_used(link: sqlite3.Connection, within: Within, limit: int) -> tuple[Found, ...]:
    """The texts that were used most, with their uses that count.

    Raises:
        sqlite3.Error: The index is damaged.
    """
    where, values = _where(within)
    rows = link.execute(
        "SELECT text, count(*), sum(NOT entries.ok), max(at), entries.place, entries.ok, key"  # noqa: S608 (ours)
        f" FROM entries JOIN places ON places.number = entries.place {where}"
        " GROUP BY text ORDER BY 2 DESC, 4 DESC LIMIT ?",
        [*values, limit],
    ).fetchall()
    return tuple(_found(link, row) for row in rows)


def _found(link: sqlite3.Connection, row: Any) -> Found:
    text, count, failed, last, place, ok, key = row
    (code,) = link.execute("SELECT code FROM texts WHERE number=?", (text,)).fetchone()
    names = link.execute(
        "SELECT connection, workspace, machine FROM places WHERE number=?", (place,)
    ).fetchone()
    connection, workspace, machine = map(from_blob, names)
    code = from_blob(code) if isinstance(code, bytes) else code
    name = id_of_key(link, key)
    return Found(
        code, count, failed, last, connection, workspace, machine, bool(ok), name, Near.WHOLE
    )


def _where(within: Within) -> tuple[str, list[Any]]:
    """The condition on a use, and its values."""
    conditions: list[str] = ["1"]
    values: list[Any] = []
    names = (("connection", within.connection), ("workspace", within.workspace),
             ("machine", within.machine))  # fmt: skip
    for column, name in names:
        if name is not None:
            conditions.append(f"{column} = ?")
            values.append(as_blob(name))
    limits = (("entries.ok = ?", within.ok), ("at >= ?", within.since), ("at <= ?", within.until))
    for condition, value in limits:
        if value is not None:
            conditions.append(condition)
            values.append(value)
    return f"WHERE {' AND '.join(conditions)}", values
