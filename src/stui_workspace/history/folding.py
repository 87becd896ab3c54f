"""Taking the conflict copies of a segment into it."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final

from stui_workspace.history.segments import (
    SUFFIX,
    append_lines,
    content_of,
    entries_backwards,
    entry_of,
    months_in,
)
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem
from stui_workspace.storage.whole import TooLargeError

_ROUNDS: Final = 3
"""So often the copies of a segment are gone through: what one brings may be all that another one
lacked to be done with. Not for ever: a sync tool may go on writing."""


def fold_copies(fs: FileSystem, segment: Path, forgotten: AbstractSet[str]) -> int:
    """Fold the copies of one segment into it, and return how many are gone.

    Args:
        fs: The disk.
        segment: A file that this machine alone writes to.
        forgotten: The ids of what is not taken in.

    Raises:
        DiskError: A copy could not be taken in or deleted; nothing is lost.
    """
    month = segment.name.removesuffix(SUFFIX)
    gone_count = 0
    for _ in range(_ROUNDS):
        before = content_of(fs, segment)
        names = months_in(fs, segment.parent).get(month, ())
        copies = [segment.parent / name for name in names if name != segment.name]
        gone_count += sum(_take_in(fs, segment, copy, forgotten) for copy in copies)
        if content_of(fs, segment) == before:
            break
    return gone_count


def _take_in(fs: FileSystem, segment: Path, path: Path, forgotten: AbstractSet[str]) -> bool:
    """Append what only the copy at `path` has; whether the copy could go."""
    try:
        content, copy = content_of(fs, segment), content_of(fs, path)
    except TooLargeError:
        return False
    known = {entry.id for entry in entries_backwards(content)} | forgotten
    entries = {line: entry_of(line) for line in copy.split(b"\n") if line.strip()}
    missing = {one.id: line for line, one in entries.items() if one is not None}
    lines = [line + b"\n" for name, line in missing.items() if name not in known]
    if lines:
        append_lines(fs, segment, b"".join(lines))
    unread = [line for line, one in entries.items() if one is None]
    if any(b"\n" + line not in b"\n" + content for line in unread):
        return False  # a line that was only cut short is there as a whole
    if content_of(fs, path) != copy:
        return False
    with explained(path):
        fs.remove(path)
    return True
