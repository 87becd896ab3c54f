"""What a session needs of the outside world, as one argument."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import random

from stui_workspace.connections.backend import Backend
from stui_workspace.connections.kinds import Setting, make_backend
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem
from stui_workspace.storage.locations import Locations

MakeBackend = Callable[[ConnectionSpec, Setting], Backend]
"""A backend for a connection in a setting; nothing runs yet."""


async def _sleep(seconds: float) -> None:
    import asyncio

    await asyncio.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Services:
    locations: Locations
    fs: FileSystem
    clock: Callable[[], float]
    """Seconds since 1970."""
    machine: str
    make_backend: MakeBackend
    sleep: Callable[[float], Awaitable[None]] = _sleep
    """Waits so many seconds of that clock."""
    home: Path | None = None
    """Where looking upwards for a workspace stops; None asks the system."""
    search_path: str = ""
    """`PATH`, for programs that a workspace names without a folder."""
    watch: str = "auto"
    """auto, or poll where the file system tells nothing."""
    chance: Callable[[], float] = random
    """From 0 up to and without 1, anew each time."""
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    """Of this program, for the backends that it starts."""

    @classmethod
    def real(cls, environ: Mapping[str, str]) -> Services:
        """This machine, this user, now."""
        return cls(
            Locations.find(environ),
            RealFileSystem(),
            time.time,
            platform.node() or "localhost",
            make_backend,
            search_path=environ.get("PATH", ""),
            watch=environ.get("STUI_WATCH", "auto"),
            environ=environ,
        )
