"""What git hands to a merge tool, and how it is merged again by meaning.

git moves its own copy of the file back when a merge tool fails. Without a screen a file that still
has conflicts is therefore not touched: `stui resolve` settles them in it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from stui_workspace.gitdriver.linewise import without_markers
from stui_workspace.merge import MergeResult, Policy, merge3
from stui_workspace.model.records import dataclass
from stui_workspace.model.revision import revision_of
from stui_workspace.storage.atomic import read_bounded, save
from stui_workspace.storage.disk_errors import MissingFileError
from stui_workspace.storage.filesystem import FileSystem

LARGEST = 64 << 20
"""Bytes of a file that is merged at all."""


@dataclass(frozen=True, slots=True)
class ToolFiles:
    """What git hands to a merge tool."""

    base: Path
    """Empty, or not there, where both sides added the file."""
    ours: Path
    theirs: Path
    merged: Path
    """Where the result belongs; now with conflict markers, or as a person left it."""


OpenMerging: TypeAlias = "Callable[[ToolFiles, FileSystem], int]"
"""Opens the merge screen in this terminal, and returns the exit status for git."""


def merged_again(files: ToolFiles, policy: Policy) -> MergeResult:
    """The automatic merge of what git handed over.

    Raises:
        DiskError: A file cannot be read; a missing base is an empty one.
    """
    return merge3(*sides_of(files), policy=policy)


def sides_of(files: ToolFiles) -> tuple[bytes, bytes, bytes]:
    """The base, ours and theirs; a missing base is an empty one.

    Raises:
        DiskError: A file cannot be read.
    """
    base = without_markers(_content(files.base))
    return base, _content(files.ours), _content(files.theirs)


def opened(files: ToolFiles, fs: FileSystem, screen: Callable[[], int]) -> int:
    """The exit status of a screen, with what it wrote kept where git would take it back.

    Args:
        files: What git handed over.
        fs: The disk.
        screen: Opens it; anything but 0 says that something is left.

    Raises:
        DiskError: A file cannot be read, or git's copy cannot be written.
    """
    before = _content(files.merged)
    status = screen()
    after = _content(files.merged)
    copy = backup_of(files)
    if status and after != before and copy is not None and _content(copy) == before:
        save(fs, copy, after, expected=revision_of(before))
    return status


def backup_of(files: ToolFiles) -> Path | None:
    """The copy of the merged file that git moves back after a failure; None where there is none.

    Its name is that of the file of our side with another word in it.
    """
    head, found, tail = files.ours.name.rpartition("_LOCAL_")
    copy = files.ours.with_name(f"{head}_BACKUP_{tail}")
    return copy if found and copy.is_file() else None


def _content(path: Path) -> bytes:
    try:
        return read_bounded(path, LARGEST)
    except MissingFileError:
        return b""
