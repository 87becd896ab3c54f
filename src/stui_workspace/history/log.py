"""The log of everything evaluated: one file a month and machine, append-only.

A line is a JSON object with a stable id, so that logs of several machines can
lie in one synced folder: each file has one writing machine, and nobody rewrites.
What is read is the union of all files, conflict copies included, each entry once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from hashlib import blake2b
from heapq import merge
from pathlib import Path

from stui_workspace.errors import DiskError, StuiError
from stui_workspace.history.segments import (
    MOST_BYTES,
    SUFFIX,
    Entry,
    append_lines,
    entries_backwards,
    entry_of,
    moment,
    month_in,
    month_of,
)
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem
from stui_workspace.storage.machines import Machine, folder_name, own_folder
from stui_workspace.storage.whole import TooLargeError, read_whole

_ROUNDS = 3
"""So often the copies of a segment are gone through: what one brings may be all that another one
lacked to be done with. Not for ever: a sync tool may go on writing."""


class HistoryLog:
    """The history below `folder`, written to by `machine`, read from all machines."""

    def __init__(
        self,
        folder: Path,
        machine: str,
        fs: FileSystem | None = None,
        *,
        identify: Callable[[], Machine] | None = None,
    ) -> None:
        """A log of the machine of that name.

        Args:
            folder: Has a folder for each machine.
            machine: The name of this one.
            fs: The disk.
            identify: Tells this machine from others of its name; asked when something is written.
        """
        self.folder = folder
        self.machine = machine
        self._fs: FileSystem = fs or RealFileSystem()
        self._identify = identify or (lambda: Machine(machine))
        self._own_machine: Machine | None = None
        self._own = folder / folder_name(machine)
        """The folder that this machine writes to, as far as is known."""
        self._folded: set[Path] = set()
        """The segments whose copies were looked at."""

    def append(self, entry: Entry) -> Entry:
        """Record an entry, durably when this returns, and return it with its id.

        Raises:
            DiskError: It was not recorded.
        """
        entry = replace(entry, machine=self.machine)
        entry = replace(entry, id=entry.id or _id_of(entry))
        segment = self._written() / f"{month_of(entry.at)}{SUFFIX}"
        line = json.dumps(asdict(entry), sort_keys=True).encode("ascii") + b"\n"
        append_lines(self._fs, segment, line)
        if segment not in self._folded:
            self._folded.add(segment)
            with suppress(DiskError):  # the copies stay, and are read where they are
                self._fold(segment)
        return entry

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

    def prune(self, keep: int) -> int:
        """Delete this machine's oldest months beyond `keep` entries; return how many entries went.

        Whole months only, so that nothing is ever rewritten: a little more than `keep` stays.

        Raises:
            DiskError: Some of them could not be deleted.
        """
        with suppress(DiskError):
            self.fold()
        kept = gone = 0
        own = self._written()
        months = self._months(own)
        for month in sorted(months, reverse=True):
            path = own / f"{month}{SUFFIX}"
            if path.name not in months[month]:
                continue
            count = sum(1 for _ in entries_backwards(self._readable(path)))
            if kept >= keep:
                with explained(path):
                    self._fs.remove(path)
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
        own = self._written()
        return sum(self._fold(own / f"{month}{SUFFIX}") for month in self._months(own))

    def _written(self) -> Path:
        """The folder to write to; asked each time, as a sync may bring a machine of our name.

        Raises:
            DiskError: It cannot be made.
        """
        if self._own_machine is None:
            try:
                self._own_machine = self._identify()
            except StuiError:  # no id can be kept; the name has to do
                self._own_machine = Machine(self.machine)
        self._own = own_folder(self.folder, self._own_machine, self._fs)
        return self._own

    def _fold(self, segment: Path) -> int:
        """Fold the copies of one segment, and return how many are gone."""
        month = segment.name.removesuffix(SUFFIX)
        gone_count = 0
        for _ in range(_ROUNDS):
            before = self._content(segment)
            names = self._months(segment.parent).get(month, ())
            copies = [segment.parent / name for name in names if name != segment.name]
            gone_count += sum(self._take_in(segment, copy) for copy in copies)
            if self._content(segment) == before:
                break
        return gone_count

    def _take_in(self, segment: Path, path: Path) -> bool:
        """Append what only the copy at `path` has; whether the copy could go."""
        try:
            content, copy = self._content(segment), self._content(path)
        except TooLargeError:
            return False
        known = {entry.id for entry in entries_backwards(content)}
        entries = {line: entry_of(line) for line in copy.split(b"\n") if line.strip()}
        missing = {one.id: line for line, one in entries.items() if one is not None}
        lines = [line + b"\n" for name, line in missing.items() if name not in known]
        if lines:
            append_lines(self._fs, segment, b"".join(lines))
        unread = [line for line, one in entries.items() if one is None]
        if any(b"\n" + line not in b"\n" + content for line in unread):
            return False  # a line that was only cut short is there as a whole
        if self._content(path) != copy:
            return False
        with explained(path):
            self._fs.remove(path)
        return True

    def _newest_first(self) -> Iterator[Entry]:
        with explained(self.folder):
            folders = [self.folder / name for name in self._fs.names(self.folder)]
        months = {folder: self._months(folder) for folder in folders}
        seen: set[str] = set()
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

    def _months(self, folder: Path) -> dict[str, list[str]]:
        """The files of each month in a machine's folder."""
        with explained(folder):
            try:
                names = self._fs.names(folder)
            except NotADirectoryError:  # something else lies in the folder
                names = ()
        months: dict[str, list[str]] = {}
        for name in names:
            month = month_in(name)
            if month is not None:
                months.setdefault(month, []).append(name)
        return months

    def _backwards(self, folder: Path, month: str, names: Sequence[str]) -> Iterator[Entry]:
        """The entries of one machine and month; those that only a copy has are put in by time."""
        segment = f"{month}{SUFFIX}"
        if [*names] == [segment]:  # no more of it is looked at than is asked for
            return entries_backwards(self._readable(folder / segment))
        own = list(entries_backwards(self._readable(folder / segment))) if segment in names else []
        known = {entry.id for entry in own}
        others = [
            [one for one in entries_backwards(self._readable(folder / name)) if one.id not in known]
            for name in names
            if name != segment
        ]
        return merge(own, *others, key=moment, reverse=True)

    def _readable(self, path: Path) -> bytes:
        """What is in a file. One of another machine that cannot be read keeps us from nothing.

        Nor does one that is too large to be ours; the next entry of its month sets it apart.
        """
        try:
            return self._content(path)
        except TooLargeError:
            return b""
        except DiskError:
            if path.parent == self._own:
                raise
            return b""

    def _content(self, path: Path) -> bytes:
        return read_whole(self._fs, path, MOST_BYTES) or b""


def _id_of(entry: Entry) -> str:
    parts = (entry.at, entry.machine, entry.connection, entry.workspace, entry.code)
    return blake2b(json.dumps(parts).encode("ascii"), digest_size=8).hexdigest()
