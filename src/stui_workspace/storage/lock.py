"""Locks between programs: they end with their holder, however it ends."""

from __future__ import annotations

import errno
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from stui_workspace.errors import DiskError, LockTimeoutError
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import PRIVATE_FILE, RealFileSystem

if TYPE_CHECKING:
    from filelock import BaseFileLock

    from stui_workspace.storage.markers import Marker

_HAS_NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})
"""What file systems without locks say, some network folders among them."""

_POLL_SECONDS = 0.05


class Lock:
    """A lock that is held, until `release` or the end of the process."""

    def __init__(self, path: Path, let_go: Callable[[], None]) -> None:
        self.path = path
        self._let_go: Callable[[], None] | None = let_go

    def release(self) -> None:
        """Let it go; nothing happens the second time."""
        let_go, self._let_go = self._let_go, None
        if let_go is not None:
            let_go()

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


def try_hold(path: Path, timeout: float = 0.0) -> Lock | None:
    """The lock at `path`, or None where another stui holds it now, and so many seconds on.

    Raises:
        DiskError: The lock file cannot be made.
    """
    try:
        return _acquire(path, timeout)
    except LockTimeoutError:
        return None


def _acquire(path: Path, timeout: float) -> Lock:
    from filelock import Timeout

    with explained(path):
        RealFileSystem().make_folder(path.parent)
        held = _native(path, timeout)
        try:
            held.acquire()
        except Timeout as error:
            raise _still_held(path, timeout) from error
        except NotImplementedError:
            return _acquire_marker(path, timeout)
        except OSError as error:
            if error.errno not in _HAS_NO_LOCKS:
                raise
            return _acquire_marker(path, timeout)
    return Lock(path, held.release)


def _native(path: Path, timeout: float) -> BaseFileLock:
    from filelock import FileLock

    options: dict[str, Any] = {"timeout": timeout, "mode": PRIVATE_FILE, "thread_local": False}
    try:
        return FileLock(path, **options, fallback_to_soft=False)
    except TypeError:  # an older filelock, which has nothing to fall back to
        return FileLock(path, **options)


def _acquire_marker(path: Path, timeout: float) -> Lock:
    if sys.platform == "win32":  # which has locks everywhere, and no way to ask who still runs
        raise DiskError(
            path, "this file system has no locks", "set STUI_HOME to a folder on a local disk"
        )
    from stui_workspace.storage.markers import Marker

    marker = Marker(path)
    deadline = time.monotonic() + timeout
    while not marker.acquire():
        if time.monotonic() >= deadline:
            raise _still_held(path, timeout, f"if none runs anywhere, delete {marker.path}")
        time.sleep(_POLL_SECONDS)
    return Lock(path, lambda: _forget(marker))


def _forget(marker: Marker) -> None:
    with suppress(OSError):  # as with a program that ends: whoever comes next sees that
        marker.release()


def _still_held(path: Path, timeout: float, otherwise: str = "") -> LockTimeoutError:
    error = LockTimeoutError(path, timeout)
    error.next_step = "; ".join(filter(None, ("wait for it, or end the other stui", otherwise)))
    return error
