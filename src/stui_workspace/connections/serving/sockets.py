"""Unix sockets that only their owner reaches: where they can be, and who may take one over."""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from stui_workspace.errors import UsageError
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import PRIVATE_FILE, PRIVATE_FOLDER, RealFileSystem
from stui_workspace.storage.lock import try_hold

LONGEST_PATH: Final = 100
"""Bytes; systems differ, and take 103 at least."""
_BACKLOG: Final = 64
HAS_UNIX_SOCKETS: Final = sys.platform != "win32"


def socket_path(folder: Path, name: str) -> Path:
    """A path for a socket that belongs to `folder`: in it, or in a short folder of the user's own.

    Raises:
        DiskError: The folder cannot be made.
    """
    path = folder / f"{name}.sock"
    if len(os.fsencode(path)) <= LONGEST_PATH:
        return path
    digest = hashlib.blake2b(os.fsencode(path), digest_size=8).hexdigest()
    return _short_folder() / f"{digest}.sock"


def private_folder(path: Path) -> None:
    """Return if the folder is ours and nobody else's; made where it is missing.

    Raises:
        UsageError: Others may use it.
        DiskError: It cannot be made, or looked at.
    """
    with explained(path):
        RealFileSystem().make_folder(path)
        status = path.lstat()
    if sys.platform == "win32":
        return
    is_ours = status.st_uid == os.geteuid() and stat.S_ISDIR(status.st_mode)
    if not is_ours or stat.S_IMODE(status.st_mode) & 0o077:
        raise UsageError(
            f"others may use the folder {path}", f"`chmod 700` it if it is yours alone: {path}"
        )


@contextmanager
def owned(path: Path) -> Iterator[None]:
    """A block in which the path of a socket is ours, and nothing is there yet.

    A socket that an earlier server left is taken away; one that serves still is not touched.

    Raises:
        UsageError: A server listens there, or what is there is no socket, or others may use the
            folder.
        DiskError: The folder cannot be used.
    """
    private_folder(path.parent)
    lock = try_hold(path.with_name(f"{path.name}.lock"))
    if lock is None:
        raise UsageError(f"a server listens at {path} already", "connect to it, or end it")
    with lock:
        _take_away(path)
        try:
            yield
        finally:
            with suppress(OSError):
                path.unlink()


def bound(path: Path) -> socket.socket:
    """A socket that listens at a path that is `owned`.

    Raises:
        DiskError: It cannot be bound.
    """
    one = socket.socket(socket.AF_UNIX)
    try:
        with explained(path):
            one.bind(os.fspath(path))
            path.chmod(PRIVATE_FILE)
            one.listen(_BACKLOG)
    except BaseException:
        one.close()
        raise
    one.setblocking(False)
    return one


def _take_away(path: Path) -> None:
    with explained(path):
        try:
            status = path.lstat()
        except FileNotFoundError:
            return
        if not stat.S_ISSOCK(status.st_mode):
            raise UsageError(f"{path} is there, and is no socket", "name another path")
        if _is_answered(path):
            raise UsageError(f"a server listens at {path} already", "connect to it, or end it")
        path.unlink()


def _is_answered(path: Path) -> bool:
    """Whether a program listens there that knows nothing of our lock."""
    with socket.socket(socket.AF_UNIX) as one:
        one.settimeout(1.0)
        try:
            one.connect(os.fspath(path))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except OSError:  # it is there, and has no time for us
            return True
    return True


def _short_folder() -> Path:
    base = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    if len(os.fsencode(base)) > LONGEST_PATH // 2:
        base = "/tmp"  # noqa: S108 (the folder in it is private, and checked)
    folder = Path(base) / f"stui-{os.geteuid()}"
    with explained(folder), suppress(FileExistsError):
        folder.mkdir(PRIVATE_FOLDER)
    private_folder(folder)
    return folder
