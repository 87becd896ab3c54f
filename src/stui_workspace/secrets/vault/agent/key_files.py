"""Keys in files: random, and of one user alone."""

from __future__ import annotations

import base64
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from stui_workspace.errors import DiskError
from stui_workspace.secrets.vault.keys import KEY_BYTES, LONGEST_RAW_KEY, RawKey, SlotKind
from stui_workspace.storage.disk_errors import explain, explained
from stui_workspace.storage.filesystem import RealFileSystem, Write

_ROOT: Final = 0


def read_key_file(path: Path) -> RawKey:
    """The key in a file that nobody else may read. A line end behind it does not count.

    A symbolic link is followed, as those who hand secrets to services make them: what it leads to
    is looked at.

    Raises:
        DiskError: There is none, it is not a regular file, or others may read it.
        UsageError: It is too short or too long to be a key.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    with explained(path):
        descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
        try:
            _check(path, os.fstat(descriptor))
            content = _content(descriptor)
        finally:
            os.close(descriptor)
    return RawKey(content.rstrip(b"\r\n") if content.isascii() else content, SlotKind.FILE)


def new_key_file(path: Path, chance: Callable[[int], bytes] = os.urandom) -> RawKey:
    """A new key, which is in a new file at `path`, for its owner only.

    Raises:
        DiskError: Something is there already, or it cannot be written.
    """
    key = base64.urlsafe_b64encode(chance(KEY_BYTES)).rstrip(b"=")
    try:
        RealFileSystem().write(path, key + b"\n", Write.NEW)
    except FileExistsError as error:
        raise DiskError(
            path, "it is there already", "name a new file; a key is never written over"
        ) from error
    except OSError as error:
        raise explain(error, path) from error
    return RawKey(key, SlotKind.FILE)


def _check(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise DiskError(path, "it is not a regular file", "put the key in one, for you alone")
    if sys.platform == "win32":
        return  # the folders of a user's profile are theirs
    if status.st_uid not in (os.geteuid(), _ROOT):
        raise DiskError(path, "it belongs to another user", "make a key file of your own")
    others = stat.S_IMODE(status.st_mode) & 0o077
    if status.st_uid == status.st_gid == _ROOT != os.geteuid():
        others &= ~stat.S_IRGRP  # how systemd hands it to us: root's own, and a list that names us
    if others:
        raise DiskError(path, "others may read it", "`chmod 600` it; if others did, make a new key")


def _content(descriptor: int) -> bytes:
    content = b""
    while len(content) <= LONGEST_RAW_KEY + 2 and (piece := os.read(descriptor, 1 << 16)):
        content += piece
    return content
