"""Writing a version of the workspace file: under its lock, compared and durable."""

from __future__ import annotations

from pathlib import Path

from stui_workspace.model.revision import revision_of
from stui_workspace.runtime.editing import LOCK_SECONDS
from stui_workspace.runtime.services import Services
from stui_workspace.storage.atomic import save
from stui_workspace.storage.lock import hold


def write_version(
    path: Path, root: Path, before: bytes | None, after: bytes, services: Services
) -> None:
    """Replace the content of the file, which is `before`; None where there is no file.

    Raises:
        StaleRevisionError: It is not, any more. Nothing was written.
        StorageError: The file was not written, and is as it was.
    """
    folder = services.locations.workspace(root)
    with hold(folder.file_lock, LOCK_SECONDS):
        save(
            services.fs,
            path,
            after,
            expected=None if before is None else revision_of(before),
            rescue=folder.rescued,
        )
