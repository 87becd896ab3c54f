"""Contents stored under their own hash: written once, never changed, verified when read."""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Final

from stui_workspace.errors import DiskError
from stui_workspace.model.revision import Revision, revision_of
from stui_workspace.storage.atomic import STALE_SECONDS, save_own, sweep
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem

CONTENT_BYTES: Final = 4 << 20
"""What one content may have."""
PACKED_BYTES: Final = CONTENT_BYTES + (64 << 10)
"""What it may have when packed: a content that does not compress grows a little."""

_REVISION: Final = re.compile(r"[0-9a-f]{32}")
_FOLDER_DIGITS: Final = 2


class BlobStore:
    """The contents in one folder: `ab/cdef…` is the content whose revision is `abcdef…`.

    Anybody may read. To write or to delete, hold the lock of whatever names the contents.
    """

    def __init__(self, folder: Path, fs: FileSystem) -> None:
        self._folder = folder
        self._fs = fs

    def path_of(self, revision: Revision) -> Path:
        """Where the content of that revision is, or would be."""
        return self._folder / revision[:_FOLDER_DIGITS] / revision[_FOLDER_DIGITS:]

    def keep(self, content: bytes) -> int:
        """Store a content, durably when this returns, and return what it takes on the disk.

        One that is there is not written again, unless it is damaged.

        Raises:
            DiskError: It was not stored.
        """
        path = self.path_of(revision_of(content))
        there = self._there(path)
        if there is not None and unpacked(there) == content:
            return len(there)
        packed = zlib.compress(content)
        save_own(self._fs, path, packed)
        return len(packed)

    def holds(self, content: bytes) -> bool:
        """Whether that content can be read back. Never raises."""
        there = self._there(self.path_of(revision_of(content)))
        return there is not None and unpacked(there) == content

    def read(self, revision: Revision) -> bytes | None:
        """The content of that revision, or None where there is none.

        Raises:
            DiskError: It is damaged, or the disk refused.
        """
        path = self.path_of(revision)
        with explained(path):
            packed = self._fs.read(path, PACKED_BYTES + 1)
        if packed is None:
            return None
        content = unpacked(packed)
        if content is None or revision_of(content) != revision:
            raise DiskError(path, "the stored content is damaged", DAMAGED_NEXT_STEP)
        return content

    def remove(self, revisions: Collection[Revision]) -> None:
        """Delete contents, as far as the disk lets us: a later sweep finds the others."""
        for revision in revisions:
            with suppress(OSError):
                self._fs.remove(self.path_of(revision))

    def sweep(self, wanted: Collection[Revision], now: float) -> None:
        """Delete what nobody wants, and what crashes left, if it was an hour old at `now`.

        Never raises, and leaves alone whatever has not a name of ours.
        """
        sweep(self._folder, now)
        for folder in self._folders():
            sweep(folder, now)
            for revision in self._revisions_in(folder):
                if revision not in wanted and _is_stale(self.path_of(revision), now):
                    self.remove([revision])

    def _there(self, path: Path) -> bytes | None:
        """What is stored; None also where it cannot be read: then it is written anew."""
        with suppress(OSError):
            return self._fs.read(path, PACKED_BYTES + 1)
        return None

    def _folders(self) -> list[Path]:
        with suppress(OSError):
            return [self._folder / name for name in self._fs.names(self._folder)]
        return []

    def _revisions_in(self, folder: Path) -> list[Revision]:
        with suppress(OSError):
            found = [folder.name + name for name in self._fs.names(folder)]
            return [
                Revision(one)
                for one in found
                if is_revision(one) and len(folder.name) == _FOLDER_DIGITS
            ]
        return []


DAMAGED_NEXT_STEP: Final = (
    "check the disk; the other versions are unharmed, and another machine may have this one"
)


def is_revision(text: str) -> bool:
    """Whether it is the name of a content, and so fit to be part of a path."""
    return _REVISION.fullmatch(text) is not None


def unpacked(packed: bytes) -> bytes | None:
    """What was packed; None where it is no content of ours, is cut short, or is too long."""
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(packed, CONTENT_BYTES + 1)
    except zlib.error:
        return None
    whole = unpacking.eof and not unpacking.unused_data and len(content) <= CONTENT_BYTES
    return content if whole else None


def check_size(file: str, content: bytes) -> None:
    """Nothing, where a content may be stored.

    Raises:
        DiskError: It is too large.
    """
    if len(content) > CONTENT_BYTES:
        raise DiskError(
            Path(file),
            f"it is larger than {CONTENT_BYTES >> 20} MiB, and no version of it is kept",
            "make it smaller, or keep a copy of it yourself",
        )


def _is_stale(path: Path, now: float) -> bool:
    try:
        return path.lstat().st_mtime < now - STALE_SECONDS
    except OSError:
        return False
