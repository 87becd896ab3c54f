"""Which project a folder belongs to, and where its workspace file stands."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.model.records import dataclass

FILE_NAMES = (".stui-workspace.yaml", "stui-workspace.yaml")
"""The second is for folders whose sync tool skips names with a leading dot."""

OVERLAY_NAME = ".stui-workspace.local.yaml"

SESSIONS_BESIDE = Path(".stui", "sessions")
"""Where machines leave copies of their sessions for one another, in the project."""

_REPOSITORY_MARKS = (".git", ".hg", ".jj", ".svn")


@dataclass(frozen=True, slots=True)
class Project:
    root: Path
    """The real folder of the workspace file; where there is none, the one we started from."""
    file: Path | None = None
    overlay: Path | None = None
    """The personal overlay beside the file, where there is one."""


def find_project(start: Path, home: Path | None = None) -> Project:
    """The project that `start` is in: a folder, or a workspace file itself.

    Looks upwards, and no further than the root of a repository or the home folder. What is found
    may be anything of that name, even a broken link: reading it says what is wrong.

    Args:
        start: Need not be absolute.
        home: The home folder; None asks the system.

    Raises:
        UsageError: Both names stand in one folder.
        NotFoundError: `start` does not exist.
    """
    if start.is_file() or (start.is_symlink() and not start.is_dir()):
        folder = _real(start.parent)
        return _project(folder, folder / start.name)
    if not start.is_dir():
        raise NotFoundError("folder", str(start), "check the path")
    real_start = _real(start)
    home = home or Path(os.path.expanduser("~"))  # noqa: PTH111 (Path's own raises where none is known)
    for folder in _upwards(real_start, _real(home)):
        found = workspace_file_in(folder)
        if found is not None:
            return _project(folder, found)
    return _project(real_start, None)


def workspace_file_in(folder: Path) -> Path | None:
    """The workspace file that stands in a folder, under either name; None where there is none.

    Raises:
        UsageError: Both names stand there.
    """
    found = [path for name in FILE_NAMES if os.path.lexists(path := folder / name)]
    if len(found) > 1:
        raise UsageError(
            f"{folder} has both {FILE_NAMES[0]} and {FILE_NAMES[1]}",
            "keep one of them; they would be two workspaces in one place",
        )
    return found[0] if found else None


def _project(root: Path, file: Path | None) -> Project:
    overlay = root / OVERLAY_NAME
    return Project(root, file, overlay if os.path.lexists(overlay) else None)


def _upwards(start: Path, home: Path) -> Iterator[Path]:
    for folder in (start, *start.parents):
        yield folder
        if folder == home or any(os.path.lexists(folder / mark) for mark in _REPOSITORY_MARKS):
            return


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))
