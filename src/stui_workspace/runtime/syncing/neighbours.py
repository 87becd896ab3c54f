"""The files beside a workspace file that may be versions of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from stui_workspace.runtime.services import Services
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.project import FILE_NAMES, Project
from stui_workspace.sync.names import Certainty, Kind, Name, classify

COPY_BYTES = 4 << 20
"""What is read of a copy; a workspace file may have a quarter of it."""

_VERSIONS = (Kind.CONFLICT, Kind.SUSPECT)
_EDITOR_TRACES = (Kind.LOCK, Kind.BACKUP)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What stands in the folder of the project."""

    file: Path
    """The workspace file, or where it would stand."""
    is_there: bool
    copies: tuple[tuple[str, Name], ...] = ()
    """What may be a version of the file, by name."""
    temporaries: tuple[Name, ...] = ()
    """What tools and editors have there for a moment."""

    @property
    def has_sync_traces(self) -> bool:
        return any(
            one.kind is Kind.TEMPORARY and one.tool in _SYNC_TOOLS for one in self.temporaries
        )

    @property
    def has_editor_traces(self) -> bool:
        return any(one.kind in _EDITOR_TRACES for one in self.temporaries)


_SYNC_TOOLS = ("syncthing", "unison", "rclone", "nextcloud", "seafile", "mega")


def neighbours_of(project: Project, services: Services) -> Neighbours:
    """The workspace file and what stands beside it.

    Raises:
        DiskError: The folder cannot be read.
    """
    with explained(project.root):
        names = services.fs.names(project.root)
    file = project.file or project.root / _name_among(names)
    sorts = [(name, classify(name, file.name)) for name in names if name != file.name]
    copies = tuple((name, sort) for name, sort in sorts if sort.kind in _VERSIONS)
    others = tuple(sort for _, sort in sorts if sort.kind not in (*_VERSIONS, Kind.OTHER))
    return Neighbours(file, file.name in names, copies, others)


def may_be_version(name: str) -> bool:
    """Whether a file of that name may be a version of a workspace file under either name."""
    return any(classify(name, one).kind in _VERSIONS for one in FILE_NAMES)


def _name_among(names: Iterable[str]) -> str:
    """What the workspace file is called; where it is gone, its surest copies tell."""
    known = tuple(names)
    for one in FILE_NAMES:
        if one in known:
            return one
    for one in FILE_NAMES:
        sorts = [classify(name, one) for name in known]
        if any(s.kind is Kind.CONFLICT and s.certainty is Certainty.STRONG for s in sorts):
            return one
    return FILE_NAMES[0]
