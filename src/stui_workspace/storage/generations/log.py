"""The log of generations: one checksummed line for each version of a file.

Lines are only ever appended, each in one go after an empty one, so that a line which a crash cut
off spoils no other. What is not understood is passed over, and kept.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from stui_workspace.model.records import dataclass, field
from stui_workspace.model.revision import Revision
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.blobs import is_revision
from stui_workspace.storage.checked_lines import body_of, line_of
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem, Write
from stui_workspace.storage.whole import read_whole

FORMAT: Final = 1
MOST_BYTES: Final = 64 << 20
"""So much of a log is read; pruning keeps it far below."""
_FORMAT_KEY: Final = "generation"
_TAG_BYTES: Final = 8
_MARK_BYTES: Final = 64  # of the end of a line: its revision and its tag are in them


class Origin(StrEnum):
    """Where a version came from, as far as this machine can tell."""

    SELF = "self"
    """We wrote it."""
    EDITOR = "editor"
    """Another program of this machine."""
    SYNC = "sync"
    """A program that syncs folders between machines."""
    GIT = "git"
    COPY = "copy"
    """It is the content of a conflict copy, archived."""


_ORIGINS: Final = frozenset(Origin)


@dataclass(frozen=True, slots=True)
class Generation:
    """One version of a file that this machine saw or wrote."""

    file: str
    """Relative to the root of the project, with `/`."""
    revision: Revision
    origin: Origin
    at: float
    """By this machine's clock."""
    parents: tuple[Revision, ...] = ()
    """Only where they are known for sure."""
    note: str = ""
    """One word about it; of a copy, the name of its file."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log."""

    generation: Generation
    packed_bytes: int
    """What its content takes on the disk."""
    tag: str = field(default_factory=lambda: os.urandom(_TAG_BYTES).hex())
    """Tells this line from any other, even one that says the same."""


@dataclass(slots=True)
class Known:
    """What lines of the log say, in their order."""

    entries: list[Entry] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    heads: dict[str, Generation] = field(default_factory=dict)
    """The newest version of each file, its conflict copies not counted."""
    copies: set[tuple[str, str, str]] = field(default_factory=set)
    """File, note and revision of each conflict copy."""

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Known:
        """What those entries say."""
        known = cls()
        for entry in entries:
            known.add(entry)
        return known

    def add(self, entry: Entry) -> None:
        """Take in one more line; the same line twice is one."""
        if entry.tag in self.tags:
            return
        one = entry.generation
        self.tags.add(entry.tag)
        self.entries.append(entry)
        if one.origin is Origin.COPY:
            self.copies.add((one.file, one.note, one.revision))
        else:
            self.heads[one.file] = one

    def says(self, one: Generation) -> bool:
        """Whether a new line for `one` would say nothing new.

        Of the same bytes the origin that was logged first is believed: it was nearest to the fact.
        Parents that are not known yet, and a note, are news.
        """
        if one.origin is Origin.COPY:
            return (one.file, one.note, one.revision) in self.copies
        head = self.heads.get(one.file)
        return (
            head is not None
            and head.revision == one.revision
            and one.note in ("", head.note)
            and set(one.parents) <= set(head.parents)
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A whole line as it is in the log, without its end."""

    text: bytes
    entry: Entry | None
    """None where only a newer stui knows what it says."""


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What tells cheaply that a file is still as it was read."""

    file: int
    size: int
    changed: tuple[int, int]


class GenerationLog:
    """One log file. Anybody may read it; to write, hold the lock."""

    def __init__(self, path: Path, fs: FileSystem) -> None:
        self.path = path
        self._fs = fs
        self._known = Known()
        self._end = 0
        """How much of the file is known, up to the end of a line."""
        self._length = 0
        """How much there was."""
        self._mark = b""
        """What stood before the end."""
        self._stamp: _Stamp | None = None

    def known(self) -> Known:
        """What the log says now. Of a log that only grew, only what is new is looked at.

        Raises:
            DiskError: It cannot be read, or is too large to be ours.
        """
        stamp = _stamp_of(self.path)
        if stamp is not None and stamp == self._stamp:
            return self._known
        content = read_whole(self._fs, self.path, MOST_BYTES) or b""
        if content[self._end - len(self._mark) : self._end] != self._mark:  # or it is shorter
            self._known, self._end = Known(), 0
        end = content.rfind(b"\n") + 1
        for line in lines_of(content[self._end : end]):
            if line.entry is not None:
                self._known.add(line.entry)
        self._remember(content[max(end - _MARK_BYTES, 0) : end], end, len(content))
        self._stamp = stamp if stamp is not None and stamp.size == len(content) else None
        return self._known

    def append(self, entry: Entry) -> None:
        """Add a line, durably when this returns.

        Raises:
            DiskError: It was not added; what was there before still is.
        """
        line = b"\n" + line_with(entry)
        knows_all = self._stamp is not None and self._length == self._end
        self._stamp = None
        with explained(self.path):
            try:
                self._fs.write(self.path, line, Write.APPEND)
            except FileNotFoundError:
                self._fs.make_folder(self.path.parent)
                self._fs.write(self.path, line, Write.APPEND)
        stamp = _stamp_of(self.path)
        if knows_all and stamp is not None and stamp.size == self._length + len(line):
            self._known.add(entry)
            self._remember(line[-_MARK_BYTES:], stamp.size, stamp.size)
            self._stamp = stamp

    def lines(self) -> tuple[tuple[Line, ...], int]:
        """All lines whose checksums are right, and how many are damaged.

        Raises:
            DiskError: It cannot be read, or is too large to be ours.
        """
        content = read_whole(self._fs, self.path, MOST_BYTES) or b""
        found = tuple(lines_of(content))
        return found, sum(1 for text in content.split(b"\n") if text) - len(found)

    def replace(self, lines: Iterable[Line]) -> None:
        """Keep those lines only.

        Raises:
            DiskError: The log is as it was.
        """
        self._stamp = None
        save_own(self._fs, self.path, b"".join(line.text + b"\n" for line in lines))

    def _remember(self, mark: bytes, end: int, length: int) -> None:
        self._mark, self._end, self._length = mark, end, length


def lines_of(content: bytes) -> Iterator[Line]:
    """The lines that are as they were written, also a last one without its end."""
    for text in content.split(b"\n"):
        body = body_of(text) if text else None
        if body is not None:
            yield Line(text, _entry_in(body))


def line_with(entry: Entry) -> bytes:
    """The line that says it.

    Raises:
        ValueError: No line can: it would not be read back the same.
    """
    one = entry.generation
    line = line_of(
        {
            _FORMAT_KEY: FORMAT,
            "file": one.file,
            "revision": one.revision,
            "origin": one.origin,
            "at": one.at,
            "parents": one.parents,
            "note": one.note,
            "bytes": entry.packed_bytes,
            "tag": entry.tag,
        }
    )
    if [found.entry for found in lines_of(line)] != [entry]:
        raise ValueError(f"not a generation: {one}")
    return line


def _entry_in(body: object) -> Entry | None:
    match body:
        case {
            "generation": 1,
            "file": str(file),
            "revision": str(revision),
            "origin": str(origin),
            "at": int() | float() as at,
            "parents": [*parents],
            "note": str(note),
            "bytes": int(packed_bytes),
            "tag": str(tag),
        } if origin in _ORIGINS and _are_revisions([revision, *parents]) and _is_time(at):
            one = Generation(
                file, Revision(revision), Origin(origin), float(at), tuple(parents), note
            )
            return Entry(one, max(packed_bytes, 0), tag)
        case _:
            return None


def _are_revisions(found: Iterable[Any]) -> bool:
    return all(isinstance(one, str) and is_revision(one) for one in found)


def _is_time(at: float) -> bool:
    try:
        return math.isfinite(at)
    except OverflowError:  # a whole number that no float can hold
        return False


def _stamp_of(path: Path) -> _Stamp | None:
    """None where there is no such file, or none on the disk of this machine."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return _Stamp(status.st_ino, status.st_size, (status.st_mtime_ns, status.st_ctime_ns))
