"""Ears that hear nothing, as where all events are lost."""

from __future__ import annotations

import queue
from collections.abc import Callable
from pathlib import Path

from stui_workspace.watch.hearing import Listener
from stui_workspace.watch.names import Names


class Deaf:
    """Ears that hear nothing, and note what they are asked."""

    def __init__(self) -> None:
        self.round_count = 0
        self.asked: queue.SimpleQueue[Path] = queue.SimpleQueue()
        self.heard: Callable[[str], object] = str

    def make(self, heard: Callable[[str], object]) -> Listener:
        self.heard = heard
        return self

    def only(self, _names: Names) -> None:
        self.round_count += 1

    def listen(self, folder: Path) -> None:
        self.asked.put(folder)

    def ignore(self, _folder: Path) -> None:
        pass

    def hears(self, _folder: Path) -> bool:
        return True

    def close(self) -> None:
        pass
