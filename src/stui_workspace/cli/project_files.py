"""Writing our own files into somebody's project: nothing outside it, nothing of theirs undone."""

from __future__ import annotations

from pathlib import Path

from stui_workspace.cli.telling import tell
from stui_workspace.model.revision import revision_of
from stui_workspace.runtime.leaking import without_leaks
from stui_workspace.runtime.services import Services
from stui_workspace.schema import SchemaName, schema_bytes
from stui_workspace.storage.atomic import MissingFileError, read_workspace, save, save_own
from stui_workspace.storage.disk_errors import explained

OUR_FOLDER = ".stui"
SCHEMA_COPIES = (SchemaName.WORKSPACE, SchemaName.OVERLAY)
"""The schemas that an editor needs beside a workspace file and its overlay."""


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


def put_away(services: Services, root: Path, path: Path, content: bytes) -> Path:
    """Keep a file's content in the state folder before it is replaced, and say where.

    A secret in it is not kept, and that is said.

    Raises:
        DiskError: It could not be kept.
    """
    clean = without_leaks(content)
    if clean != content:
        tell("a secret in the old file is not kept with it", kind="warning")
    content = clean
    name = f"{revision_of(content)[:12]}-{path.name.lstrip('.')}"
    kept = services.locations.workspace(root).path / "backups" / name
    save_own(services.fs, kept, content)
    return kept


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
