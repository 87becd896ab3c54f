"""Which program on this machine a word in a workspace file means."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from stui_workspace.model.records import dataclass

_ENDINGS = ("", ".exe") if sys.platform == "win32" else ("",)


@dataclass(frozen=True, slots=True)
class Program:
    """A program as the file names it, and what would be started."""

    written: str
    path: Path | None
    """Absolute; None where no folder outside the project has a program of that name. The last step
    is not followed if it is a link: the name by which it is started tells an interpreter where its
    virtual environment is."""
    of_project: bool = False
    """Whether it stands in the project, by its name or once links are followed: then whoever
    writes to the project decides what it does."""


def find_program(written: str, root: Path, search_path: str) -> Program:
    """The program that `written` means.

    With a separator in it, it is a path, and a relative one starts at the project's root. Without,
    it is looked for in the absolute folders of `search_path` that stand outside the project:
    a file of the project must not become `python3` because somebody's PATH has a dot in it.

    Args:
        written: As in the file.
        root: The real path of the project.
        search_path: As in the variable PATH.
    """
    if Path(written).name != written:
        path = root / written
        return _program(written, real_path(path.parent) / path.name, root)
    for folder in search_path.split(os.pathsep):
        if not Path(folder).is_absolute() or is_inside(Path(folder), root):
            continue
        for ending in _ENDINGS:
            candidate = Path(folder, written + ending)
            if _can_be_started(candidate):
                return _program(written, candidate, root)
    return Program(written, None)


def is_inside(path: Path, root: Path) -> bool:
    """Whether `path` stands in the project whose real path is `root`, once links are followed."""
    return real_path(path).is_relative_to(root)


def real_path(path: Path) -> Path:
    """`path` with links followed, as far as it exists; as it stands where it can be no path."""
    try:
        return Path(os.path.realpath(path))
    except ValueError:  # a NUL, or half a character
        return path


def _program(written: str, path: Path, root: Path) -> Program:
    of_project = path.is_relative_to(root) or is_inside(path, root)
    return Program(written, path, of_project=of_project)


def _can_be_started(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode) and os.access(path, os.X_OK)
    except (OSError, ValueError):
        return False
