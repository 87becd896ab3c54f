"""The tables of the search index: made from the log, and never believed more than it.

Each text stands once, with what is asked of it again and again: when it was last used, how often,
and bits for its letters and for where it was used. A search goes through the order of `rank` and
needs of most texts the bits alone, which are in the index of that order.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from contextlib import closing, suppress
from functools import cache
from hashlib import blake2b
from math import log2
from pathlib import Path
from typing import Final

from stui_workspace.history.hardening import harden, schema_of
from stui_workspace.history.segments import Entry
from stui_workspace.storage.filesystem import PRIVATE_FILE, FileSystem
from stui_workspace.storage.whole import set_apart

VERSION: Final = 1
NAME: Final = f"history-{VERSION}.sqlite"
"""Another version of stui, before or after this one, has a file of its own."""
APPLICATION: Final = 0x73747569
BUSY_SECONDS: Final = 2.0
FAILED: Final = 1 << 60
"""The bit of a text that failed at least once."""
WORKED: Final = 1 << 61
OWN_ID: Final = 16
"""So many hex digits has an id of ours."""
_BESIDE: Final = ("-wal", "-shm", "-journal")
"""What SQLite writes besides."""
_PLACE_BITS: Final = 60
_DAY: Final = 86400.0

_TABLES: Final = """
CREATE TABLE files(
    number INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, stamp TEXT NOT NULL,
    read INTEGER NOT NULL, digest BLOB NOT NULL, is_open INTEGER NOT NULL,
    doubled INTEGER NOT NULL, damaged INTEGER NOT NULL);
CREATE TABLE places(
    number INTEGER PRIMARY KEY, connection BLOB NOT NULL, workspace BLOB NOT NULL,
    machine BLOB NOT NULL, UNIQUE(connection, workspace, machine));
CREATE TABLE texts(
    number INTEGER PRIMARY KEY, hash INTEGER UNIQUE NOT NULL, code NOT NULL, folded TEXT,
    letters INTEGER NOT NULL, traits INTEGER NOT NULL, count INTEGER NOT NULL,
    failed INTEGER NOT NULL, last REAL NOT NULL, place INTEGER NOT NULL, ok INTEGER NOT NULL,
    entry INTEGER NOT NULL, rank REAL NOT NULL);
CREATE INDEX texts_by_rank ON texts(rank DESC, hash, letters, traits);
CREATE INDEX texts_by_last ON texts(last DESC, hash, letters, traits);
CREATE TABLE entries(
    key INTEGER PRIMARY KEY, file INTEGER NOT NULL, text INTEGER NOT NULL,
    place INTEGER NOT NULL, ok INTEGER NOT NULL, at REAL NOT NULL);
CREATE INDEX entries_by_text ON entries(text, place, ok, at);
CREATE TABLE names(key INTEGER PRIMARY KEY, id TEXT NOT NULL);
CREATE TABLE hidden(key INTEGER PRIMARY KEY);
"""
_TRIGRAMS: Final = (
    "CREATE VIRTUAL TABLE trigrams USING"
    " fts5(folded, content='', detail=none, tokenize='trigram case_sensitive 1')"
)


class ForeignIndexError(Exception):
    """The file is none of our indexes, or is damaged, or has more in it than we put there."""


def opened(path: Path | None, fs: FileSystem) -> sqlite3.Connection:
    """The index at `path`, made where there is none; in memory for None.

    Raises:
        ForeignIndexError: Something else is there.
        sqlite3.Error: It cannot be opened, or is damaged.
        OSError: It cannot be made.
    """
    if path is not None:
        fs.make_folder(path.parent)
        _make_private(path)
    link = sqlite3.connect(
        ":memory:" if path is None else path,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        _prepare(link)
    except BaseException:
        link.close()
        raise
    return link


def set_aside(path: Path, fs: FileSystem) -> None:
    """Get a file out of the way that is no index of ours; one of ours is deleted, damaged or not.

    Raises:
        OSError: It cannot be.
        DiskError: Likewise.
    """
    if _is_ours(path):
        for each in (*_BESIDE, ""):
            fs.remove(path.with_name(path.name + each))
    else:
        set_apart(fs, path)


def has_trigrams(link: sqlite3.Connection) -> bool:
    """Whether three letters in a row can be looked up at once."""
    return bool(link.execute("SELECT 1 FROM sqlite_master WHERE name='trigrams'").fetchone())


def hash_of(text: str) -> int:
    """64 bits for a text."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def key_of(name: str) -> int:
    """The key of the entry of an id: the id itself, where it is one of ours."""
    if len(name) == OWN_ID and not name.strip("0123456789abcdef"):
        return int.from_bytes(bytes.fromhex(name), "big", signed=True)
    return hash_of(name)


def id_of_key(link: sqlite3.Connection, key: int) -> str:
    """The id of the entry of a key."""
    row = link.execute("SELECT id FROM names WHERE key=?", (key,)).fetchone()
    return row[0] if row else key.to_bytes(8, "big", signed=True).hex()


def rank_of(last: float, count: int) -> float:
    """What texts of one nearness are ordered by: twice as often used is as good as a day later."""
    return last + _DAY * log2(count)


def trait_of(place: int, *, ok: bool) -> int:
    """The bits of one use of a text."""
    return 1 << place % _PLACE_BITS | (WORKED if ok else FAILED)


def as_blob(text: str) -> bytes:
    """A name as it is stored, whatever characters it has."""
    return text.encode("utf-8", "surrogatepass")


def from_blob(content: bytes) -> str:
    """A name that was stored so."""
    return content.decode("utf-8", "surrogatepass")


def place_of(entry: Entry) -> tuple[bytes, bytes, bytes]:
    """Where an entry was made, as it is stored."""
    return as_blob(entry.connection), as_blob(entry.workspace), as_blob(entry.machine)


def _make_private(path: Path) -> None:
    """Make the file for its owner alone: SQLite asks the mask, and what it adds goes by the file.

    Raises:
        ForeignIndexError: There is something else than a file, or a link beside it, through which
            SQLite would write.
    """
    if any(path.with_name(path.name + end).is_symlink() for end in _BESIDE):
        raise ForeignIndexError
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        descriptor = os.open(path, flags, PRIVATE_FILE)
    except IsADirectoryError as error:
        raise ForeignIndexError from error
    except OSError as error:
        if path.is_symlink():
            raise ForeignIndexError from error
        raise
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise ForeignIndexError
        if sys.platform != "win32" and mode & 0o077:
            os.fchmod(descriptor, PRIVATE_FILE)
    finally:
        os.close(descriptor)


def _prepare(link: sqlite3.Connection) -> None:
    harden(link)
    application = link.execute("PRAGMA application_id").fetchone()[0]
    version = link.execute("PRAGMA user_version").fetchone()[0]
    is_new = (application, version) == (0, 0) and _is_empty(link)
    if not is_new and (application, version) != (APPLICATION, VERSION):
        raise ForeignIndexError
    if not is_new and not _is_as_made(link):
        raise ForeignIndexError
    link.execute("PRAGMA journal_mode=WAL")
    link.execute("PRAGMA synchronous=NORMAL")
    link.execute("PRAGMA secure_delete=ON")
    link.execute("PRAGMA cache_size=-32000")
    link.execute("PRAGMA temp_store=MEMORY")
    if is_new:
        _make_tables(link)


def _make_tables(link: sqlite3.Connection) -> None:
    link.execute("BEGIN IMMEDIATE")
    try:
        if _is_empty(link):  # no other program made them meanwhile
            for statement in _TABLES.split(";"):
                link.execute(statement)
            with suppress(sqlite3.OperationalError):  # this SQLite has no such thing
                link.execute(_TRIGRAMS)
            link.execute(f"PRAGMA application_id={APPLICATION}")
            link.execute(f"PRAGMA user_version={VERSION}")
        link.execute("COMMIT")
    except BaseException:
        if link.in_transaction:
            link.execute("ROLLBACK")
        raise


def _is_empty(link: sqlite3.Connection) -> bool:
    return link.execute("SELECT 1 FROM sqlite_master").fetchone() is None


def _is_as_made(link: sqlite3.Connection) -> bool:
    """Whether a schema is what `_make_tables` makes, with trigrams or without, and nothing more."""
    found = schema_of(link)
    ours = {row for row in found if not (row[0] == "table" and row[1].startswith("trigrams_"))}
    return ours - _trigrams() == _schema() and ours & _trigrams() in (set(), _trigrams())


@cache
def _schema() -> frozenset[tuple[str, str, str, str | None]]:
    with closing(sqlite3.connect(":memory:")) as link:
        link.executescript(_TABLES)
        return schema_of(link)


def _trigrams() -> set[tuple[str, str, str, str | None]]:
    return {("table", "trigrams", "trigrams", _TRIGRAMS)}


def _is_ours(path: Path) -> bool:
    """Whether the head of a file says that it is an index of ours, or it has no head at all."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        head = file.read(100)
    return not head or head[68:72] == APPLICATION.to_bytes(4, "big")
