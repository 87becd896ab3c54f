"""Reading a file of ours whole, and setting apart what cannot be one of them."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Final

from stui_workspace.errors import DiskError
from stui_workspace.storage.disk_errors import explain, explained
from stui_workspace.storage.filesystem import FileSystem, Write

_MIB: Final = 1 << 20


_FOREIGN: Final = frozenset({errno.EINVAL, errno.ELOOP, errno.EISDIR, errno.ENXIO})
"""What reading says of a folder, a symbolic link, a FIFO or a socket in the place of a file."""


class NotOursError(DiskError):
    """What stands there cannot be a file that we wrote."""


class TooLargeError(NotOursError):
    """The file is larger than any that we write: it is damaged, and was not read to its end."""


def read_whole(fs: FileSystem, path: Path, most_bytes: int) -> bytes | None:
    """The bytes of the regular file at `path`; None where there is none.

    Raises:
        TooLargeError: It has more than `most_bytes`.
        NotOursError: It is no regular file.
        DiskError: It cannot be read.
    """
    with explained(path):
        try:
            content = fs.read(path, most_bytes + 1)
        except OSError as error:
            if error.errno not in _FOREIGN:
                raise
            told = explain(error, path)
            raise NotOursError(path, told.reason, "move it out of the way") from error
    if content is not None and len(content) > most_bytes:
        raise TooLargeError(
            path,
            f"it is damaged: larger than {max(most_bytes // _MIB, 1)} MiB",
            "move it out of the way",
        )
    return content


def set_apart(fs: FileSystem, path: Path) -> Path:
    """Rename a damaged file to `<name>.damaged-<n>`, and return where it is now.

    Raises:
        DiskError: It cannot be renamed.
    """
    with explained(path):
        target = _damaged_name(fs, path)
        fs.move(path, target)
    return target


def copy_apart(fs: FileSystem, path: Path, content: bytes) -> Path:
    """Keep the content of a file that goes on being used as `<name>.damaged-<n>`; return where.

    Where there is no room for a copy, the file itself is renamed.

    Raises:
        DiskError: It can be neither copied nor renamed.
    """
    with explained(path):
        target = _damaged_name(fs, path)
        try:
            fs.write(target, content, Write.NEW)
        except OSError:
            fs.move(path, target)
    return target


def _damaged_name(fs: FileSystem, path: Path) -> Path:
    taken = set(fs.names(path.parent))
    number = 1
    while f"{path.name}.damaged-{number}" in taken:
        number += 1
    return path.with_name(f"{path.name}.damaged-{number}")
