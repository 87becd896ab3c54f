"""How a file stands in the git repository around it, where there is one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from stui_workspace.errors import DiskError, NotFoundError, UsageError
from stui_workspace.model.records import dataclass
from stui_workspace.storage.atomic import WORKSPACE_BYTES, read_bounded

if TYPE_CHECKING:
    from stui_workspace.repository.running import Git

_MARK = ".git"
_TRACES = ("index", "HEAD", "ORIG_HEAD")
_LOCK = "index.lock"
_LONGEST_MARK = 4096


@dataclass(frozen=True, slots=True)
class Stages:
    """A file in the middle of a merge, as git's index has it. None for a side without the file."""

    base: bytes | None
    ours: bytes | None
    theirs: bytes | None


def repository_of(folder: Path) -> Path | None:
    """The `.git` of the repository that a folder is in; None where it is in none."""
    for one in (folder, *folder.parents):
        found = one / _MARK
        if os.path.lexists(found):
            return _followed(found)
    return None


def last_written(repository: Path) -> float | None:
    """When git last wrote its index or moved its head, in seconds since 1970; None for unknown."""
    times: list[float] = []
    for name in _TRACES:
        with suppress(OSError):
            times.append((repository / name).stat().st_mtime)
    return max(times, default=None)


def is_at_work(repository: Path) -> bool:
    """Whether git is writing to the work tree at this moment, or died while it did."""
    return os.path.lexists(repository / _LOCK)


def stages_of(folder: Path, name: str) -> Stages | None:
    """The three versions of an unmerged file; None where it is merged, or git does not tell.

    Args:
        folder: Where the file stands.
        name: Of the file in that folder.
    """
    from stui_workspace.repository.running import Git

    git = Git(folder)
    try:
        listed = git("ls-files", "--unmerged", "-z", "--", f":(literal){name}")
        if not listed.is_well or not listed.out:
            return None
        hashes = dict(_stage_in(line) for line in listed.out.split(b"\0") if line)
        sides = {number: _blob(git, one) for number, one in hashes.items()}
    except (NotFoundError, UsageError, ValueError):
        return None
    return Stages(sides.get(1), sides.get(2), sides.get(3))


def tracked_in(folder: Path, names: Iterable[str]) -> frozenset[str]:
    """Which of some files in a folder git tracks; none where git does not tell."""
    from stui_workspace.repository.running import Git

    literal = [f":(literal){name}" for name in names]
    if not literal or repository_of(folder) is None:
        return frozenset()
    try:
        listed = Git(folder)("ls-files", "-z", "--", *literal)
    except (NotFoundError, UsageError):
        return frozenset()
    return frozenset(os.fsdecode(one) for one in listed.out.split(b"\0") if one)


def _followed(mark: Path) -> Path:
    """Where the repository is: work trees and submodules have a file that names it."""
    if not mark.is_file():
        return mark
    with suppress(DiskError, OSError, ValueError):
        text = read_bounded(mark, _LONGEST_MARK).decode("utf-8", "surrogateescape")
        if text.startswith("gitdir:"):
            return mark.parent / text.removeprefix("gitdir:").strip()
    return mark


def _stage_in(line: bytes) -> tuple[int, str]:
    """The stage and the hash in a line of `git ls-files --unmerged`."""
    _, digest, rest = line.split(b" ", 2)
    return int(rest.split(b"\t", 1)[0]), digest.decode("ascii")


def _blob(git: Git, digest: str) -> bytes | None:
    size = git("cat-file", "-s", digest)
    if not size.is_well or int(size.out) > WORKSPACE_BYTES:
        raise ValueError(digest)
    found = git("cat-file", "blob", digest)
    return found.out if found.is_well else None
