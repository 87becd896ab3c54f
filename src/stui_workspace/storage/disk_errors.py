"""From what the operating system says to what a person can do about it."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stui_workspace.errors import DiskError

_FULL = "free some space, or set STUI_HOME to a folder on another disk"
_READ_ONLY = "make it writable, or set STUI_HOME to a folder that is"
_GONE = "check that the folder is still there and its disk is connected"
_HARDWARE = "check the disk and its connection; what was saved before is unchanged"

_SAYINGS: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("the disk is full", _FULL),
    errno.EDQUOT: ("your disk quota is used up", _FULL),
    errno.EFBIG: ("the file would be larger than the disk allows", _FULL),
    errno.EROFS: ("the disk is read-only", _READ_ONLY),
    errno.EACCES: ("permission denied", "check who may read and write it"),
    errno.EPERM: ("not permitted", "check who may read and write it"),
    errno.EIO: ("the disk failed", _HARDWARE),
    errno.ENODEV: ("the disk is gone", _GONE),
    errno.ENXIO: ("the disk is gone", _GONE),
    errno.ENOENT: ("there is no such file or folder", _GONE),
    errno.ENOTDIR: ("a part of the path is a file, not a folder", "move that file out of the way"),
    errno.EISDIR: ("it is a folder, not a file", "move that folder out of the way"),
    errno.ENAMETOOLONG: ("the path is too long", "use a folder with a shorter path"),
    errno.ELOOP: ("it is a symbolic link", "put a regular file there"),
    errno.EINVAL: ("it is not a regular file", "put a regular file there"),
    errno.EMFILE: ("too many files are open", "close some programs and try again"),
    errno.ENFILE: ("too many files are open", "close some programs and try again"),
    errno.EBUSY: ("another program is using it", "close that program and try again"),
    errno.ESTALE: ("the network folder went away", _GONE),
    errno.ETIMEDOUT: ("the network folder does not answer", _GONE),
}


class MissingFileError(DiskError):
    """There is no file of that name."""


def explain(error: OSError, path: Path) -> DiskError:
    """The error in our words: what is wrong with `path`, and what to do."""
    code = error.errno or 0
    reason, next_step = _SAYINGS.get(
        code, (error.strerror or type(error).__name__, "check the disk and try again")
    )
    kind = MissingFileError if code == errno.ENOENT else DiskError
    return kind(path, reason, next_step)


def is_full(error: DiskError) -> bool:
    """Whether it says that there is no room, which may be otherwise in a moment."""
    cause = error.__cause__
    return isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """A block in which an `OSError` becomes a `DiskError` about `path`."""
    try:
        yield
    except OSError as error:
        raise explain(error, path) from error
