"""The files beside a workspace file that may be versions of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from stui_workspace.model.records import dataclass
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
    temporaries: tuple[tuple[str, Name], ...] = ()
    """What tools and editors have there for a moment, by name."""

    @property
    def sync_traces(self) -> tuple[str, ...]:
        """The names of what sync tools are writing, or left."""
        return tuple(
            name
            for name, one in self.temporaries
            if one.kind is Kind.TEMPORARY and one.tool in _SYNC_TOOLS
        )

    @property
    def has_editor_traces(self) -> bool:
        return any(one.kind in _EDITOR_TRACES for _, one in self.temporaries)

    def is_fresh(self, now: float) -> Callable[[str], bool]:
        """Whether a file in the folder was written to in the last seconds before `now`."""

        def judged(name: str) -> bool:
            with suppress(OSError):
                return abs(now - (self.file.parent / name).lstat().st_mtime) < _FRESH_SECONDS
            return False

        return judged


_FRESH_SECONDS = 10.0
"""Some tools keep a temporary file for a day after a failure; that one says nothing."""
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
    others = tuple((n, sort) for n, sort in sorts if sort.kind not in (*_VERSIONS, Kind.OTHER))
    return Neighbours(file, file.name in names, copies, others)


def read_copy(path: Path, services: Services) -> bytes | None:
    """The bytes of a copy, one more than `COPY_BYTES` at most; None where it is not there.

    Raises:
        DiskError: It cannot be read, or is no regular file.
    """
    with explained(path):
        return services.fs.read(path, COPY_BYTES + 1)


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
