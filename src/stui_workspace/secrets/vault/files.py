"""Reading the file of a vault, and replacing it so that a crash at any instant leaves one whole."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from stui_workspace.errors import LockTimeoutError, StaleRevisionError
from stui_workspace.model.revision import revision_of
from stui_workspace.secrets.vault.errors import VaultBusyError
from stui_workspace.secrets.vault.format import MOST_BYTES, SUBJECT
from stui_workspace.secrets.vault.places import Tools, VaultPlace
from stui_workspace.storage.atomic import save_own, sweep, temporary_name
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem, Write
from stui_workspace.storage.lock import hold


@contextmanager
def locked(place: VaultPlace, tools: Tools) -> Iterator[None]:
    """A block within which no other stui writes the vault.

    Raises:
        VaultBusyError: Another one holds it all the time.
        DiskError: It cannot be locked.
    """
    try:
        with hold(place.lock, tools.lock_seconds):
            yield
    except LockTimeoutError as error:
        raise VaultBusyError(SUBJECT, "another stui is writing to it") from error


def read_file(path: Path, tools: Tools) -> bytes | None:
    """What is in the file, and of one that is too long no more than shows that; None without one.

    Raises:
        DiskError: It cannot be read, or is no regular file.
    """
    with explained(path):
        return tools.fs.read(path, MOST_BYTES + 1)


def replace_file(
    place: VaultPlace, tools: Tools, old: bytes | None, new: bytes, *, keeps_backup: bool = True
) -> None:
    """Put `new` in the place of `old`, durably: written beside, read back, and only then renamed.

    Args:
        place: Of the vault; the caller holds its lock.
        tools: The disk.
        old: What the file has now; None where there is none.
        new: What it is to have.
        keeps_backup: Whether `old` becomes the backup.

    Raises:
        StaleRevisionError: The file has something else. Nothing was written.
        DiskError: The disk refused. The file has what it had.
    """
    target, fs = place.real, tools.fs
    with explained(place.path):
        fs.make_folder(target.parent)
        temporary = temporary_name(target)
        try:
            _write_whole(fs, temporary, new)
            if old is not None and keeps_backup:
                save_own(fs, place.backup, old)
            _check(fs, target, old)
            fs.move(temporary, target)
        except BaseException:  # also when somebody presses Ctrl-C
            with suppress(OSError):
                fs.remove(temporary)
            raise
    sweep(target.parent, tools.clock())


def _write_whole(fs: FileSystem, path: Path, content: bytes) -> None:
    fs.write(path, content, Write.NEW)
    if fs.read(path, MOST_BYTES + 1) != content:
        raise OSError(errno.EIO, "read back something else", str(path))


def _check(fs: FileSystem, target: Path, old: bytes | None) -> None:
    found = fs.read(target, MOST_BYTES + 1)
    if found != old:
        raise StaleRevisionError(
            target,
            expected=None if old is None else revision_of(old),
            found=None if found is None else revision_of(found),
        )
