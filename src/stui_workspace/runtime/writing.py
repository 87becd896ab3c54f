"""Writing a file of the project: compared, durable, its old content kept where it is at risk."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from stui_workspace.errors import StorageError
from stui_workspace.model.revision import Revision
from stui_workspace.runtime.contents import read_file
from stui_workspace.runtime.editing import LOCK_SECONDS
from stui_workspace.runtime.leaking import kind_of, without_leaks
from stui_workspace.runtime.services import Services
from stui_workspace.storage.atomic import save
from stui_workspace.storage.lock import hold


def write_held(
    path: Path, root: Path, content: bytes, expected: Revision | None, services: Services
) -> None:
    """Replace the content of a file that is at `expected`; the caller holds the lock.

    Raises:
        StaleRevisionError: It is not, any more. Nothing was written.
        DiskError: The disk refused; the file is as it was.
    """
    rescue = _rescue(path, root, services)
    save(services.fs, path, content, expected=expected, rescue=rescue)


def write(
    path: Path, root: Path, content: bytes, expected: Revision | None, services: Services
) -> None:
    """Replace the content of a file that is at `expected`; None where there is no file.

    Raises:
        StaleRevisionError: It is not, any more. Nothing was written.
        StorageError: The file was not written, and is as it was.
    """
    with hold(services.locations.workspace(root).file_lock, LOCK_SECONDS):
        write_held(path, root, content, expected, services)


def _rescue(path: Path, root: Path, services: Services) -> Path | None:
    """Where the old content may be kept for a moment; None where a secret is in it."""
    old: bytes | None = None
    with suppress(StorageError):  # the writing itself will say what is wrong
        old = read_file(path, root, services)
    is_clean = old is None or without_leaks(old, kind_of(path)) == old
    return services.locations.workspace(root).rescued if is_clean else None
