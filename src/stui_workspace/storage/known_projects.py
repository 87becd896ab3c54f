"""Which projects this machine knows: a small record in the folder of each with a session."""

from __future__ import annotations

import json
from collections.abc import Iterator
from math import isfinite
from pathlib import Path

from stui_workspace.errors import DiskError
from stui_workspace.model.records import dataclass
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem
from stui_workspace.storage.locations import Locations, WorkspaceFolder

_LIMIT = 64 << 10


@dataclass(frozen=True, slots=True)
class KnownProject:
    folder: WorkspaceFolder
    root: Path
    name: str = ""
    opened: float = 0.0
    """When a session that is kept was last opened in it."""


def note_project(project: KnownProject, fs: FileSystem) -> None:
    """Keep the record of a project, durably.

    Raises:
        DiskError: It was not kept.
    """
    record = {"root": str(project.root), "name": project.name, "opened": project.opened}
    save_own(fs, project.folder.project, json.dumps(record).encode("ascii"))


def known_projects(locations: Locations, fs: FileSystem) -> tuple[KnownProject, ...]:
    """The projects that have a record, the last opened first. A damaged record is left out.

    Raises:
        DiskError: The folder of all of them cannot be read.
    """
    with explained(locations.workspaces):
        names = fs.names(locations.workspaces)
    found = _known((WorkspaceFolder(locations.workspaces / name) for name in names), fs)
    return tuple(sorted(found, key=lambda one: one.opened, reverse=True))


def _known(folders: Iterator[WorkspaceFolder], fs: FileSystem) -> Iterator[KnownProject]:
    for folder in folders:
        try:
            with explained(folder.project):
                found = json.loads(fs.read(folder.project, _LIMIT) or b"null")
        except (DiskError, ValueError, RecursionError):
            continue
        match found:
            case {"root": str(root), "name": str(name), "opened": int() | float() as opened} if (
                root and "\0" not in root and isfinite(opened)
            ):
                yield KnownProject(folder, Path(root), name, float(opened))
