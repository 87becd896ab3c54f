"""Which file, and which project, a command is about."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.model.records import dataclass
from stui_workspace.schema import FileKind
from stui_workspace.storage.locations import CONFIG_NAME, CREDENTIALS_NAME
from stui_workspace.storage.project import OVERLAY_NAME, Project, find_project

if TYPE_CHECKING:
    from stui_workspace.runtime.services import Services

_NO_WORKSPACE = "`stui init` starts one; or name a file"
_SESSION_FOLDER = "sessions"
_OF_A_PERSON = {CONFIG_NAME: FileKind.CONFIG, CREDENTIALS_NAME: FileKind.CREDENTIALS}


@dataclass(frozen=True, slots=True)
class Target:
    """One file, as what it is to be read, and the folder that it must not lead out of."""

    path: Path
    root: Path
    kind: FileKind


def project_at(path: Path | None, home: Path | None = None) -> Project:
    """The project that `path` is in; the current folder's where it is None.

    Raises:
        NotFoundError: There is no such file or folder.
        UsageError: Two workspace files stand in one folder.
    """
    start = Path() if path is None else path
    if not os.path.lexists(start):
        raise NotFoundError("file or folder", str(start), "check the path")
    return find_project(start, home)


def workspace_target(path: Path | None, home: Path | None = None) -> Target:
    """The workspace file of the project that `path` is in.

    Raises:
        NotFoundError: It has none.
    """
    project = project_at(path, home)
    if project.file is None:
        raise NotFoundError("workspace file in or above", str(project.root), _NO_WORKSPACE)
    return Target(project.file, project.root, FileKind.WORKSPACE)


def overlay_target(path: Path) -> Target | None:
    """The overlay beside the workspace file of the project that `path` is in; None without one."""
    project = project_at(path)
    if project.overlay is None:
        return None
    return Target(project.overlay, project.root, FileKind.OVERLAY)


def file_target(path: Path) -> Target:
    """A file that was named, as what its name says it is; a folder stands for its workspace file.

    Raises:
        NotFoundError: There is no such file.
    """
    if path.is_dir():
        return workspace_target(path)
    if not os.path.lexists(path):
        raise NotFoundError("file", str(path), "check the path")
    folder = Path(os.path.realpath(path.parent))
    return Target(path, folder, kind_of(path, folder))


def kind_of(path: Path, folder: Path) -> FileKind:
    """What a file is, by its name and where it stands; else a workspace file."""
    if path.name == OVERLAY_NAME:
        return FileKind.OVERLAY
    if folder.name == _SESSION_FOLDER and path.suffix == ".yaml":
        return FileKind.SESSION
    if path.name in _OF_A_PERSON and folder == _config_folder():
        return _OF_A_PERSON[path.name]
    return FileKind.WORKSPACE


def _config_folder() -> Path:
    from stui_workspace.storage.locations import Locations

    return Path(os.path.realpath(Locations.find(os.environ).config))


def edit_target(file: Path | None, services: Services) -> Target:
    """The file that a person asked to change.

    Raises:
        NotFoundError: There is none.
        UsageError: It is a session file, which only the program writes.
    """
    target = workspace_target(None, services.home) if file is None else file_target(file)
    if target.kind is FileKind.SESSION:
        raise UsageError(
            "session files are written by stui alone", "`stui session` lists and removes them"
        )
    return target
