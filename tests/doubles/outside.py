"""The world around a session, for tests: a clock that is set by hand, and folders of its own."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from stui_workspace.connections.backend import Backend
from stui_workspace.connections.kinds import Setting
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.services import MakeBackend, Services
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem
from stui_workspace.storage.locations import Locations


@dataclass
class HandClock:
    """Time passes when a test says so, and whoever sleeps wakes when it is time."""

    now: float = 1_000_000.0
    sleepers: list[tuple[float, asyncio.Event]] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self.sleepers.append((self.now + seconds, woken))
        await woken.wait()

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.now += seconds
        due = [one for one in self.sleepers if one[0] <= self.now]
        self.sleepers = [one for one in self.sleepers if one[0] > self.now]
        for _, woken in due:
            woken.set()


def no_backend(spec: ConnectionSpec, setting: Setting) -> Backend:
    """Fails a test that was not to connect."""
    raise AssertionError(f"{spec.name} was to be connected in {setting.root}")


def services_in(
    home: Path,
    clock: HandClock | None = None,
    make_backend: MakeBackend = no_backend,
    fs: FileSystem | None = None,
) -> Services:
    """Services that keep everything below `home`."""
    clock = clock or HandClock()
    return Services(
        Locations.find({"STUI_HOME": str(home)}),
        fs or RealFileSystem(),
        clock,
        "testbed",
        make_backend,
        sleep=clock.sleep,
        home=home,
    )
