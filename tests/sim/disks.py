"""The disk of a simulated machine: real files, with the power cuts and refusals of a bad day."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from doubles.flaky_disk import PowerCut
from stui_workspace.storage.filesystem import PRIVATE_FILE, PRIVATE_FOLDER, RealFileSystem, Write

_SHARED_FILE = 0o644


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the disk says no to for a while."""

    error: int
    below: Path
    share: float
    """How many of the operations fail."""
    reads: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """When the power goes: in, before or after one operation that changes something."""

    operations: int
    moment: str
    """before, middle or after"""


class SimDisk:
    """A `FileSystem` on real files. Nothing is flushed; files have the time of the machine.

    After a power cut every call is one, until `reboot`: nothing that the dying program does on its
    way out reaches the disk.
    """

    def __init__(self, clock: Callable[[], float], chance: Random) -> None:
        self._clock = clock
        self._chance = chance
        self._real = RealFileSystem()
        self.changed: Callable[[Path], None] = lambda path: None
        """Told of every file that was written, moved or removed."""
        self.interrupt: Callable[[], None] | None = None
        """Done once, when the next new file is about to be written."""
        self.refusal: Refusal | None = None
        self.cut: Cut | None = None
        self.is_dead = False
        self.refused_count = 0

    def reboot(self) -> None:
        """Power again."""
        self.is_dead = False
        self.cut = None

    def read(self, path: Path, limit: int | None = None) -> bytes | None:
        self._live()
        if self.refusal is not None and self.refusal.reads:
            self._refuse(path)
        return self._real.read(path, limit)

    def names(self, folder: Path) -> tuple[str, ...]:
        self._live()
        try:
            return tuple(sorted(os.listdir(folder)))  # noqa: PTH208 (a Path of each name costs)
        except FileNotFoundError:
            return ()

    def write(self, path: Path, content: bytes, how: Write, *, like: Path | None = None) -> None:
        interrupt = self.interrupt
        if interrupt is not None and how is Write.NEW and like is not None:
            self.interrupt = None
            interrupt()
        moment = self._begin(path)
        part = content[: len(content) // 2] if moment == "middle" else content
        flags = {
            Write.NEW: os.O_WRONLY | os.O_CREAT | os.O_EXCL,
            Write.APPEND: os.O_WRONLY | os.O_CREAT | os.O_APPEND,
            Write.OVER: os.O_WRONLY,
        }[how]
        descriptor = os.open(path, flags, PRIVATE_FILE)
        try:
            if like is not None:
                os.fchmod(descriptor, _mode_of(like))
            os.write(descriptor, part)
            if how is Write.OVER and not moment:
                os.ftruncate(descriptor, len(content))
            now = self._clock()
            os.utime(descriptor, (now, now))
        finally:
            os.close(descriptor)
        self._end(path, moment)

    def move(self, source: Path, target: Path) -> None:
        moment = self._begin(target)
        if moment == "middle":
            self._die()
        os.replace(source, target)  # noqa: PTH105 (often called)
        self._end(target, moment)

    def remove(self, path: Path) -> None:
        if not os.path.lexists(path):
            self._live()
            return
        moment = self._begin(path)
        if moment == "middle":
            self._die()
        with suppress(FileNotFoundError):
            os.unlink(path)  # noqa: PTH108 (often called)
        self._end(path, moment)

    def make_folder(self, path: Path) -> None:
        self._live()
        if not os.path.isdir(path):  # noqa: PTH112 (often called)
            self._begin(path)
            path.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)

    def _live(self) -> None:
        if self.is_dead:
            raise PowerCut

    def _die(self) -> None:
        self.is_dead = True
        raise PowerCut

    def _refuse(self, path: Path) -> None:
        refusal = self.refusal
        if refusal is None or not path.is_relative_to(refusal.below):
            return
        if self._chance.random() < refusal.share:
            self.refused_count += 1
            raise OSError(refusal.error, os.strerror(refusal.error), str(path))

    def _begin(self, path: Path) -> str:
        """In which moment of this operation the power goes; empty where it stays."""
        self._live()
        self._refuse(path)
        cut = self.cut
        if cut is None:
            return ""
        if cut.operations > 1:
            self.cut = Cut(cut.operations - 1, cut.moment)
            return ""
        if cut.moment == "before":
            self._die()
        return cut.moment

    def _end(self, path: Path, moment: str) -> None:
        self.changed(path)
        if moment:
            self._die()


def _mode_of(like: Path) -> int:
    try:
        return stat.S_IMODE(os.stat(like).st_mode)  # noqa: PTH116 (often called)
    except FileNotFoundError:
        return _SHARED_FILE
