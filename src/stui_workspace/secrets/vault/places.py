"""Where a vault is, and what of the outside its work needs."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from stui_workspace.model.records import dataclass, field
from stui_workspace.secrets.vault.kdf import BOUNDS, STANDARD, Bounds, Kdf
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem
from stui_workspace.storage.locations import Locations

VAULT_NAME: Final = "vault"
MEMORY_NAME: Final = "vault-memory.json"


@dataclass(frozen=True, slots=True)
class VaultPlace:
    """A vault by its path, and where this machine remembers what it saw of it."""

    path: Path
    """Of the vault. It may be a symbolic link, into a folder that is synchronised."""
    state: Path
    """The state folder of this machine, which nothing carries along."""

    @classmethod
    def of(cls, locations: Locations) -> VaultPlace:
        """The one of this user."""
        return cls(vault_path(locations), locations.state)

    @property
    def real(self) -> Path:
        """The file itself: what is replaced, when the vault is written."""
        return Path(os.path.realpath(self.path))

    @property
    def backup(self) -> Path:
        """The state before the last one that was written here, encrypted as it was."""
        return self.path.with_name(f"{self.path.name}.backup")

    @property
    def lock(self) -> Path:
        """Held while the vault is read to be written."""
        return self.path.with_name(f"{self.path.name}.lock")

    @property
    def memory(self) -> Path:
        """What this machine saw of its vaults."""
        return self.state / MEMORY_NAME


@dataclass(frozen=True, slots=True)
class Tools:
    """The disk, clock, chance and costs. What is given here is for tests; the rest uses these."""

    fs: FileSystem = field(default_factory=RealFileSystem)
    clock: Callable[[], float] = time.time
    """Seconds since 1970."""
    chance: Callable[[int], bytes] = os.urandom
    """So many bytes that nobody can foretell."""
    machine: str = field(default_factory=lambda: platform.node() or "localhost")
    """As the system calls it."""
    bounds: Bounds = BOUNDS
    """What a slot may ask for."""
    kdf: Kdf = STANDARD
    """How new passphrases are made slow to guess; `calibrated` fits one to this machine."""
    lock_seconds: float = 10.0
    """How long another stui is waited for."""


def vault_path(locations: Locations) -> Path:
    """Where the vault of this user is."""
    return locations.data / VAULT_NAME
