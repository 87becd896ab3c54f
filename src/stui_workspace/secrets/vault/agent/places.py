"""Where the agent is reached: a socket that its user alone can reach, and never a long path."""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from stui_workspace.errors import DiskError
from stui_workspace.model.records import dataclass
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import PRIVATE_FILE, PRIVATE_FOLDER, RealFileSystem
from stui_workspace.storage.locations import Locations

IS_AVAILABLE: Final = sys.platform != "win32"
"""Whether this system has sockets that are reached by a path, and can tell who is at the end."""
_LONGEST_PATH: Final = 100
"""Bytes; systems differ, and take 103 at least."""
_SHORT: Final = Path("/tmp")  # noqa: S108 (the folder in it is private, and checked)
_BACKLOG: Final = 16


@dataclass(frozen=True, slots=True)
class Place:
    """Where the agent of one vault is reached."""

    folder: Path
    """Ours alone. When it is taken away, the agent ends."""

    @property
    def socket(self) -> Path:
        """In the folder; in a short one of the user's own where that path is too long for a socket.

        The same whatever the environment is: a program that cron starts finds it, too.
        """
        path = self.folder / "agent.sock"
        if len(os.fsencode(path)) <= _LONGEST_PATH or sys.platform == "win32":
            return path
        digest = hashlib.blake2b(os.fsencode(path), digest_size=12).hexdigest()
        return _SHORT / f"stui-{os.geteuid()}" / f"vault-{digest}.sock"

    @property
    def lock(self) -> Path:
        """Held by the agent as long as it lives."""
        return self.folder / "agent.lock"


def place_of(locations: Locations) -> Place:
    """Where the agent of this user's vault is."""
    return Place(locations.state / "vault-agent")


def make_private(place: Place) -> None:
    """Return when both folders are there, and nobody else's.

    Raises:
        DiskError: Others may use one of them, or it cannot be made.
    """
    for folder in (place.folder, place.socket.parent):
        with explained(folder):
            RealFileSystem().make_folder(folder.parent)
            with suppress(FileExistsError):
                folder.mkdir(PRIVATE_FOLDER)
        if not is_private(folder):
            raise DiskError(
                folder, "others may use this folder", "`chmod 700` it if it is yours alone"
            )


def is_private(folder: Path) -> bool:
    """Whether there is a folder, no link, that is ours and that nobody else may even enter."""
    if sys.platform == "win32":
        return False
    try:
        status = folder.lstat()
    except OSError:
        return False
    is_ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()
    return is_ours and not stat.S_IMODE(status.st_mode) & 0o077


def listen(path: Path) -> socket.socket:
    """A socket that listens at `path`; what was left there by one that was killed is taken away.

    Whoever calls it holds the lock of the place.

    Raises:
        DiskError: It cannot be bound, or what is there is no socket.
    """
    if sys.platform == "win32":
        raise DiskError(path, "this system has no such sockets")
    with explained(path):
        with suppress(FileNotFoundError):
            if not stat.S_ISSOCK(path.lstat().st_mode):
                raise DiskError(path, "it is there, and is no socket", "move it out of the way")
            path.unlink()
        one = socket.socket(socket.AF_UNIX)
        try:
            one.bind(os.fspath(path))
            path.chmod(PRIVATE_FILE)
            one.listen(_BACKLOG)
        except BaseException:
            one.close()
            raise
    one.setblocking(False)
    return one


def user_at(peer: socket.socket) -> int | None:
    """The number of the user at the other end, as the system says; None where it does not."""
    try:
        if sys.platform == "linux":
            size = struct.calcsize("3i")
            raw = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
            return int(struct.unpack("3i", raw)[1])
        return _user_elsewhere(peer.fileno())
    except (OSError, AttributeError, struct.error):
        return None


def _user_elsewhere(descriptor: int) -> int | None:
    """As macOS and the BSDs tell it."""
    import ctypes

    user, group = ctypes.c_uint32(), ctypes.c_uint32()
    ask = ctypes.CDLL(None).getpeereid
    if ask(descriptor, ctypes.byref(user), ctypes.byref(group)) != 0:
        return None
    return user.value
