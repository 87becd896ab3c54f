"""Machines with vaults in their folders, quick to unlock: derivations are as cheap as can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Final

from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import Missing
from stui_workspace.secrets.vault import (
    Argon2id,
    Bounds,
    DataKey,
    Key,
    NewKey,
    Passphrase,
    RawKey,
    SlotKind,
    Tools,
    Vault,
    VaultPlace,
    create,
    unlock,
)
from stui_workspace.secrets.vault.contents import Contents
from stui_workspace.secrets.vault.entries import Entry
from stui_workspace.secrets.vault.format import Header
from stui_workspace.secrets.vault.sealing import Subkeys
from stui_workspace.secrets.vault.slots import Wrapping, new_slot
from stui_workspace.secrets.vault.writers import Writers
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem

CHEAP: Final = Argon2id(memory=64, passes=1, lanes=1)
LENIENT: Final = Bounds(least_memory=64, least_passes=1, least_work=64)
"""Of tests alone: what real files may not ask for."""

_SEEDS: Final = count()
AUDIENCE: Final = ("tcp://localhost:5555",)


def passphrase(text: str = "correct horse") -> Passphrase:
    return Passphrase(Secret(text))


def key_file(letter: bytes = b"k") -> RawKey:
    return RawKey(letter * 32, SlotKind.FILE)


def keyring_key(letter: bytes = b"r") -> RawKey:
    return RawKey(letter * 32, SlotKind.KEYRING)


def envelope(value: str, *audience: str) -> Envelope:
    return Envelope(Secret(value), audience or AUDIENCE, 1_000.0)


def dice(seed: str) -> Callable[[int], bytes]:
    """Random bytes that are the same in each run."""
    throws = count()

    def throw(size: int) -> bytes:
        content = b""
        while len(content) < size:
            content += sha256(f"{seed} {next(throws)}".encode()).digest()
        return content[:size]

    return throw


@dataclass
class Machine:
    """A machine with its own state; its vault may lie in a folder that is synchronised."""

    folder: Path
    name: str = "anna"
    fs: FileSystem = field(default_factory=RealFileSystem)
    seed: str = field(default_factory=lambda: str(next(_SEEDS)))
    """Of its random bytes: they are never the same twice, as it is with real ones."""
    lock_seconds: float = 20.0

    def __post_init__(self) -> None:
        ticks = count(1_000)
        self.tools = Tools(
            fs=self.fs,
            clock=lambda: float(next(ticks)),
            chance=dice(f"{self.seed} {self.name}"),
            machine=self.name,
            bounds=LENIENT,
            kdf=CHEAP,
            lock_seconds=self.lock_seconds,
        )

    @property
    def place(self) -> VaultPlace:
        return VaultPlace(self.folder / "data" / "vault", self.folder / "state")

    @property
    def path(self) -> Path:
        return self.place.path

    @property
    def content(self) -> bytes:
        content = self.fs.read(self.path)
        assert content is not None
        return content

    def made(self, key: NewKey | None = None, **values: str) -> Vault:
        """A new vault with these secrets."""
        vault = create(self.place, key or passphrase(), label="mine", tools=self.tools)
        for name, value in values.items():
            vault.put(name, envelope(value))
        return vault

    def opened(self, key: Key | None = None, *, accept_rollback: bool = False) -> Vault:
        return unlock(
            self.place, key or passphrase(), accept_rollback=accept_rollback, tools=self.tools
        )

    def receives(self, content: bytes) -> None:
        """As a sync tool does: the file is another, and nobody was asked."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(content)


def second(machine: Machine, folder: Path, name: str = "bert") -> Machine:
    """Another machine that got the vault of the first."""
    other = Machine(folder, name)
    other.receives(machine.content)
    return other


def values(vault: Vault) -> dict[str, str]:
    """All secrets of a vault."""
    return {name: value(vault, name) for name in vault.names()}


def value(vault: Vault, name: str) -> str:
    got = vault.get(name)
    assert not isinstance(got, Missing), name
    return got.secret.reveal()


def opened_vault(entries: Mapping[str, Entry], chance: Callable[[int], bytes]) -> Contents:
    """A vault with these entries, in memory; always with the same id, key and slot."""
    throw = dice("the one vault")
    vault, data = throw(16).hex(), DataKey(throw(32))
    keys = Subkeys.of(data, vault)
    header = Header(vault, 0, keys.commitment)
    slot = new_slot(header, data, key_file(), "file", Wrapping(CHEAP, throw))
    contents = Contents(keys, header, (slot,), {}, 0, Writers())
    for entry in entries.values():
        contents = contents.with_entry(entry, chance)
    return contents
