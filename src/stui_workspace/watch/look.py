"""A look at a file: what it says now, if it says anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from stui_workspace.errors import DiskError
from stui_workspace.model.revision import Revision, revision_of
from stui_workspace.storage.atomic import read_workspace
from stui_workspace.storage.disk_errors import MissingFileError
from stui_workspace.watch.signature import places_of

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Seen:
    """Its content, which held still while it was read.

    Compare the revision: a file that was touched, copied over itself or written by ourselves has
    not changed.
    """

    content: bytes
    revision: Revision


@dataclass(frozen=True, slots=True)
class Missing:
    """There is no such file now. Some editors take it away for a moment while they save."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    reason: str
    next_step: str | None = None
    passing: bool = False
    """Whether somebody was writing all the while: the next look will tell more."""


Look: TypeAlias = Seen | Missing | Unreadable


def look(path: Path, root: Path) -> Look:
    """What `path` says now; never raises for what is on the disk.

    A content counts only if the file looks the same before and after it was read.

    Args:
        path: A symbolic link is followed, and only to a regular file inside `root`.
        root: The folder of the project.
    """
    for _ in range(_TRIES):
        before = places_of([path]).glance()
        found = _read(path, root)
        if places_of([path]).glance() == before:
            return found
    return Unreadable("it is being written at this moment", "wait until it is done", passing=True)


def _read(path: Path, root: Path) -> Look:
    try:
        content = read_workspace(path, root)
    except MissingFileError:
        return Missing()
    except DiskError as error:
        return Unreadable(error.reason, error.next_step)
    return Seen(content, revision_of(content))
