"""How often in a row a session was opened and came to grief."""

from __future__ import annotations

import json
from pathlib import Path

from stui_workspace.errors import DiskError
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem

CRASHES_TO_ASK = 2
"""So many crashes in a row end in a choice, not in another try."""

_LIMIT = 4096


class CrashCounter:
    """Counts starts that did not settle.

    A start is a crash unless `settled` follows: the session was closed, or has run well for a
    while. A counter that cannot be read says none: a damaged counter must not keep anybody out.
    """

    def __init__(self, path: Path, fs: FileSystem | None = None) -> None:
        self._path = path
        self._fs: FileSystem = fs or RealFileSystem()

    @property
    def count(self) -> int:
        """Starts in a row, up to the last one, that did not settle."""
        try:
            with explained(self._path):
                content = self._fs.read(self._path, _LIMIT)
            match json.loads(content or b"null"):
                case {"unsettled": int() as count} if count > 0:
                    return count
        except (DiskError, ValueError, RecursionError):
            pass
        return 0

    def begin(self) -> int:
        """Record a start, and return the number of crashes in a row before it.

        Raises:
            DiskError: The start could not be recorded.
        """
        before = self.count
        save_own(self._fs, self._path, json.dumps({"unsettled": before + 1}).encode())
        return before

    def settled(self) -> None:
        """Record that the running start is no crash.

        Raises:
            DiskError: It could not be recorded.
        """
        with explained(self._path):
            self._fs.remove(self._path)
