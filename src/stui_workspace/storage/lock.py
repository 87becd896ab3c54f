"""Locks between programs: they end with their holder, however it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from stui_workspace.errors import DiskError, LockTimeoutError
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import PRIVATE_FILE, RealFileSystem

if TYPE_CHECKING:
    from filelock import BaseFileLock


class Lock:
    """A lock that is held, until `release` or the end of the process."""

    def __init__(self, path: Path, held: BaseFileLock) -> None:
        self.path = path
        self._held = held

    def release(self) -> None:
        """Let it go; nothing happens the second time."""
        self._held.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


@contextmanager
def hold(path: Path, timeout: float) -> Iterator[Lock]:
    """The lock at `path`, held within the block.

    Args:
        path: A lock file in a folder of ours, never beside a user's file.
        timeout: Seconds to wait for another holder.

    Raises:
        LockTimeoutError: Another stui still holds it.
        DiskError: The lock file cannot be made.
    """
    with _acquire(path, timeout) as lock:
        yield lock


def try_hold(path: Path) -> Lock | None:
    """The lock at `path`, or None where another stui holds it now.

    Raises:
        DiskError: The lock file cannot be made.
    """
    try:
        return _acquire(path, 0.0)
    except LockTimeoutError:
        return None


def _acquire(path: Path, timeout: float) -> Lock:
    from filelock import FileLock, Timeout

    with explained(path):
        RealFileSystem().make_folder(path.parent)
        held = FileLock(path, timeout=timeout, mode=PRIVATE_FILE, thread_local=False)
        try:
            held.acquire()
        except Timeout as error:
            raise LockTimeoutError(path, timeout) from error
        except NotImplementedError as error:
            raise DiskError(
                path,
                "this file system has no locks",
                "set STUI_HOME to a folder on a local disk",
            ) from error
    return Lock(path, held)
