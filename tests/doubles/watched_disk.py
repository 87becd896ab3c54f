"""A disk that says what it is about to do, so that a test can do something else first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from stui_workspace.storage.filesystem import FileSystem, RealFileSystem, Write


@dataclass
class WatchedDisk:
    """Calls `before` with the name of each operation and its path, and then does it."""

    before: Callable[[str, Path], object]
    disk: FileSystem = field(default_factory=RealFileSystem)

    def read(self, path: Path, limit: int | None = None) -> bytes | None:
        self.before("read", path)
        return self.disk.read(path, limit)

    def names(self, folder: Path) -> tuple[str, ...]:
        self.before("names", folder)
        return self.disk.names(folder)

    def write(self, path: Path, content: bytes, how: Write, *, like: Path | None = None) -> None:
        self.before("write", path)
        self.disk.write(path, content, how, like=like)

    def move(self, source: Path, target: Path) -> None:
        self.before("move", target)
        self.disk.move(source, target)

    def remove(self, path: Path) -> None:
        self.before("remove", path)
        self.disk.remove(path)

    def make_folder(self, path: Path) -> None:
        self.before("make_folder", path)
        self.disk.make_folder(path)
