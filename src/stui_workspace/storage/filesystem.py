"""The disk as storage sees it: six operations, and all that a fake must fake.

What an operation did when it returned survives a power cut: content is flushed
to the device before a name points to it, and a name before anybody is told.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path
from typing import Protocol

from stui_workspace.model.records import dataclass

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
_SHARED_FILE = 0o666  # less the user's mask

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_NONBLOCK = getattr(os, "O_NONBLOCK", 0)  # opening a FIFO must not wait for its other end
_BINARY = getattr(os, "O_BINARY", 0)
_CLOEXEC = getattr(os, "O_CLOEXEC", 0)
_CHUNK = 64 << 10


class Write(Enum):
    """How content gets into a file."""

    NEW = auto()
    """Into a file that must not exist yet; a failure leaves none."""
    APPEND = auto()
    """After what is there, or into a new file; a failure takes it back where it can."""
    OVER = auto()
    """Over what is there, in place; a failure may leave a mixture."""


class FileSystem(Protocol):
    """What storage does to a disk. Every method raises `OSError` when it cannot."""

    def read(self, path: Path, limit: int | None = None) -> bytes | None:
        """The bytes of the regular file at `path`, at most `limit`; None where there is none.

        A symbolic link is not followed, and anything but a regular file is refused.
        """

    def names(self, folder: Path) -> tuple[str, ...]:
        """What is in a folder, sorted; empty where there is no folder."""

    def write(self, path: Path, content: bytes, how: Write, *, like: Path | None = None) -> None:
        """Put `content` into the file and flush it to the device.

        A new file is for its owner only. With `like` it has that file's mode and owner, or, where
        that does not exist, what the system gives to new files.
        """

    def move(self, source: Path, target: Path) -> None:
        """Rename over `target`, atomically for any reader.

        Refuses with `EMLINK` where `target` has other names (hard links), which
        would go on with the old content.
        """

    def remove(self, path: Path) -> None:
        """Take the file away; nothing happens where there is none."""

    def make_folder(self, path: Path) -> None:
        """Make the folder and those above it, for the owner only; fine where it exists."""


@dataclass(frozen=True, slots=True)
class RealFileSystem:
    """The disk itself."""

    move_retries: int = 10 if sys.platform == "win32" else 0
    """How often a rename that is denied is tried again: on Windows an indexer or a
    virus scanner that looks at the target denies it for a moment."""
    wait: Callable[[float], None] = time.sleep

    def read(self, path: Path, limit: int | None = None) -> bytes | None:
        try:
            descriptor = os.open(path, os.O_RDONLY | _NOFOLLOW | _NONBLOCK | _BINARY | _CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            return None
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, "not a regular file", str(path))
            return _read_all(descriptor, max(status.st_size + 1, _CHUNK), limit)
        finally:
            os.close(descriptor)

    def names(self, folder: Path) -> tuple[str, ...]:
        try:
            return tuple(sorted(entry.name for entry in folder.iterdir()))
        except FileNotFoundError:
            return ()

    def write(self, path: Path, content: bytes, how: Write, *, like: Path | None = None) -> None:
        match how:
            case Write.NEW:
                _write_new(path, content, like)
            case Write.APPEND:
                _append(path, content)
            case Write.OVER:
                _write_over(path, content)

    def move(self, source: Path, target: Path) -> None:
        if _has_other_names(target):
            raise OSError(errno.EMLINK, "the file has other names", str(target))
        for attempt in range(self.move_retries + 1):
            try:
                source.replace(target)
                break
            except PermissionError:
                if attempt == self.move_retries:
                    raise
                self.wait(min(0.02 * 2**attempt, 0.2))
        _flush_folder(target.parent)
        if source.parent != target.parent:
            _flush_folder(source.parent)

    def remove(self, path: Path) -> None:
        try:
            path.unlink()
        except (FileNotFoundError, NotADirectoryError):
            return
        _flush_folder(path.parent)

    def make_folder(self, path: Path) -> None:
        missing: list[Path] = []
        above = path
        while not above.is_dir() and above != above.parent:  # a drive may be missing, too
            missing.append(above)
            above = above.parent
        for folder in reversed(missing):
            with suppress(FileExistsError):
                folder.mkdir(PRIVATE_FOLDER)
                with suppress(PermissionError):  # one may make a folder where one may not look
                    _flush_folder(folder.parent)
        if not path.is_dir():
            raise OSError(errno.ENOTDIR, "not a folder", str(path))


def _read_all(descriptor: int, chunk: int, limit: int | None) -> bytes:
    """Everything up to `limit`, in chunks: the size is a guess, the end of the file is the end."""
    chunks: list[bytes] = []
    left = limit
    while left is None or left > 0:
        piece = os.read(descriptor, chunk if left is None else min(left, chunk))
        if not piece:
            break
        chunks.append(piece)
        left = None if left is None else left - len(piece)
    return b"".join(chunks)


def _write_new(path: Path, content: bytes, like: Path | None) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW | _BINARY | _CLOEXEC
    shared = like is not None and not like.exists()
    descriptor = os.open(path, flags, _SHARED_FILE if shared else PRIVATE_FILE)
    try:
        try:
            if like is not None:
                _take_after(descriptor, like)
            _write_all(descriptor, content)
            _flush(descriptor)
        finally:
            os.close(descriptor)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def _append(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | _NOFOLLOW | _NONBLOCK | _BINARY | _CLOEXEC
    descriptor = os.open(path, flags, PRIVATE_FILE)
    try:
        before = os.fstat(descriptor).st_size
        try:
            _write_all(descriptor, content)
            _flush(descriptor)
        except OSError:
            with suppress(OSError):
                os.ftruncate(descriptor, before)
            raise
    finally:
        os.close(descriptor)
    if before == 0:
        _flush_folder(path.parent)


def _write_over(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_RDWR | _NOFOLLOW | _BINARY | _CLOEXEC)
    try:
        _write_all(descriptor, content)
        os.ftruncate(descriptor, len(content))
        _flush(descriptor)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _take_after(descriptor: int, like: Path) -> None:
    """Give the open file the owner, mode and extended attributes of `like`, as far as allowed."""
    try:
        model = like.stat()
    except FileNotFoundError:
        return
    if sys.platform == "win32":
        return
    with suppress(OSError):
        os.fchown(descriptor, model.st_uid, model.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(model.st_mode))  # after the owner, whose change clears bits
    if sys.platform == "linux":
        for name in _attributes_of(like):
            with suppress(OSError):
                os.setxattr(descriptor, name, os.getxattr(like, name))


def _attributes_of(path: Path) -> list[str]:
    try:
        return os.listxattr(path) if sys.platform == "linux" else []
    except OSError:
        return []


def _has_other_names(path: Path) -> bool:
    try:
        status = path.lstat()
        return stat.S_ISREG(status.st_mode) and status.st_nlink > 1
    except FileNotFoundError:
        return False


def _flush(descriptor: int) -> None:
    if sys.platform == "darwin":
        import fcntl

        with suppress(OSError):  # fsync alone stops at the drive's own memory there
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def _flush_folder(path: Path) -> None:
    if sys.platform == "win32":
        return  # Windows has no such call, and needs none
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | _CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # file systems without the notion
            raise
    finally:
        os.close(descriptor)
