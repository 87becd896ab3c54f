"""Copies of the schemas in a project, from which an editor completes and checks, offline."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from stui_workspace.errors import DiskError
from stui_workspace.model.revision import revision_of
from stui_workspace.runtime.services import Services
from stui_workspace.schema import SchemaName, schema_bytes
from stui_workspace.storage.atomic import MissingFileError, read_bounded, read_workspace, save
from stui_workspace.storage.disk_errors import explained

OUR_FOLDER: Final = ".stui"
SCHEMA_COPIES: Final = (SchemaName.WORKSPACE, SchemaName.OVERLAY)
"""The schemas that an editor needs beside a workspace file and its overlay."""
LOCAL_SCHEMA: Final = f"{OUR_FOLDER}/{SchemaName.WORKSPACE.copy_name}"

_LARGEST: Final = 4 << 20  # bytes, which no schema has


def write_schemas(services: Services, root: Path) -> tuple[Path, ...]:
    """Bring the copies of the schemas up to date, and say which were written.

    Raises:
        DiskError: They cannot be written, or their folder leads out of the project.
    """
    folder = root / OUR_FOLDER
    with explained(folder):
        folder.mkdir(exist_ok=True)  # readable as the project is, unlike what we keep elsewhere
    return tuple(
        path
        for name in SCHEMA_COPIES
        if _replace(services, root, path := folder / name.copy_name, schema_bytes(name))
    )


def is_stale(path: Path) -> bool:
    """Whether a file is named as a copy of a schema, and is not what this version would write."""
    for name in SCHEMA_COPIES:
        if name.copy_name == path.name:
            try:
                return read_bounded(path, _LARGEST) != schema_bytes(name)
            except DiskError:
                return True
    return False


def _replace(services: Services, root: Path, path: Path, content: bytes) -> bool:
    """Whether the file had to be written."""
    try:
        old: bytes | None = read_workspace(path, root)
    except MissingFileError:
        old = None
    if old == content:
        return False
    expected = None if old is None else revision_of(old)
    save(services.fs, path, content, expected=expected)
    return True
