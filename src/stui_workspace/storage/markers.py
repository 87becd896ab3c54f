"""Locks on a file system that has none: a file that says who holds the lock.

It is there as long as the lock is held, and longer where its holder was killed. So it says
which machine, which start of it and which of its programs that is; whoever finds that this one
is gone takes the file away. Of a holder on another machine nothing can be known: it holds.

Only who has the second file, `.breaking`, takes the file of another away, after reading it once
more: else two that both found it stale would each remove a lock that the other just got.
"""

from __future__ import annotations

import json
import os
import platform
import time
import uuid
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from pathlib import Path

from stui_workspace.model.records import dataclass
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem, Write

UNREADABLE_SECONDS = 60.0
"""How old a file is that says nothing when its writer cannot be at it any more."""

_LIMIT = 4096
_BEGAN = 19  # where the time stands in what proc(5) calls stat, after the name


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock."""

    machine: str
    boot: str
    """Which start of the machine; empty where it does not tell."""
    pid: int
    started: str
    """When the program began, as the machine counts; empty where it does not tell."""
    token: str
    """Tells two locks of one program apart."""

    def is_gone(self) -> bool:
        """Whether the program has certainly ended."""
        if self.machine != _machine():
            return False
        if self.boot != _boot():
            return bool(self.boot and _boot())
        return not _is_alive(self.pid) or (
            bool(self.started) and self.started != _started(self.pid)
        )


class Marker:
    """A lock at `path`, made of a file beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(f"{path.name}.held")
        self._breaking = path.with_name(f"{path.name}.breaking")
        self._fs: FileSystem = RealFileSystem()
        self._ours = _this_program()

    def acquire(self) -> bool:
        """Whether the lock is ours now. Never waits.

        Raises:
            OSError: The disk refused.
        """
        return self._take(self.path) or (self._clear() and self._take(self.path))

    def release(self) -> None:
        """Let it go, where it is still ours.

        Raises:
            OSError: The disk refused.
        """
        if self._read(self.path) == self._ours:
            self._fs.remove(self.path)

    def _take(self, path: Path) -> bool:
        content = json.dumps(asdict(self._ours)).encode("ascii")
        try:
            self._fs.write(path, content, Write.NEW)
        except FileExistsError:
            return False
        return True

    def _clear(self) -> bool:
        """Whether nobody's file is in the way any more."""
        if not self._is_abandoned() or not self._take(self._breaking):
            return False
        try:
            if self._is_abandoned():  # still: nobody else may take it away now
                self._fs.remove(self.path)
        finally:
            self._fs.remove(self._breaking)
        return True

    def _is_abandoned(self) -> bool:
        holder = self._read(self.path)
        if holder is not None:
            return holder.is_gone()
        try:
            return time.time() - self.path.lstat().st_mtime > UNREADABLE_SECONDS
        except FileNotFoundError:
            return True

    def _read(self, path: Path) -> Holder | None:
        """Who is named in a file; None where it names nobody, as one that is just being written."""
        try:
            match json.loads(self._fs.read(path, _LIMIT) or b"null"):
                case {
                    "machine": str(machine),
                    "boot": str(boot),
                    "pid": int(pid),
                    "started": str(started),
                    "token": str(token),
                } if pid > 0:
                    return Holder(machine, boot, pid, started, token)
        except (ValueError, RecursionError):
            pass
        return None


def _this_program() -> Holder:
    pid = os.getpid()
    return Holder(_machine(), _boot(), pid, _started(pid), os.urandom(8).hex())


@cache
def _machine() -> str:
    """A name that no other machine has, nor a container that numbers its programs by itself."""
    identity = _text_of(Path("/etc/machine-id")) or f"{uuid.getnode():x}"
    numbering = ""
    with suppress(OSError):
        numbering = str(Path("/proc/self/ns/pid").stat().st_ino)
    return f"{platform.node()}/{identity}/{numbering}"


@cache
def _boot() -> str:
    return _text_of(Path("/proc/sys/kernel/random/boot_id"))


def _started(pid: int) -> str:
    """When a program began; empty where that is not told, or only its parent must still look."""
    fields = _text_of(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    if len(fields) <= _BEGAN or fields[0] in "ZX":
        return ""
    return fields[_BEGAN]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        pass
    return True


def _text_of(path: Path) -> str:
    with suppress(OSError):
        return path.read_text("ascii", "replace").strip()
    return ""
