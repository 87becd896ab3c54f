"""The vault of a test: its person at the terminal, and no agent left behind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.vault import Key, Vault, VaultPlace, unlock
from stui_workspace.secrets.vault.agent import Place, lock, place_of
from stui_workspace.secrets.vault.keys import Passphrase
from stui_workspace.storage.locations import Locations
from support.command_line import CommandLine

PASSPHRASE = "correct horse battery staple"  # noqa: S105 (of a test)
OTHER = "five words by chance, or so"


class Typist:
    """Answers each question with the next of `answers`."""

    def __init__(self, *answers: str | None) -> None:
        self.answers = list(answers)
        self.questions: list[str] = []

    def ask(self, question: str) -> str | None:
        self.questions.append(question)
        return self.answers.pop(0)

    ask_hidden = ask


@dataclass
class VaultHome:
    """The vault below one `STUI_HOME`, as a test looks at it."""

    home: Path

    @property
    def locations(self) -> Locations:
        return Locations.find({"STUI_HOME": str(self.home)})

    @property
    def place(self) -> VaultPlace:
        return VaultPlace.of(self.locations)

    @property
    def agent(self) -> Place:
        return place_of(self.locations)

    def opened(self, key: Key | str = PASSPHRASE, path: Path | None = None) -> Vault:
        """The vault, or the copy at `path`, without the command line."""
        place = self.place if path is None else VaultPlace(path, self.home / f"of {path.name}")
        return unlock(place, Passphrase(Secret(key)) if isinstance(key, str) else key)

    def put(self, name: str, value: str, path: Path | None = None) -> None:
        self.opened(path=path).put(name, Envelope(Secret(value), ("tcp://localhost:5555",)))


@contextmanager
def no_agent_left(home: VaultHome) -> Iterator[VaultHome]:
    """A block after which no agent holds a key of that home."""
    try:
        yield home
    finally:
        lock(home.agent)


def sits_there(monkeypatch: pytest.MonkeyPatch, *answers: str | None) -> Typist:
    """Somebody at the terminal of `stui vault`."""
    from stui_workspace.cli import vault_keys
    from stui_workspace.cli.commands import vault_slot, vault_upkeep

    person = Typist(*answers)
    asks: Callable[[], Typist] = lambda: person  # noqa: E731 (one for three places)
    monkeypatch.setattr(vault_keys, "hidden_asker", asks)
    monkeypatch.setattr(vault_slot, "asker", asks)
    monkeypatch.setattr(vault_upkeep, "asker", asks)
    return person


def has_keyring(monkeypatch: pytest.MonkeyPatch, store: object) -> None:
    """The keyring of this system, or why there is none."""
    from stui_workspace.cli import vault_keys, vault_slots
    from stui_workspace.cli.commands import vault, vault_slot

    for module in (vault_keys, vault_slots, vault, vault_slot):
        monkeypatch.setattr(module, "keyring_now", lambda: store)


def derive_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passphrases are guessed fast in this test."""
    from stui_workspace.secrets.vault import Argon2id

    def derive(kdf: Argon2id, material: bytes, salt: bytes) -> bytes:
        return sha256(f"{kdf}".encode() + salt + material).digest()

    monkeypatch.setattr(Argon2id, "derive", derive)


def told(stui: CommandLine) -> dict[str, Any]:
    """What `stui vault status` says to programs."""
    found = json.loads(stui("vault", "status", "--json").out)
    assert isinstance(found, dict)
    return found
