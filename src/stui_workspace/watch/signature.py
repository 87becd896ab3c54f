"""What a cheap glance tells of a file: enough to know that it is worth a look."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

from stui_workspace.model.records import dataclass

Signature: TypeAlias = tuple[int, ...]
"""Equal signatures: probably the same content. Nothing else may be read from it: inode numbers are
reused at once, and sync tools turn the time of change back. What tells is the time of the last
status change, which nobody can set."""

Identity: TypeAlias = tuple[int, int]
"""Device and inode number of a folder, while it exists."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where changes of some files can be seen and heard."""

    ends: tuple[Path, ...]
    """The files themselves, and what those lead to that are symbolic links. All of their folders
    are real paths: a watch on a link to a folder is deaf."""

    @property
    def folders(self) -> frozenset[Path]:
        return frozenset(end.parent for end in self.ends)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(end.name for end in self.ends)

    def glance(self) -> tuple[Signature, ...]:
        """How each of them looks now."""
        return tuple(signature_of(end) for end in self.ends)


def places_of(paths: Iterable[Path], root: Path | None = None) -> Places:
    """Where to watch for changes of `paths`.

    Args:
        paths: Files that need not exist.
        root: The folder of the project. A path below it, which somebody else may have written, is
            not followed out of it, by a link or by dots.
    """
    found = [(path, _ends(path)) for path in paths]
    if root is not None:
        real = Path(os.path.realpath(root))
        found = [(path, _kept(path, ends, (root, real))) for path, ends in found]
    return Places(tuple(end for _, ends in found for end in ends))


def signature_of(end: Path) -> Signature:
    """How the file looks now, links not followed; the error number where there is none to see."""
    try:
        status = end.lstat()
    except OSError as error:
        return (error.errno or 0,)
    except ValueError:  # a NUL, or half a character
        return (0,)
    return (
        status.st_dev,
        status.st_ino,
        status.st_mode,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
    )


def identity_of(folder: Path) -> Identity | None:
    """Which folder stands there; None where none does."""
    try:
        status = folder.stat()
    except (OSError, ValueError):
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISDIR(status.st_mode) else None


def _ends(path: Path) -> tuple[Path, ...]:
    try:
        own = Path(os.path.realpath(path.parent)) / path.name
        target = Path(os.path.realpath(own))
    except ValueError:  # no path at all: there is nothing to see
        return ()
    return (own,) if target == own else (own, target)


def _kept(path: Path, ends: tuple[Path, ...], roots: tuple[Path, Path]) -> tuple[Path, ...]:
    """All ends, or, of a path in the project, those that stand in it themselves."""
    is_of_project = any(one.is_relative_to(root) for one in (path, *ends[:1]) for root in roots)
    return tuple(end for end in ends if not is_of_project or end.is_relative_to(roots[1]))
