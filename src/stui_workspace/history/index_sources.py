"""The files that the search index is made of, and what of them is new since it was last read."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

from stui_workspace.history.forgotten import says_forgotten
from stui_workspace.history.segments import LONGEST_LINE, MOST_BYTES, Entry, entry_of, month_in
from stui_workspace.model.records import dataclass, field

_CHUNK: Final = 1 << 20
_SETTLED_SECONDS: Final = 2.0
"""A file that changed a shorter time ago may change again without a trace."""


@dataclass(frozen=True, slots=True)
class Source:
    """A segment as it lies there."""

    name: str
    """Below the folder of the history: `laptop/2026-11.jsonl`."""
    path: Path
    size: int
    stamp: str
    """Another one means that the file may have changed."""


@dataclass(frozen=True, slots=True)
class Sources:
    segments: dict[str, Source]
    """By name, the newest month first."""
    forgotten: str
    """Another one means that something else may be forgotten."""
    folders: tuple[Path, ...] = ()


def sources_in(folder: Path) -> Sources:
    """What lies in the folders of all machines; what cannot be looked at is left out."""
    segments: list[Source] = []
    folders = []
    for machine in _entries(folder):
        folders.append(folder / machine.name)
        for one in _entries(folder / machine.name):
            if month_in(one.name) is not None or says_forgotten(one.name):
                source = _source(machine.name, one)
                if source is not None:
                    segments.append(source)
    said = [f"{one.name}={one.stamp}" for one in segments if says_forgotten(one.path.name)]
    found = [one for one in segments if not says_forgotten(one.path.name)]
    found.sort(key=lambda one: (month_in(one.path.name) or "", one.name), reverse=True)
    stamp = "\n".join(sorted(said))
    return Sources({one.name: one for one in found}, stamp, tuple(folders))


@dataclass(slots=True)
class Reading:
    """One way through a segment, from where it was left the last time."""

    offset: int = 0
    """Up to here it was read."""
    digest: Any = field(default_factory=lambda: blake2b(digest_size=16))
    """Of all bytes before that."""
    is_open: bool = False
    """Whether the last line has no end yet, and counts all the same."""
    damaged_count: int = 0

    def verify(self, path: Path, size: int, digest: bytes) -> bool:
        """Go to `size`; whether the file is the same up to there.

        Raises:
            OSError: It cannot be read.
        """
        with _open(path) as file:
            while self.offset < size:
                piece = file.read(min(_CHUNK, size - self.offset))
                if not piece:
                    return False
                self.digest.update(piece)
                self.offset += len(piece)
        return bool(self.digest.digest() == digest)

    def begins_line(self, path: Path) -> bool:
        """Whether nothing, or the end of a line, follows.

        Raises:
            OSError: It cannot be read.
        """
        with _open(path) as file:
            file.seek(self.offset)
            return file.read(1) in (b"", b"\n")

    def entries(self, path: Path, size: int) -> Iterator[Entry]:
        """The entries from here to `size`; what is appended meanwhile is for the next time.

        Raises:
            OSError: It cannot be read.
        """
        self.is_open = False
        rest = b""
        at = self.offset
        with _open(path) as file:
            file.seek(at)
            while at < size and (piece := file.read(min(_CHUNK, size - at))):
                at += len(piece)
                whole, newline, rest = (rest + piece).rpartition(b"\n")
                self._took(whole + newline)
                yield from self._of(whole.split(b"\n"))
                if len(rest) > LONGEST_LINE + _CHUNK:
                    rest = self._without_middle(rest, file, size - at)
                    at = file.tell()
        last = entry_of(rest)
        if last is not None:
            self._took(rest)
            self.is_open = True
            yield last

    def _of(self, lines: list[bytes]) -> Iterator[Entry]:
        for line in lines:
            entry = entry_of(line)
            if entry is not None:
                yield entry
            elif line.strip():
                self.damaged_count += 1

    def _took(self, content: bytes) -> None:
        self.digest.update(content)
        self.offset += len(content)

    def _without_middle(self, rest: bytes, file: Any, left: int) -> bytes:
        """Go to the end of a line that is too long to be an entry, keeping none of it."""
        self._took(rest)
        while left > 0 and (piece := file.readline(min(_CHUNK, left))):
            left -= len(piece)
            self._took(piece)
            if piece.endswith(b"\n"):
                break
        self.damaged_count += 1
        return b""


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda one: one.name)
    except OSError:
        return []


def _source(machine: str, one: os.DirEntry[str]) -> Source | None:
    try:
        status = one.stat(follow_symlinks=False)
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    stamp = f"{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}:{status.st_ino}"
    name = f"{machine}/{one.name}".encode("utf-8", "backslashreplace").decode()
    return Source(name, Path(one.path), status.st_size, stamp)


def is_settled(path: Path, now: float) -> bool:
    """Whether the file cannot change any more and keep its stamp."""
    try:
        status = path.stat()
    except OSError:
        return False
    return now - max(status.st_mtime, status.st_ctime) > _SETTLED_SECONDS


def is_too_large(source: Source) -> bool:
    """Whether it is too large to be a segment of ours."""
    return source.size > MOST_BYTES


def _open(path: Path) -> Any:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    return os.fdopen(os.open(path, flags), "rb")
