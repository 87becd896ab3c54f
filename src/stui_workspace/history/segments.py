"""The files of the history: their names, their lines, and the copies that sync tools make of them.

A segment has the entries of one machine and month. A sync tool that finds two versions of one
puts the second beside it under a name of its own; what is in both counts once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path

from stui_workspace.model.records import dataclass
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem, Write
from stui_workspace.storage.whole import NotOursError, read_whole, set_apart

SUFFIX = ".jsonl"
LONGEST_LINE = 4 << 20
"""In bytes; what is longer is no entry of ours."""
MOST_BYTES = 256 << 20
"""So much of a segment is read."""

_NAME = re.compile(r"(?:copy of )?(\d{4}-(?:0[1-9]|1[0-2]))(.*)\Z", re.DOTALL | re.IGNORECASE)
_TEMPORARY = re.compile(
    r"\.(?:tmp|part|partial|crswap|swp|swx|swo|icloud|lock|crdownload)\Z|\.!sync\Z|~\Z|\.~\w+\Z",
    re.IGNORECASE,
)
_OLD = re.compile(r"\.(?:conflict\d*|path\d|old\d*)\Z|\.\.path\d\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One evaluation, as the history keeps it."""

    at: float
    connection: str
    code: str
    workspace: str = ""
    """Which workspace it was made in: the name of its folder of state."""
    ok: bool = True
    machine: str = ""
    """Filled in by the log."""
    id: str = ""
    """Filled in by the log: the same entry has the same id wherever its line is copied."""


def month_in(name: str) -> str | None:
    """The month of a segment, or of any tool's copy of one; None for any other file.

    >>> month_in("2026-11.sync-conflict-20261128-101010-ABCDEFG.jsonl")
    '2026-11'
    >>> month_in("2026-11.jsonl.conflict1")
    '2026-11'
    >>> month_in("2026-11.jsonl.part") is None
    True
    """
    found = _NAME.match(name)
    if found is None or _TEMPORARY.search(name):
        return None
    rest = _OLD.sub("", found[2]) if not found[2].lower().endswith(SUFFIX) else found[2]
    is_tagged = rest == SUFFIX or not rest[:1].isalnum()
    return found[1] if is_tagged and rest.lower().endswith(SUFFIX) else None


def month_of(at: float) -> str:
    """The month in which an entry of that time is kept."""
    try:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m")
    except (OverflowError, ValueError, OSError):
        return "1970-01"


def entries_backwards(
    content: bytes, passed_over: Callable[[bytes], None] | None = None
) -> Iterator[Entry]:
    """The entries in a segment from its end, as they were appended, whatever the clock said.

    Args:
        content: Of the segment.
        passed_over: Told each line that is damaged.
    """
    for line in reversed(content.split(b"\n")):
        entry = entry_of(line)
        if entry is not None:
            yield entry
        elif passed_over is not None and is_damaged(line):
            passed_over(line)


def entry_of(line: bytes) -> Entry | None:
    """The entry in a line; None where it holds none, for any reason."""
    try:
        found: object = json.loads(line) if 0 < len(line) <= LONGEST_LINE else None
        return _entry_in(found) if isinstance(found, dict) else None
    except (ValueError, RecursionError, OverflowError):  # the last for a time beyond all numbers
        return None


def _entry_in(found: Mapping[str, object]) -> Entry | None:
    match found:
        case {
            "id": str(name),
            "at": int() | float() as at,
            "connection": str(connection),
            "code": str(code),
        } if not isinstance(at, bool):
            workspace, machine = str(found.get("workspace", "")), str(found.get("machine", ""))
            ok = found.get("ok") is not False
            return Entry(float(at), connection, code, workspace, ok, machine, name)
        case _:
            return None


def is_damaged(line: bytes) -> bool:
    """Whether something stands in a line that no stui wrote so; newer ones may write more."""
    is_record = line.startswith(b"{") and line.rstrip().endswith(b"}")
    return bool(line.strip()) and entry_of(line) is None and not is_record


def line_of(entry: Entry) -> bytes:
    """The line of an entry."""
    return json.dumps(asdict(entry), sort_keys=True).encode("ascii") + b"\n"


def moment(entry: Entry) -> float:
    """The time of an entry, to order it by; of one without a time, the beginning of all."""
    return entry.at if isfinite(entry.at) else 0.0


def months_in(fs: FileSystem, folder: Path) -> dict[str, list[str]]:
    """The files of each month in a machine's folder.

    Raises:
        DiskError: It cannot be listed.
    """
    with explained(folder):
        try:
            names = fs.names(folder)
        except NotADirectoryError:  # something else lies in the folder
            names = ()
    months: dict[str, list[str]] = {}
    for name in names:
        month = month_in(name)
        if month is not None:
            months.setdefault(month, []).append(name)
    return months


def content_of(fs: FileSystem, path: Path) -> bytes:
    """What is in a segment; nothing where there is none.

    Raises:
        TooLargeError: It is too large to be ours.
        DiskError: It cannot be read.
    """
    return read_whole(fs, path, MOST_BYTES) or b""


def append_lines(fs: FileSystem, segment: Path, lines: bytes) -> bool:
    """Append whole lines, after whatever a sync tool or a crash may have made of the file.

    What cannot be a file of ours is renamed to `<name>.damaged-<n>`, and a new one begun.

    Returns:
        Whether the file was there before.

    Raises:
        DiskError: They were not written.
    """
    with explained(segment):
        fs.make_folder(segment.parent)
        try:
            content = read_whole(fs, segment, MOST_BYTES)
        except NotOursError:
            set_apart(fs, segment)
            content = None
        if content and not content.endswith(b"\n"):
            lines = b"\n" + lines
        fs.write(segment, lines, Write.APPEND)
    return content is not None
