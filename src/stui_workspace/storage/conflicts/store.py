"""What a merge left undecided, kept until a person has settled it.

One file for each merge; writers hold the lock of the workspace file, readers need none.
"""

from __future__ import annotations

import os
from hashlib import blake2b
from pathlib import Path
from typing import Final

from stui_workspace.errors import DiskError, UsageError
from stui_workspace.model.records import dataclass, field
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.conflicts.format import is_newer, record_in, written
from stui_workspace.storage.conflicts.records import SIDE_BYTES, MergeRecord
from stui_workspace.storage.disk_errors import explain, explained
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem
from stui_workspace.storage.locations import WorkspaceFolder

MOST: Final = 32
"""Merges of one file that may wait for a person at the same time."""

_SUFFIX: Final = ".json"
_LIMIT: Final = 3 * 2 * SIDE_BYTES
_DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Stored:
    """A record and the name under which it is stored."""

    name: str
    record: MergeRecord


@dataclass(frozen=True, slots=True)
class Found:
    """What is kept of a file, or of all."""

    records: tuple[Stored, ...] = ()
    """The oldest merge first."""
    problems: tuple[str, ...] = field(default=())
    """One sentence for each record that could not be read. It is kept, under another name."""


class ConflictStore:
    """The merge records of one workspace."""

    def __init__(self, folder: WorkspaceFolder, fs: FileSystem | None = None) -> None:
        self._folder = folder.conflicts
        self._fs: FileSystem = fs or RealFileSystem()

    def find(self, file: Path | None = None) -> Found:
        """The records of a file; of every file where it is None. Bad ones are set aside and named.

        Raises:
            DiskError: The folder or a record in it cannot be read.
        """
        begin = "" if file is None else _prefix_of(file)
        records: list[Stored] = []
        problems: list[str] = []
        for name in self._names(begin):
            found = self._read(name)
            if isinstance(found, str):
                problems.append(found)
            elif found is not None:
                records.append(Stored(name, found))
        return Found(tuple(records), tuple(problems))

    def add(self, record: MergeRecord) -> str:
        """Keep a new record, and return the name of it. Finished ones of that file are forgotten.

        Raises:
            UsageError: Too much waits already; nothing is forgotten that is open.
            DiskError: It was not kept.
        """
        _check_size(record)
        kept = self.find(Path(record.file)).records
        if sum(one.record.is_open for one in kept) >= MOST:
            raise UsageError(
                f"{record.file} has conflicts of {MOST} merges already",
                "`stui conflicts` lists them, `stui resolve` settles them",
            )
        prefix = _prefix_of(Path(record.file))
        number = 1 + max((_number_of(name) for name in self._names(prefix)), default=0)
        name = f"{prefix}{number:0{_DIGITS}}{_SUFFIX}"
        save_own(self._fs, self._folder / name, written(record))
        for one in kept:
            if not one.record.is_open:
                self.remove(one.name)
        return name

    def replace(self, name: str, record: MergeRecord) -> None:
        """Write a record anew.

        Raises:
            DiskError: It was not written; the old one is there.
        """
        save_own(self._fs, self._folder / name, written(record))

    def remove(self, name: str) -> None:
        """Forget a record.

        Raises:
            DiskError: It cannot be deleted.
        """
        with explained(self._folder / name):
            self._fs.remove(self._folder / name)

    def _names(self, begin: str) -> tuple[str, ...]:
        with explained(self._folder):
            found = self._fs.names(self._folder)
        return tuple(one for one in found if one.startswith(begin) and one.endswith(_SUFFIX))

    def _read(self, name: str) -> MergeRecord | str | None:
        """The record; None where another stui just forgot it; a sentence where it is damaged."""
        path = self._folder / name
        with explained(path):
            content = self._fs.read(path, _LIMIT + 1)
        if content is None:
            return None
        record = record_in(content)
        if record is None and is_newer(content):
            return f"{path.name} is of a newer stui, and stays as it is"
        if record is None or not name.startswith(_prefix_of(Path(record.file))):
            return self._set_aside(path)
        return record

    def _set_aside(self, path: Path) -> str:
        taken = set(self._fs.names(path.parent))
        number = 1
        while f"{path.name}.damaged-{number}" in taken:
            number += 1
        target = path.with_name(f"{path.name}.damaged-{number}")
        try:
            self._fs.move(path, target)
        except OSError as error:
            return f"{path.name} is no record of a merge, and stays: {explain(error, path).reason}"
        return f"{path.name} is no record of a merge that this stui knows; kept as {target.name}"


def _prefix_of(file: Path) -> str:
    """How the names of a file's records begin. The file's own name is never part of a path."""
    real = os.path.normcase(os.path.realpath(file))
    return blake2b(os.fsencode(real), digest_size=12).hexdigest() + "-"


def _number_of(name: str) -> int:
    digits = name.removesuffix(_SUFFIX).rpartition("-")[2]
    return int(digits) if digits.isdecimal() else 0


def _check_size(record: MergeRecord) -> None:
    sides = record.sides
    if max(len(sides.base), len(sides.ours), len(sides.theirs)) > SIDE_BYTES:
        raise DiskError(
            Path(record.file),
            f"a side of the merge is larger than {SIDE_BYTES >> 20} MiB",
            "settle it in the file by hand",
        )
