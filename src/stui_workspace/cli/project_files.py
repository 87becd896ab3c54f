"""Keeping what a command replaces in somebody's project."""

from __future__ import annotations

from pathlib import Path

from stui_workspace.cli.telling import tell
from stui_workspace.model.revision import revision_of
from stui_workspace.runtime.leaking import without_leaks
from stui_workspace.runtime.services import Services
from stui_workspace.storage.atomic import save_own


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
