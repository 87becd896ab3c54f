"""One program on a machine writes to the log at a time; within it, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from stui_workspace.errors import DiskError
from stui_workspace.storage.lock import Lock, try_hold

_SECONDS: Final = 10.0


class Turn:
    """The right to write to the log; taken again by who has it already, it is the same."""

    def __init__(self, path: Path | None, folder: Path) -> None:
        """Such a right.

        Args:
            path: The file of the lock, outside of the log; None where nobody else writes.
            folder: The log's.
        """
        self._path = path
        self._folder = folder
        self._depth = 0

    @contextmanager
    def held(self) -> Iterator[None]:
        """A block in which nobody else writes.

        Raises:
            DiskError: Another program does, without end.
        """
        lock = self._taken(self._path) if self._path is not None and not self._depth else None
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if lock is not None:
                lock.release()

    def _taken(self, path: Path) -> Lock | None:
        """The lock; None where none can be made, for then nobody else has it either."""
        try:
            lock = try_hold(path, _SECONDS)
        except DiskError:
            return None
        if lock is None:
            raise DiskError(self._folder, "another stui is writing to it", "try again in a while")
        return lock
