"""The projects that were open on this machine, the last one first."""

from __future__ import annotations

from pathlib import Path

from stui_workspace.errors import StuiError
from stui_workspace.model.records import dataclass
from stui_workspace.runtime.services import Services
from stui_workspace.storage.filesystem import FileSystem
from stui_workspace.storage.known_projects import KnownProject, known_projects
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.sessions.store import SessionStore


@dataclass(frozen=True, slots=True)
class Recent:
    """One project with what is kept of it."""

    folder: WorkspaceFolder
    root: Path
    name: str
    opened: float
    session_count: int
    is_missing: bool
    """Whether its folder is not there: moved away, or on a disk that is not connected."""


def recents(services: Services) -> tuple[Recent, ...]:
    """The projects of which a session is kept, the last opened first.

    Raises:
        DiskError: The folder of all of them cannot be read.
    """
    found = (_recent(one, services.fs) for one in known_projects(services.locations, services.fs))
    return tuple(one for one in found if one.session_count)


def _recent(one: KnownProject, fs: FileSystem) -> Recent:
    try:
        count = len(SessionStore(one.folder, fs).names())
    except StuiError:
        count = 0
    return Recent(
        one.folder, one.root, one.name or one.root.name, one.opened, count, not _is_folder(one.root)
    )


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False
