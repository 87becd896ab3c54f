"""Versions put aside while nobody could be asked: each in a file of its own, content and all."""

from __future__ import annotations

import zlib
from contextlib import suppress
from pathlib import Path
from typing import Final

from stui_workspace.model.records import dataclass
from stui_workspace.model.revision import Revision, revision_of
from stui_workspace.storage.atomic import save_own, sweep
from stui_workspace.storage.blobs import PACKED_BYTES, unpacked
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem
from stui_workspace.storage.generations.log import Entry, Generation, line_with, lines_of

_SUFFIX: Final = ".aside"
_DIGITS: Final = 6
_LIMIT: Final = PACKED_BYTES + (1 << 20)


@dataclass(frozen=True, slots=True)
class Aside:
    """One version that was put aside."""

    name: str
    entry: Entry


class Asides:
    """The versions put aside in one folder. Anybody may add; to remove, hold the lock."""

    def __init__(self, folder: Path, fs: FileSystem) -> None:
        self._folder = folder
        self._fs = fs
        self._known: dict[str, Entry | None] = {}
        """By name: such a file never changes. None where it says nothing that we understand."""

    def find(self) -> tuple[Aside, ...]:
        """All that can be understood, in the order in which they were put aside.

        Raises:
            DiskError: The folder cannot be read.
        """
        names = self._names()
        self._known = {name: self._known[name] for name in names if name in self._known}
        for name in names:
            written = None if name in self._known else self._read(name)
            if written is not None:
                opened = _aside_in(written)
                self._known[name] = None if opened is None else opened[0]
        found = [(name, self._known.get(name)) for name in names]
        return tuple(Aside(name, entry) for name, entry in found if entry is not None)

    def open(self, name: str) -> tuple[Entry, bytes] | None:
        """The entry and the content of one; None where it is gone, damaged or of a newer stui."""
        return _aside_in(self._read(name) or b"")

    def content_of(self, revision: Revision) -> bytes | None:
        """The content of that revision, where one with it was put aside.

        Raises:
            DiskError: The folder cannot be read.
        """
        for aside in self.find():
            if aside.entry.generation.revision == revision:
                opened = self.open(aside.name)
                if opened is not None:
                    return opened[1]
        return None

    def add(self, generation: Generation, content: bytes) -> None:
        """Put a version aside, durably when this returns.

        Raises:
            DiskError: It was not kept.
        """
        packed = zlib.compress(content)
        entry = Entry(generation, len(packed))
        number = 1 + max((_number_of(name) for name in self._names()), default=0)
        name = f"{number:0{_DIGITS}}-{entry.tag}{_SUFFIX}"
        save_own(self._fs, self._folder / name, line_with(entry) + packed)

    def remove(self, name: str) -> None:
        """Forget one that is in the log now.

        Raises:
            DiskError: It cannot be deleted.
        """
        with explained(self._folder / name):
            self._fs.remove(self._folder / name)

    def sweep(self, now: float) -> None:
        """Delete what crashes left, if it was an hour old at `now`. Never raises."""
        sweep(self._folder, now)

    def _read(self, name: str) -> bytes | None:
        """None where it is gone, or cannot be read now."""
        with suppress(OSError):
            return self._fs.read(self._folder / name, _LIMIT)
        return None

    def _names(self) -> tuple[str, ...]:
        with explained(self._folder):
            found = self._fs.names(self._folder)
        return tuple(sorted((n for n in found if n.endswith(_SUFFIX)), key=_order_of))


def _order_of(name: str) -> tuple[int, str]:
    return _number_of(name), name


def _number_of(name: str) -> int:
    digits = name.partition("-")[0]
    return int(digits) if digits.isascii() and digits.isdecimal() else 0


def _aside_in(written: bytes) -> tuple[Entry, bytes] | None:
    head, _, packed = written.partition(b"\n")
    content = unpacked(packed)
    for line in lines_of(head):
        entry = line.entry
        if entry and content is not None and revision_of(content) == entry.generation.revision:
            return entry, content
    return None
