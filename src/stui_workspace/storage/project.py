"""Which project a folder belongs to, and where its workspace file stands."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stui_workspace.errors import NotFoundError, UsageError

FILE_NAMES = (".stui-workspace.yaml", "stui-workspace.yaml")
"""The second is for folders whose sync tool skips names with a leading dot."""

OVERLAY_NAME = ".stui-workspace.local.yaml"

_REPOSITORY_MARKS = (".git", ".hg", ".jj", ".svn")


@dataclass(frozen=True, slots=True)
class Project:
    root: Path
    """The folder of the workspace file; where there is none, the folder we started from."""
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
    start = Path(os.path.abspath(start))  # noqa: PTH100 (a link to a file stays a link)
    if start.is_file() or (start.is_symlink() and not start.is_dir()):
        return _project(start.parent, start)
    if not start.is_dir():
        raise NotFoundError("folder", str(start), "check the path")
    for folder in _upwards(start, home or _home()):
        found = [path for name in FILE_NAMES if os.path.lexists(path := folder / name)]
        if len(found) > 1:
            raise UsageError(
                f"{folder} has both {FILE_NAMES[0]} and {FILE_NAMES[1]}",
                "keep one of them; they would be two workspaces in one place",
            )
        if found:
            return _project(folder, found[0])
    return _project(start, None)


def _project(root: Path, file: Path | None) -> Project:
    overlay = root / OVERLAY_NAME
    return Project(root, file, overlay if os.path.lexists(overlay) else None)


def _upwards(start: Path, home: Path | None) -> Iterator[Path]:
    for folder in (start, *start.parents):
        yield folder
        if folder == home or any(os.path.lexists(folder / mark) for mark in _REPOSITORY_MARKS):
            return


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:  # no HOME and no such user: nothing to stop at
        return None
