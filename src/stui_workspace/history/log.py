"""The log of everything evaluated: one file a month and machine, append-only.

A line is a JSON object with a stable id, so that logs of several machines can
lie in one synced folder: each file has one writing machine, and nobody rewrites.
What is read is the union of all files, conflict copies included, each entry once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from hashlib import blake2b
from heapq import merge
from pathlib import Path

from stui_workspace.errors import DiskError, StuiError
from stui_workspace.history.folding import fold_copies
from stui_workspace.history.forgotten import said_in
from stui_workspace.history.segments import (
    SUFFIX,
    Entry,
    append_lines,
    content_of,
    entries_backwards,
    line_of,
    moment,
    month_of,
    months_in,
)
from stui_workspace.history.turn import Turn
from stui_workspace.model.records import replace
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem
from stui_workspace.storage.machines import Machine, folder_name, own_folder
from stui_workspace.storage.whole import TooLargeError

_AT_ONCE = 1000
"""So many lines are written at once."""


class HistoryLog:
    """The history below `folder`, written to by `machine`, read from all machines."""

    def __init__(
        self,
        folder: Path,
        machine: str,
        fs: FileSystem | None = None,
        *,
        identify: Callable[[], Machine] | None = None,
        lock: Path | None = None,
    ) -> None:
        """A log of the machine of that name.

        Args:
            folder: Has a folder for each machine.
            machine: The name of this one.
            fs: The disk.
            identify: Tells this machine from others of its name; asked when something is written.
            lock: Held while a segment is written, on this machine; None where nobody else writes.
        """
        self.folder = folder
        self.machine = machine
        self.fs: FileSystem = fs or RealFileSystem()
        self._turn = Turn(lock, folder)
        self._identify = identify or (lambda: Machine(machine))
        self._own_machine: Machine | None = None
        self._own = folder / folder_name(machine)
        """The folder that this machine writes to, as far as is known."""
        self._folded: set[Path] = set()
        """The segments whose copies were looked at."""
        self._unread: dict[Path, int] = {}
        """How many lines reading passed over in each file of this machine."""

    def append(self, entry: Entry) -> Entry:
        """Record an entry, durably when this returns, and return it with its id.

        Raises:
            DiskError: It was not recorded.
        """
        entry = replace(entry, machine=self.machine)
        entry = replace(entry, id=entry.id or id_of(entry))
        segment = self.own_folder() / f"{month_of(entry.at)}{SUFFIX}"
        with self.held():
            append_lines(self.fs, segment, line_of(entry))
            if segment not in self._folded:
                self._folded.add(segment)
                with suppress(DiskError):  # the copies stay, and are read where they are
                    self._fold(segment)
        return entry

    def take_in(self, entries: Iterable[Entry]) -> int:
        """Record entries that have an id and a machine already; return how many were new.

        One that is known or forgotten is left alone.

        Raises:
            DiskError: Not all were recorded.
        """
        known = {entry.id for entry in self.entries()} | self.forgotten().keys()
        new = {entry.id: entry for entry in entries if entry.id and entry.id not in known}
        months: dict[str, list[bytes]] = {}
        for entry in new.values():
            months.setdefault(month_of(entry.at), []).append(line_of(entry))
        own = self.own_folder()
        with self.held():
            for month, lines in months.items():
                for start in range(0, len(lines), _AT_ONCE):
                    piece = b"".join(lines[start : start + _AT_ONCE])
                    append_lines(self.fs, own / f"{month}{SUFFIX}", piece)
        return len(new)

    def folders(self) -> list[Path]:
        """The folders of all machines.

        Raises:
            DiskError: They cannot be listed.
        """
        with explained(self.folder):
            return [self.folder / name for name in self.fs.names(self.folder)]

    def forgotten(self) -> dict[str, float]:
        """The ids of what was forgotten on any machine, and when.

        Raises:
            DiskError: The folder cannot be read.
        """
        return said_in(self.fs, self.folders())

    def held(self) -> AbstractContextManager[None]:
        """A block in which no other program on this machine writes to the log."""
        return self._turn.held()

    def recall(
        self,
        connection: str | None,
        limit: int,
        *,
        workspace: str | None = None,
        unique: bool = False,
    ) -> tuple[str, ...]:
        """The newest `limit` codes, the newest last.

        Args:
            connection: Its name; None for all connections.
            limit: Reading goes backwards and stops when so many are found.
            workspace: Only those of this workspace; None for all.
            unique: Whether of equal codes only the newest counts.

        Raises:
            DiskError: The history cannot be read.
        """
        found: list[str] = []
        seen: set[str] = set()
        entries = self._newest_first()
        while len(found) < limit and (entry := next(entries, None)):
            if connection is not None and entry.connection != connection:
                continue
            if workspace is not None and entry.workspace != workspace:
                continue
            if unique and entry.code in seen:
                continue
            seen.add(entry.code)
            found.append(entry.code)
        return tuple(reversed(found))

    def entries(self) -> Iterator[Entry]:
        """All entries of all machines, each once; damaged lines are passed over.

        The newest month comes first, and within a month the newest entry, as far as clocks agree:
        those of one machine come in the order in which it made them.

        Raises:
            DiskError: The folder, or a file of this machine, cannot be read.
        """
        return self._newest_first()

    @property
    def unread_count(self) -> int:
        """How many lines of this machine's segments could not be read, as far as reading came."""
        return sum(self._unread.values())

    def prune(self, keep: int) -> int:
        """Delete this machine's oldest months beyond `keep` entries; return how many entries went.

        Whole months only, so that nothing is ever rewritten: a little more than `keep` stays.

        Raises:
            DiskError: Some of them could not be deleted.
        """
        with suppress(DiskError):
            self.fold()
        kept = gone = 0
        own = self.own_folder()
        months = months_in(self.fs, own)
        for month in sorted(months, reverse=True):
            path = own / f"{month}{SUFFIX}"
            if path.name not in months[month]:
                continue
            count = sum(1 for _ in entries_backwards(self._readable(path)))
            if kept >= keep:
                with self.held(), explained(path):
                    self.fs.remove(path)
                gone += count
            kept += count
        return gone

    def fold(self) -> int:
        """Take the conflict copies of this machine's segments into them; say how many are gone.

        A copy goes when everything in it is in its segment. One with lines that cannot be read
        stays, as does everything in the folders of other machines.

        Raises:
            DiskError: A copy could not be taken in or deleted; nothing is lost.
        """
        own = self.own_folder()
        with self.held():
            return sum(self._fold(own / f"{month}{SUFFIX}") for month in months_in(self.fs, own))

    def own_folder(self) -> Path:
        """The folder to write to; asked each time, as a sync may bring a machine of our name.

        Raises:
            DiskError: It cannot be made.
        """
        if self._own_machine is None:
            try:
                self._own_machine = self._identify()
            except StuiError:  # no id can be kept; the name has to do
                self._own_machine = Machine(self.machine)
        self._own = own_folder(self.folder, self._own_machine, self.fs)
        return self._own

    def _fold(self, segment: Path) -> int:
        return fold_copies(self.fs, segment, frozenset(self.forgotten()))

    def _newest_first(self) -> Iterator[Entry]:
        folders = self.folders()
        months = {folder: months_in(self.fs, folder) for folder in folders}
        seen = set(said_in(self.fs, folders))
        for month in sorted({month for found in months.values() for month in found}, reverse=True):
            streams = [
                self._backwards(folder, month, found[month])
                for folder, found in months.items()
                if month in found
            ]
            for entry in merge(*streams, key=moment, reverse=True):
                if entry.id not in seen:
                    seen.add(entry.id)
                    yield entry

    def _backwards(self, folder: Path, month: str, names: Sequence[str]) -> Iterator[Entry]:
        """The entries of one machine and month; those that only a copy has are put in by time."""
        segment = f"{month}{SUFFIX}"
        if [*names] == [segment]:  # no more of it is looked at than is asked for
            return self._entries_in(folder / segment)
        own = list(self._entries_in(folder / segment)) if segment in names else []
        known = {entry.id for entry in own}
        others = [
            [one for one in self._entries_in(folder / name) if one.id not in known]
            for name in names
            if name != segment
        ]
        return merge(own, *others, key=moment, reverse=True)

    def _entries_in(self, path: Path) -> Iterator[Entry]:
        """The entries of a file from its end; what is passed over in one of ours is counted."""
        passed_count = 0

        def passed_over(_line: bytes) -> None:
            nonlocal passed_count
            passed_count += 1
            self._unread[path] = max(self._unread.get(path, 0), passed_count)

        is_own = path.parent == self._own
        return entries_backwards(self._readable(path), passed_over if is_own else None)

    def _readable(self, path: Path) -> bytes:
        """What is in a file. One of another machine that cannot be read keeps us from nothing.

        Nor does one that is too large to be ours; the next entry of its month sets it apart.
        """
        try:
            return content_of(self.fs, path)
        except TooLargeError:
            return b""
        except DiskError:
            if path.parent == self._own:
                raise
            return b""


def id_of(entry: Entry) -> str:
    """The id of an entry that has none yet: the same for the same entry."""
    parts = (entry.at, entry.machine, entry.connection, entry.workspace, entry.code)
    return blake2b(json.dumps(parts).encode("ascii"), digest_size=8).hexdigest()
