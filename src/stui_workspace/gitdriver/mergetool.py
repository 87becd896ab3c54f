"""The merge tool without a screen: merge again by meaning, and say what is left.

git restores the file when a merge tool fails, so a file that still has conflicts is not touched
here: `stui resolve` settles them in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from stui_workspace.gitdriver.linewise import without_markers
from stui_workspace.merge import MergeResult, Policy, merge3
from stui_workspace.storage.atomic import read_bounded
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
    base, ours, theirs = _content(files.base), _content(files.ours), _content(files.theirs)
    return merge3(without_markers(base), ours, theirs, policy=policy)


def _content(path: Path) -> bytes:
    try:
        return read_bounded(path, LARGEST)
    except MissingFileError:
        return b""
