"""What the system tells of changes, through watchdog: the only place that imports it.

Everything here may block for a moment, so it is called from a thread of ours and never from the
event loop; and `heard` is called from threads of watchdog's, so it does no more than raise a flag.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from watchdog.events import (
    DirDeletedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from stui_workspace.watch.names import Names

# Opened and closed-no-write are left out on purpose: our own reading of the file would raise them,
# and wake us to read it again, for ever. Closed comes after writing only, and is the one sign of
# what was written through a memory map. The deletion of a folder ends its watch.
_EVENTS: list[type[FileSystemEvent]] = [
    DirDeletedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
]


class Ears(FileSystemEventHandler):
    """Hears of changes to files of certain names in certain folders."""

    def __init__(self, heard: Callable[[str], object]) -> None:
        """Start to listen, to no folder yet.

        Args:
            heard: Called with the path of what changed, from another thread.

        Raises:
            OSError: The system has no more watches to give.
            RuntimeError: It has no more threads to give.
        """
        _keep_log_off_the_terminal()
        self._heard = heard
        self._names = Names()
        self._watches: dict[Path, ObservedWatch] = {}
        self._observer: BaseObserver = Observer()
        try:
            self._observer.start()
        except BaseException:
            self.close()
            raise

    def only(self, names: Names) -> None:
        """Hear of these from now on, and of no others."""
        self._names = names

    def listen(self, folder: Path) -> None:
        """Begin to hear of what happens in a folder, not in those below it.

        Raises:
            OSError: It cannot be watched.
            RuntimeError: There is no thread for it.
        """
        self._watches[folder] = self._observer.schedule(self, str(folder), event_filter=_EVENTS)

    def ignore(self, folder: Path) -> None:
        """Hear no more of a folder; nothing happens where it was not listened to."""
        watch = self._watches.pop(folder, None)
        if watch is not None:
            with suppress(KeyError, OSError):
                self._observer.unschedule(watch)

    def hears(self, folder: Path) -> bool:
        """Whether a change in the folder would be heard: both threads are alive."""
        watch = self._watches.get(folder)
        return (
            watch is not None
            and self._observer.is_alive()
            and any(one.watch == watch and one.is_alive() for one in self._observer.emitters)
        )

    def close(self) -> None:
        """Stop listening. Takes up to half a second where a file was just moved away."""
        with suppress(OSError, RuntimeError):  # of threads that never started
            self._observer.stop()
            self._observer.join()

    def on_any_event(self, event: FileSystemEvent) -> None:
        names, path = self._names, os.fsdecode(event.src_path)
        if event.is_directory:
            if Path(path) in self._watches:  # not one of the folders in it
                self._heard(path)
            return
        ends = (path, os.fsdecode(event.dest_path)) if event.dest_path else (path,)
        for end in ends:
            if end in names:
                self._heard(end)
                return


def _keep_log_off_the_terminal() -> None:
    """Give watchdog's log a place to go: one that has none lands over the workbench."""
    log = logging.getLogger("watchdog")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
