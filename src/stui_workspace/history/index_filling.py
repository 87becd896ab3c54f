"""Bringing the search index up to date with the log.

Each file is taken in within a transaction of its own, so that another program always sees whole
files, and a first build that is cut short goes on where it was.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Final

from stui_workspace.history.forgotten import said_in
from stui_workspace.history.index_sources import (
    Reading,
    Source,
    Sources,
    is_settled,
    is_too_large,
)
from stui_workspace.history.index_tables import has_trigrams, key_of
from stui_workspace.history.index_texts import Taking, recount
from stui_workspace.model.records import dataclass
from stui_workspace.storage.filesystem import FileSystem

_BATCH: Final = 5_000
_AT_ONCE: Final = 500
_LARGE: Final = 20 << 20
"""From so many bytes on it is worth more memory, for as long as the index is open."""

Progress = Callable[[int, int], object]
"""Is told how many bytes of how many are read."""


@dataclass(slots=True)
class _Known:
    """What the index has of a file."""

    number: int
    name: str
    stamp: str
    read: int
    digest: bytes
    is_open: int
    doubled: int
    damaged: int


@dataclass(slots=True)
class Filling:
    """One way from what an index has to what the log has."""

    link: sqlite3.Connection
    fs: FileSystem
    now: float
    progress: Progress = lambda _done, _all: None

    def run(self, sources: Sources) -> None:
        """Take in what is new.

        Raises:
            sqlite3.Error: The index cannot be written to, or is damaged; a file that was taken in
                whole stays in it.
        """
        known = self._known()
        if self._is_fresh(sources, known):
            return
        is_said = self._said() == sources.forgotten
        with self._written():
            self._hide(sources)
            self._drop(one for name, one in self._known().items() if name not in sources.segments)
        if not is_said:
            self._wipe()
        known = self._known()
        todo = [
            one
            for one in sources.segments.values()
            if one.name not in known or known[one.name].stamp != one.stamp
        ]
        total = sum(one.size for one in todo) or 1
        if total > _LARGE:
            self.link.execute("PRAGMA cache_size=-128000")
        done = 0
        for source in todo:
            with self._written():
                self._take(source, partial(self._tell, done, total))
            done += source.size
            self.progress(done, total)
        again = [one for one in sources.segments.values() if self._is_behind(one)]
        for source in again:  # what was dropped may be in another file, too
            with self._written():
                self._take(source, lambda _read: None)

    def _tell(self, before: int, total: int, read: int) -> None:
        self.progress(before + read, total)

    def _is_fresh(self, sources: Sources, known: dict[str, _Known]) -> bool:
        if self._said() != sources.forgotten or known.keys() != sources.segments.keys():
            return False
        return all(known[name].stamp == one.stamp for name, one in sources.segments.items())

    def _is_behind(self, source: Source) -> bool:
        found = self._known_of(source.name)
        return found is not None and found.stamp == "" and found.read == 0 and source.size > 0

    @contextmanager
    def _written(self) -> Iterator[None]:
        self.link.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.link.execute("COMMIT")
        except BaseException:
            if self.link.in_transaction:
                self.link.execute("ROLLBACK")
            raise

    # What is forgotten.

    def _said(self) -> str:
        row = self.link.execute("SELECT stamp FROM files WHERE name='forgotten'").fetchone()
        return row[0] if row else ""

    def _hide(self, sources: Sources) -> None:
        if self._said() == sources.forgotten:
            return
        wanted = {key_of(name) for name in said_in(self.fs, sources.folders)}
        before = {key for (key,) in self.link.execute("SELECT key FROM hidden")}
        if before - wanted:  # something is back: who knows in which file
            self._drop(self._known().values())
        self.link.execute("DELETE FROM hidden")
        self.link.executemany("INSERT INTO hidden VALUES(?)", ((key,) for key in wanted))
        self._remove(wanted - before)
        self._note(_Known(-1, "forgotten", sources.forgotten, 0, b"", 0, 0, 0))

    def _wipe(self) -> None:
        """Leave nothing of what was forgotten in the file, its letters included."""
        if has_trigrams(self.link):
            self.link.execute("INSERT INTO trigrams(trigrams) VALUES('optimize')")
        self.link.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _remove(self, keys: Collection[int]) -> None:
        texts: set[int] = set()
        for some in _pieces(keys):
            marks = ",".join("?" * len(some))
            found = self.link.execute(f"SELECT text FROM entries WHERE key IN ({marks})", some)  # noqa: S608 (marks)
            texts.update(text for (text,) in found)
            self.link.execute(f"DELETE FROM entries WHERE key IN ({marks})", some)  # noqa: S608 (marks)
        recount(self.link, texts)

    # Files.

    def _known(self) -> dict[str, _Known]:
        rows = self.link.execute("SELECT * FROM files WHERE number >= 0")
        return {row[1]: _Known(*row) for row in rows}

    def _known_of(self, name: str) -> _Known | None:
        row = self.link.execute("SELECT * FROM files WHERE name=?", (name,)).fetchone()
        return None if row is None else _Known(*row)

    def _note(self, one: _Known) -> None:
        fields = (one.number, one.name, one.stamp, one.read, one.digest, one.is_open)
        self.link.execute(
            "INSERT OR REPLACE INTO files VALUES(?,?,?,?,?,?,?,?)",
            (*fields, one.doubled, one.damaged),
        )

    def _drop(self, files: Iterable[_Known]) -> None:
        """Take files out of the index; what they shared with others is read there again."""
        texts: set[int] = set()
        dropped = list(files)
        for one in dropped:
            rows = self.link.execute("SELECT text FROM entries WHERE file=?", (one.number,))
            texts.update(text for (text,) in rows)
            self.link.execute("DELETE FROM entries WHERE file=?", (one.number,))
            self.link.execute("DELETE FROM files WHERE number=?", (one.number,))
        recount(self.link, texts)
        if dropped:
            self.link.execute("UPDATE files SET stamp='', read=0, doubled=0 WHERE doubled > 0")

    def _take(self, source: Source, progress: Callable[[int], object]) -> None:
        """Take in what is new in a file, or the whole file where it is another one."""
        found = self._known_of(source.name)
        if found is not None and found.stamp == source.stamp:
            return  # another program was faster
        reading = Reading()
        try:
            if found is not None and not _continues(reading, source, found):
                self._drop([found])
                found, reading = None, Reading()
            number = self._number() if found is None else found.number
            taking = Taking(self.link, number)
            if not is_too_large(source):
                entries = reading.entries(source.path, source.size)
                while batch := list(islice(entries, _BATCH)):
                    taking.add(batch)
                    progress(reading.offset)
        except OSError:
            if found is None:
                number = self._number()
                self._note(_Known(number, source.name, source.stamp, 0, b"", 0, 0, 1))
            return
        before = found or _Known(number, source.name, "", 0, b"", 0, 0, 0)
        stamp = source.stamp if is_settled(source.path, self.now) else "?" + source.stamp
        self._note(
            _Known(
                number,
                source.name,
                stamp,
                reading.offset,
                reading.digest.digest(),
                reading.is_open,
                before.doubled + taking.doubled_count,
                (before.damaged if before.read else 0)
                + reading.damaged_count
                + is_too_large(source),
            )
        )

    def _number(self) -> int:
        row = self.link.execute("SELECT max(number) FROM files").fetchone()
        return max(row[0] or 0, 0) + 1


def _continues(reading: Reading, source: Source, found: _Known) -> bool:
    """Whether what was read of a file is still its beginning; `reading` is then at its end."""
    if found.read == 0:
        return True
    if source.size < found.read or not reading.verify(source.path, found.read, found.digest):
        return False
    return not found.is_open or reading.begins_line(source.path)


def _pieces(keys: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(keys)
    while piece := list(islice(rest, _AT_ONCE)):
        yield piece
