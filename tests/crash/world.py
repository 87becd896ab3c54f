"""A disk in memory with a project on it, and what it means to write to it safely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from doubles.flaky_disk import FlakyDisk
from doubles.outside import HandClock, services_in
from stui_workspace.runtime.services import Services
from stui_workspace.storage.atomic import is_temporary
from stui_workspace.storage.locations import WorkspaceFolder

ROOT = Path("/project")
FILE = ROOT / ".stui-workspace.yaml"


@dataclass
class World:
    """A disk in memory; only the locks are on the real one."""

    home: Path
    disk: FlakyDisk

    @property
    def services(self) -> Services:
        return services_in(self.home, HandClock(), fs=self.disk)

    @property
    def folder(self) -> WorkspaceFolder:
        """What is kept of the project."""
        return self.services.locations.workspace(ROOT)

    @property
    def text(self) -> bytes:
        return self.disk.files[FILE]

    def rebooted(self) -> World:
        return replace(self, disk=self.disk.reboot())

    def litter(self) -> list[Path]:
        """What a save made on its way, and did not take away."""
        return [path for path in self.disk.files if is_temporary(path.name)]


Deed: TypeAlias = Callable[[World], object]


@dataclass(frozen=True)
class WritePath:
    """One way of this program to write."""

    before: tuple[Deed, ...]
    """What makes the world in which it is tried."""
    act: Deed
    check: Deed
    """What must hold with the disk under power again, however far it came: the old or the new, and
    that one can go on."""
    done: Deed
    """What must hold when it said that it was done."""
    lock: Callable[[WorkspaceFolder], Path] | None = None
    """The lock that it holds meanwhile."""

    def world(self, home: Path) -> World:
        disk = FlakyDisk()
        for folder in (ROOT, home / "state", home / "data"):
            disk.make_folder(folder)
        world = World(home, disk)
        for each in self.before:
            each(world)
        return world.rebooted()


def nothing(_world: World) -> None:
    """Leave the world as it is."""
