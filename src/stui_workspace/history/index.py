"""The search index of the history: fast, and never a source of truth.

It is made from the log and lies among the caches. Whatever is wrong with it, it is made anew; where
there is no disk for it, it is made in memory. Loading this module loads SQLite, so that is done
when a search is asked for.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final, TypeVar

from stui_workspace.errors import DiskError
from stui_workspace.history.finds import Found, Within
from stui_workspace.history.index_filling import Filling, Progress
from stui_workspace.history.index_query import search
from stui_workspace.history.index_sources import sources_in
from stui_workspace.history.index_tables import NAME, ForeignIndexError, opened, set_aside
from stui_workspace.history.matching import Query
from stui_workspace.model.records import dataclass
from stui_workspace.storage.filesystem import FileSystem

T = TypeVar("T")
_BROKEN: Final = (ForeignIndexError, sqlite3.Error, OverflowError)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the index is."""

    entry_count: int
    text_count: int
    damaged: tuple[tuple[str, int], ...]
    """The files with lines that cannot be read, and how many there are in each."""
    is_behind: bool = False
    """Whether another program brings it up to date, and not all is there yet."""


class HistoryIndex:
    """The index of the history in `folder`, kept in `cache`. One thread uses it at a time."""

    def __init__(
        self, folder: Path, cache: Path, fs: FileSystem, clock: Callable[[], float]
    ) -> None:
        """An index; nothing is opened before it is needed.

        Args:
            folder: The log's.
            cache: Where the index may lie.
            fs: The disk.
            clock: Seconds since 1970.
        """
        self._folder = folder
        self._path: Path | None = cache / NAME
        self._fs = fs
        self._clock = clock
        self._link: sqlite3.Connection | None = None
        self._inode = 0
        self._turn = Lock()
        self._is_behind = False

    def close(self) -> None:
        """Close it; it is opened again when it is used again."""
        with self._turn:
            self._close()

    def update(self, progress: Progress = lambda _done, _all: None) -> None:
        """Bring it up to date with the log."""
        with self._turn:
            self._whole(lambda link: self._fill(link, progress))

    def search(self, query: Query, within: Within, limit: int) -> list[Found]:
        """What is found, as of the last update."""
        with self._turn:
            return self._whole(lambda link: search(link, query, within, limit))

    def standing(self) -> Standing:
        """How far it is."""
        with self._turn:
            return self._whole(self._standing)

    def asked(self, ask: Callable[[sqlite3.Connection], T]) -> T:
        """What `ask` finds in the tables."""
        with self._turn:
            return self._whole(ask)

    def _standing(self, link: sqlite3.Connection) -> Standing:
        (entries,) = link.execute("SELECT count(*) FROM entries").fetchone()
        (texts,) = link.execute("SELECT count(*) FROM texts").fetchone()
        damaged = link.execute("SELECT name, damaged FROM files WHERE damaged > 0 ORDER BY name")
        return Standing(entries, texts, tuple(damaged.fetchall()), self._is_behind)

    def _fill(self, link: sqlite3.Connection, progress: Progress) -> None:
        sources = sources_in(self._folder)
        self._is_behind = False
        try:
            Filling(link, self._fs, self._clock(), progress).run(sources)
        except sqlite3.OperationalError as error:
            if not _is_busy(error):
                raise
            self._is_behind = True

    def _whole(self, use: Callable[[sqlite3.Connection], T]) -> T:
        """What `use` gives: with the index as it is, else with a new one, else with one in memory.

        Raises:
            sqlite3.Error: Not even memory would do.
        """
        try:
            return use(self._opened())
        except (*_BROKEN, OSError, DiskError):
            self._close()
        if self._path is not None:
            try:
                set_aside(self._path, self._fs)
                return self._anew(use)
            except (*_BROKEN, OSError, DiskError):
                self._close()
                self._path = None
        return self._anew(use)

    def _anew(self, use: Callable[[sqlite3.Connection], T]) -> T:
        link = self._opened()
        self._fill(link, lambda _done, _all: None)
        return use(link)

    def _opened(self) -> sqlite3.Connection:
        if self._link is not None and self._path is not None and self._is_gone(self._path):
            self._close()
        if self._link is None:
            self._link = opened(self._path, self._fs)
            self._inode = 0 if self._path is None else os.stat(self._path).st_ino  # noqa: PTH116
        return self._link

    def _is_gone(self, path: Path) -> bool:
        """Whether somebody deleted the file, as they may at any time."""
        try:
            return path.stat().st_ino != self._inode
        except OSError:
            return True

    def _close(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            with suppress(sqlite3.Error):
                link.close()


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return (error.sqlite_errorcode & 0xFF) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
