"""Saving a file so that a crash at any instant leaves it whole, and reading one once.

The recipe: resolve, compare, write a temporary file beside, compare again,
rename. Between the second comparison and the rename another writer can still
slip in for microseconds; callers hold a lock against writers that take locks.

Source: T. S. Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014:
content before name, and the folder after both.
"""

from __future__ import annotations

import errno
import os
import re
import sys
from contextlib import suppress
from pathlib import Path

from stui_workspace.errors import DiskError, StaleRevisionError
from stui_workspace.model.revision import Revision, revision_of
from stui_workspace.storage.disk_errors import MissingFileError, explain, explained
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem, Write
from stui_workspace.storage.whole import set_apart

WORKSPACE_BYTES = 1 << 20
"""What is read of a workspace file; the document refuses anything longer."""

STALE_SECONDS = 3600.0
"""How old a temporary file is when nobody can be writing it any more."""

_TEMPORARY = re.compile(r"\.~.+\.[0-9a-f]{8}\.tmp\Z")
_LONGEST_NAME = 200  # bytes of the target's name kept in the temporary one, of 255 allowed

_IN_PLACE = frozenset({errno.EBUSY, errno.EXDEV, errno.EROFS, errno.EMLINK}) | (
    frozenset() if sys.platform == "win32" else frozenset({errno.EPERM, errno.EACCES})
)
"""Where a rename is refused though the file itself may be writable: a file that is
mounted by itself, hard links, a folder that is not ours. On Windows a denial means
that somebody has the file open, and that is no moment to write into it."""


def save(
    fs: FileSystem,
    path: Path,
    content: bytes,
    *,
    expected: Revision | None,
    rescue: Path | None = None,
) -> Revision:
    """Replace the content of `path`, durably, if it is still as we read it.

    Content that is already there is not written again: its time stamp stays.

    Args:
        fs: The disk.
        path: A symbolic link is followed; its target is what is replaced.
        content: All of the new content.
        expected: The revision the new content was made from; None to create.
        rescue: A private folder that receives the old content first where the file can only be
            written in place, which a power cut may tear.

    Returns:
        The revision now on disk.

    Raises:
        StaleRevisionError: The file is not at `expected`. Nothing was written.
        DiskError: The disk refused. `path` holds its old bytes.
    """
    target = Path(os.path.realpath(path))
    with explained(path):
        old = _checked(fs, target, expected)
        if old == content:
            return revision_of(content)
        temporary = temporary_name(target)
        try:
            _swap(fs, target, temporary, (old, content), rescue)
        except _TornError as error:
            raise error.told(path) from error
        except BaseException:  # also when somebody presses Ctrl-C
            _forget(fs, temporary)
            raise
    return revision_of(content)


def save_own(fs: FileSystem, path: Path, content: bytes) -> Revision:
    """Replace a file that only we write, and make its folder where it is missing.

    A folder that stands in its place is renamed to `<name>.damaged-<n>`.

    Raises:
        DiskError: The disk refused. `path` holds its old bytes.
    """
    with explained(path):
        fs.make_folder(path.parent)
        temporary = temporary_name(path)
        try:
            fs.write(temporary, content, Write.NEW)
            try:
                fs.move(temporary, path)
            except IsADirectoryError:
                set_apart(fs, path)
                fs.move(temporary, path)
        except BaseException:
            _forget(fs, temporary)
            raise
    return revision_of(content)


def read_bounded(path: Path, limit: int) -> bytes:
    """All bytes of a regular file, opened once and never through a symbolic link.

    Raises:
        MissingFileError: There is no such file (a `DiskError`).
        DiskError: It cannot be read, is no regular file, or has more than `limit` bytes.
    """
    with explained(path):
        content = RealFileSystem().read(path, limit + 1)
    if content is None:
        raise explain(FileNotFoundError(errno.ENOENT, ""), path)
    if len(content) > limit:
        raise DiskError(path, f"it is larger than {limit:,} bytes", "use a smaller file")
    return content


def read_workspace(path: Path, root: Path, fs: FileSystem | None = None) -> bytes:
    """The bytes of a workspace file, or of a file it names.

    Of a file that is too large one byte more than `WORKSPACE_BYTES` is returned: enough for the
    document to say so. A symbolic link is followed only to a regular file inside `root`.

    Raises:
        MissingFileError: There is no such file (a `DiskError`).
        DiskError: It cannot be read, is no regular file, or stands outside the project.
    """
    with explained(path):
        real, inside = Path(os.path.realpath(path)), Path(os.path.realpath(root))
        if not real.is_relative_to(inside):
            raise DiskError(
                path, "it leads out of the project", "put a regular file into the project"
            )
        content = (fs or RealFileSystem()).read(real, WORKSPACE_BYTES + 1)
    if content is None:
        raise explain(FileNotFoundError(errno.ENOENT, ""), path)
    return content


def temporary_name(target: Path) -> Path:
    """A new name beside `target` that sync tools and our own watcher can tell."""
    stem = target.name.lstrip(".").encode()[:_LONGEST_NAME].decode("utf-8", "ignore")
    return target.with_name(f".~{stem}.{os.urandom(4).hex()}.tmp")


def is_temporary(name: str) -> bool:
    """Whether a file of that name is one that a save made on its way."""
    return _TEMPORARY.match(name) is not None


def sweep(folder: Path, now: float) -> int:
    """Delete the temporary files that crashes left in `folder`, and say how many.

    Only those that were an hour old at `now`: a younger one may be at work. Never raises.
    """
    deadline = now - STALE_SECONDS
    count = 0
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if is_temporary(entry.name) and entry.stat(follow_symlinks=False).st_mtime < deadline:
                with suppress(OSError):
                    Path(entry.path).unlink()
                    count += 1
    return count


def _checked(fs: FileSystem, target: Path, expected: Revision | None) -> bytes | None:
    """The content of `target`, which must be at `expected`."""
    content = fs.read(target)
    found = None if content is None else revision_of(content)
    if found != expected:
        raise StaleRevisionError(target, expected=expected, found=found)
    return content


class _TornError(Exception):
    """A file that was written in place has neither its old content nor the new."""

    def __init__(self, cause: BaseException, kept: tuple[Path, ...]) -> None:
        super().__init__(cause)
        self.cause = cause
        self.kept = kept

    def told(self, path: Path) -> DiskError:
        """What is to be said about it."""
        reason = explain(self.cause, path).reason if isinstance(self.cause, OSError) else "stopped"
        where = " and ".join(map(str, self.kept)) or "memory only: save it once more"
        return DiskError(
            path, f"{reason} in the middle of it, and it is torn", f"whole is what is in {where}"
        )


def _swap(
    fs: FileSystem,
    target: Path,
    temporary: Path,
    old_and_new: tuple[bytes | None, bytes],
    rescue: Path | None,
) -> None:
    old, new = old_and_new
    whole: list[Path] = []
    try:
        fs.write(temporary, new, Write.NEW, like=target)
        whole.append(temporary)
        _checked(fs, target, None if old is None else revision_of(old))
        fs.move(temporary, target)
    except OSError as error:
        if old is None or error.errno not in _IN_PLACE:
            raise
        if rescue is not None:
            whole.append(_rescued(fs, target, old, rescue))
        _checked(fs, target, revision_of(old))  # somebody may have saved while we tried
        _save_in_place(fs, target, (old, new), tuple(whole))
        _forget(fs, temporary)  # only now: until then it was the one whole copy of the new


def _rescued(fs: FileSystem, target: Path, old: bytes, rescue: Path) -> Path:
    """Where the old content is kept now."""
    keep = rescue / f"{revision_of(old)}-{target.name.lstrip('.')[:_LONGEST_NAME]}"
    if fs.read(keep) != old:
        save_own(fs, keep, old)
    return keep


def _save_in_place(
    fs: FileSystem, target: Path, old_and_new: tuple[bytes, bytes], kept: tuple[Path, ...]
) -> None:
    old, new = old_and_new
    try:
        fs.write(target, new, Write.OVER)
        _verify(fs, target, new)
    except BaseException as error:
        try:
            fs.write(target, old, Write.OVER)
            _verify(fs, target, old)
        except OSError:
            if _is_torn(fs, target, old_and_new):
                raise _TornError(error, kept) from error
        raise


def _is_torn(fs: FileSystem, target: Path, old_and_new: tuple[bytes, bytes]) -> bool:
    try:
        return fs.read(target) not in old_and_new
    except OSError:
        return True


def _verify(fs: FileSystem, target: Path, content: bytes) -> None:
    if fs.read(target) != content:
        raise OSError(errno.EIO, "read back something else", str(target))


def _forget(fs: FileSystem, temporary: Path) -> None:
    with suppress(OSError):
        fs.remove(temporary)


__all__ = [
    "STALE_SECONDS",
    "WORKSPACE_BYTES",
    "MissingFileError",
    "is_temporary",
    "read_bounded",
    "read_workspace",
    "save",
    "save_own",
    "sweep",
    "temporary_name",
]
