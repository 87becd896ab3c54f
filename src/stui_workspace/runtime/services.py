"""What a session needs of the outside world, as one argument."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from random import random
from typing import TYPE_CHECKING

from stui_workspace.connections.backend import Backend
from stui_workspace.connections.kinds import Setting, make_backend
from stui_workspace.model.records import dataclass, field
from stui_workspace.model.revision import Revision
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.connecting.discreet import discreet
from stui_workspace.secrets.redacting import Redactor
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem
from stui_workspace.storage.locations import Locations

if TYPE_CHECKING:
    from stui_workspace.secrets.resolving import Secrets

MakeBackend = Callable[[ConnectionSpec, Setting], Backend]
"""A backend for a connection in a setting; nothing runs yet."""


async def _sleep(seconds: float) -> None:
    import asyncio

    await asyncio.sleep(seconds)


def _secrets_here(services: Services) -> Secrets:
    from stui_workspace.secrets.opening import secrets_of

    environ = services.environ
    can_ask = bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
    return secrets_of(services.locations, environ, services.fs, may_prompt=can_ask)


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
    open_secrets: Callable[[Services], Secrets] = _secrets_here
    redactor: Redactor = field(default_factory=Redactor)
    """Knows each value that was revealed in this run, and takes it out of what is shown or kept."""
    taken_away: dict[tuple[Path, Revision], list[float]] = field(default_factory=dict, repr=False)
    """When conflict copies were taken away in this run, by where they were and what they said."""

    def backend(self, spec: ConnectionSpec, setting: Setting) -> Backend:
        """A backend whose words hold no secret that was revealed; nothing runs yet.

        Raises:
            UsageError: There is none of that kind.
        """
        return discreet(self.make_backend(spec, setting), self.redactor)

    def secrets(self) -> Secrets:
        """The secrets of this user. Opens no store before one is asked.

        Raises:
            UnusableError: The user's configuration has errors.
            DiskError: It cannot be read.
        """
        return self.open_secrets(self)

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
