"""A disk in memory that can lose its power or fail, at any step one likes."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from stui_workspace.storage.filesystem import Write

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""What a disk says that can still delete and rename."""


class PowerCut(BaseException):
    """Not an `Exception`, so that no `except Exception` can survive it."""


@dataclass
class FlakyDisk:
    """Keeps what a real disk would have kept after a power cut at step `dies_at`.

    Every operation that changes something has a step before it, one for each state in between
    that a cut can leave, and one after it.
    """

    files: dict[Path, bytes] = field(default_factory=dict)
    folders: set[Path] = field(default_factory=lambda: {Path("/")})
    linked: set[Path] = field(default_factory=set)
    """Files that have other names too."""
    dies_at: int = 0
    """The step, counted from 1, at which the power goes; 0 for never."""
    fails_at: int = 0
    """The operation, counted from 1, that fails with `error`; 0 for none."""
    fails_reading_at: int = 0
    """The reading of a file or folder, counted from 1, that fails with `error`; 0 for none."""
    error: int = errno.EIO
    lasting: bool = False
    """Whether everything after that fails, too; a full disk still deletes and renames."""
    late: bool = False
    """Whether what fails is done all the same, as where the folder cannot be flushed after it."""
    vanishes_at: int = 0
    """The operation, counted from 1, before which `vanishing` goes; 0 for never."""
    vanishing: Sequence[Path] = ()
    """Folders, with everything in them."""
    steps: int = 0
    operations: int = 0
    readings: int = 0
    failed: list[Path] = field(default_factory=list)
    """What it failed at."""

    def read(self, path: Path, limit: int | None = None) -> bytes | None:
        self._fail_reading_if_due(path)
        if path in self.folders:
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        content = self.files.get(path)
        return content if content is None or limit is None else content[:limit]

    def names(self, folder: Path) -> tuple[str, ...]:
        self._fail_reading_if_due(folder)
        if folder in self.files:
            raise NotADirectoryError(errno.ENOTDIR, "not a folder", str(folder))
        everything = (*self.files, *self.folders)
        return tuple(sorted(path.name for path in everything if path.parent == folder != path))

    def write(self, path: Path, content: bytes, how: Write, *, like: Path | None = None) -> None:
        self._vanish_if_due()
        if path in self.folders:
            raise IsADirectoryError(errno.EISDIR, "a folder", str(path))
        old = self.files.get(path)
        if how is Write.NEW and old is not None:
            raise FileExistsError(errno.EEXIST, "exists", str(path))
        if old is None and (how is Write.OVER or path.parent not in self.folders):
            raise FileNotFoundError(errno.ENOENT, "missing", str(path))
        before = b"" if how is not Write.APPEND or old is None else old
        rest = b"" if how is not Write.OVER or old is None else old[len(content) // 2 :]
        with self._operation():
            self.files[path] = before + content[: len(content) // 2] + rest
            self._step()
            if self._is_failing() and not (self.late and how is not Write.NEW):
                self._take_back(path, old, how)
                self._fail(path)
            self.files[path] = before + content
            if self._is_failing():
                self._fail(path)

    def _take_back(self, path: Path, old: bytes | None, how: Write) -> None:
        if how is Write.OVER:
            return
        if old is None:
            del self.files[path]
        else:
            self.files[path] = old

    def move(self, source: Path, target: Path) -> None:
        self._vanish_if_due()
        if source not in self.files or target.parent not in self.folders:
            raise FileNotFoundError(errno.ENOENT, "missing", str(source))
        if target in self.folders:
            raise IsADirectoryError(errno.EISDIR, "a folder", str(target))
        if target in self.linked:
            raise OSError(errno.EMLINK, "the file has other names", str(target))
        with self._operation():
            if not self.late:
                self._fail_if_due(target, uses_space=False)
            self.files[target] = self.files.pop(source)
            self._fail_if_due(target, uses_space=False)

    def remove(self, path: Path) -> None:
        self._vanish_if_due()
        if path in self.files:
            with self._operation():
                if not self.late:
                    self._fail_if_due(path, uses_space=False)
                del self.files[path]
                self._fail_if_due(path, uses_space=False)

    def make_folder(self, path: Path) -> None:
        self._vanish_if_due()
        if path in self.folders:
            return
        if path in self.files:
            raise NotADirectoryError(errno.ENOTDIR, "not a folder", str(path))
        self.make_folder(path.parent)
        with self._operation():
            self._fail_if_due(path)
            self.folders.add(path)

    def reboot(self) -> FlakyDisk:
        """The same disk under power again, and reliable from now on."""
        return FlakyDisk(dict(self.files), set(self.folders), set(self.linked))

    @contextmanager
    def _operation(self) -> Iterator[None]:
        self.operations += 1
        self._step()
        yield
        self._step()

    def _step(self) -> None:
        self.steps += 1
        if 0 < self.dies_at <= self.steps:  # and nothing happens after it
            raise PowerCut

    def _is_failing(self) -> bool:
        return self.operations == self.fails_at or (
            self.lasting and 0 < self.fails_at < self.operations
        )

    def _fail_if_due(self, path: Path, *, uses_space: bool = True) -> None:
        if self._is_failing() and (uses_space or not (self.lasting and self.error in FULL)):
            self._fail(path)

    def _fail_reading_if_due(self, path: Path) -> None:
        self.readings += 1
        if self.readings == self.fails_reading_at:
            self._fail(path)

    def _fail(self, path: Path) -> NoReturn:
        self.failed.append(path)
        raise OSError(self.error, "the test wants it", str(path))

    def _vanish_if_due(self) -> None:
        if self.operations + 1 != self.vanishes_at:
            return
        self.vanishes_at = 0
        for folder in self.vanishing:
            self.files = {p: c for p, c in self.files.items() if folder not in p.parents}
            self.folders = {p for p in self.folders if folder not in (p, *p.parents)}
