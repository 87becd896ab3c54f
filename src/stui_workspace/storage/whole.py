"""Reading a file of ours whole, and setting apart what cannot be one of them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from stui_workspace.errors import DiskError
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem

_MIB: Final = 1 << 20


class TooLargeError(DiskError):
    """The file is larger than any that we write: it is damaged, and was not read to its end."""


def read_whole(fs: FileSystem, path: Path, most_bytes: int) -> bytes | None:
    """The bytes of the regular file at `path`; None where there is none.

    Raises:
        TooLargeError: It has more than `most_bytes`.
        DiskError: It cannot be read.
    """
    with explained(path):
        content = fs.read(path, most_bytes + 1)
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
        taken = set(fs.names(path.parent))
        number = 1
        while f"{path.name}.damaged-{number}" in taken:
            number += 1
        target = path.with_name(f"{path.name}.damaged-{number}")
        fs.move(path, target)
    return target
