"""Links to databases that anybody may have made: data is read from them, and nothing is run.

A schema can hold code of its maker: triggers, views, columns that are worked out, functions in an
index. Loading of extensions is off in SQLite unless asked for, and stays so.

Source: https://www.sqlite.org/security.html, "Untrusted SQLite Database Files".
"""

from __future__ import annotations

import sqlite3
from typing import Final

_SWITCHES: Final = (
    (1010, True),  # SQLITE_DBCONFIG_DEFENSIVE: no statement spoils the file itself
    (1003, False),  # SQLITE_DBCONFIG_ENABLE_TRIGGER
    (1015, False),  # SQLITE_DBCONFIG_ENABLE_VIEW
)


def harden(link: sqlite3.Connection) -> None:
    """Let a link reach no other file, and trust nothing in the schema of its own.

    Raises:
        sqlite3.Error: It is no database.
    """
    link.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    switch = getattr(link, "setconfig", None)  # from Python 3.12 on
    if switch is not None:
        for number, is_on in _SWITCHES:
            switch(number, is_on)
    link.execute("PRAGMA trusted_schema=OFF")
    link.execute("PRAGMA cell_size_check=ON")


def schema_of(link: sqlite3.Connection) -> frozenset[tuple[str, str, str, str | None]]:
    """Everything that the schema has: kind, name, table and the statement that made it.

    Raises:
        sqlite3.Error: The file is damaged.
    """
    rows = link.execute("SELECT type, name, tbl_name, sql FROM sqlite_master")
    return frozenset(tuple(row) for row in rows)
