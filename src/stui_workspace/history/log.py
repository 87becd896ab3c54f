"""The log of everything evaluated: one file a month and machine, append-only.

A line is a JSON object with a stable id, so that logs of several machines can
lie in one synced folder: each file has one writing machine, and nobody rewrites.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b
from heapq import merge
from pathlib import Path

from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem, Write

_SUFFIX = ".jsonl"
_SEGMENT = re.compile(r"\d{4}-\d{2}\.jsonl\Z")
_SAFE_MACHINE = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")


@dataclass(frozen=True, slots=True)
class Entry:
    """One evaluation, as the history keeps it."""

    at: float
    connection: str
    code: str
    workspace: str = ""
    """Which workspace it was made in: the name of its folder of state."""
    ok: bool = True
    machine: str = ""
    """Filled in by the log."""
    id: str = ""
    """Filled in by the log: the same entry has the same id wherever its line is copied."""


class HistoryLog:
    """The history below `folder`, written to by `machine`, read from all machines."""

    def __init__(self, folder: Path, machine: str, fs: FileSystem | None = None) -> None:
        self.folder = folder
        self.machine = machine
        self._fs: FileSystem = fs or RealFileSystem()
        self._clean: Path | None = None
        """The segment that is known to end with a line end."""

    def append(self, entry: Entry) -> Entry:
        """Record an entry, durably when this returns, and return it with its id.

        Raises:
            DiskError: It was not recorded.
        """
        entry = replace(entry, machine=self.machine)
        entry = replace(entry, id=entry.id or _id_of(entry))
        segment = self._own / f"{_month_of(entry.at)}{_SUFFIX}"
        line = json.dumps(asdict(entry), sort_keys=True).encode("ascii") + b"\n"
        with explained(segment):
            if self._clean != segment:
                self._fs.make_folder(self._own)
                content = self._fs.read(segment) or b"\n"
                line = line if content.endswith(b"\n") else b"\n" + line
            self._clean = None
            try:
                self._fs.write(segment, line, Write.APPEND)
            except FileNotFoundError:  # the folder was taken away while we ran
                self._fs.make_folder(self._own)
                self._fs.write(segment, line, Write.APPEND)
        self._clean = segment
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
        """All entries of all machines, the newest first; damaged lines are passed over."""
        return self._newest_first()

    def prune(self, keep: int) -> int:
        """Delete this machine's oldest months beyond `keep` entries; return how many entries went.

        Whole months only, so that nothing is ever rewritten: a little more than `keep` stays.

        Raises:
            DiskError: Some of them could not be deleted.
        """
        kept = gone = 0
        for name in reversed(self._segments(self._own)):
            segment = self._own / name
            with explained(segment):
                count = sum(1 for _ in self._backwards(segment))
                if kept >= keep:
                    self._fs.remove(segment)
                    gone += count
            kept += count
        return gone

    @property
    def _own(self) -> Path:
        return self.folder / folder_name(self.machine)

    def _newest_first(self) -> Iterator[Entry]:
        with explained(self.folder):
            folders = [self.folder / name for name in self._fs.names(self.folder)]
        segments = {folder: set(self._segments(folder)) for folder in folders}
        months = sorted({name for names in segments.values() for name in names}, reverse=True)
        seen: set[str] = set()
        for month in months:
            streams = [
                self._backwards(folder / month)
                for folder, names in segments.items()
                if month in names
            ]
            for entry in merge(*streams, key=lambda entry: entry.at, reverse=True):
                if entry.id not in seen:
                    seen.add(entry.id)
                    yield entry

    def _segments(self, folder: Path) -> tuple[str, ...]:
        with explained(folder):
            try:
                names = self._fs.names(folder)
            except NotADirectoryError:  # something else lies in the folder
                return ()
        return tuple(name for name in names if _SEGMENT.match(name))

    def _backwards(self, segment: Path) -> Iterator[Entry]:
        """The entries of a file from its end: as they were appended, whatever the clock said."""
        with explained(segment):
            content = self._fs.read(segment) or b""
        for line in reversed(content.split(b"\n")):
            entry = _entry_of(line)
            if entry is not None:
                yield entry


def folder_name(machine: str) -> str:
    """A machine's name as the name of its folder: itself where that is safe, else a hash of it."""
    name = machine.lower()
    if _SAFE_MACHINE.match(name):
        return name
    return "m-" + blake2b(machine.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _month_of(at: float) -> str:
    try:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m")
    except (OverflowError, ValueError, OSError):
        return "1970-01"


def _id_of(entry: Entry) -> str:
    parts = (entry.at, entry.machine, entry.connection, entry.workspace, entry.code)
    return blake2b(json.dumps(parts).encode("ascii"), digest_size=8).hexdigest()


def _entry_of(line: bytes) -> Entry | None:
    try:
        found: object = json.loads(line) if line else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    match found:
        case {
            "id": str(name),
            "at": int() | float() as at,
            "connection": str(connection),
            "code": str(code),
        }:
            workspace, machine = str(found.get("workspace", "")), str(found.get("machine", ""))
            ok = found.get("ok") is not False
            return Entry(float(at), connection, code, workspace, ok, machine, name)
        case _:
            return None
