"""Stores of secrets that fail and die as told; and what a value looks like in disguise."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import quote

from doubles.fake_store import FakeStore
from stui_workspace.secrets.bindings import Command, KeyringItem, bindings_at
from stui_workspace.secrets.envelope import Envelope, opened
from stui_workspace.secrets.index import SecretIndex
from stui_workspace.secrets.opening import INDEX_NAME
from stui_workspace.secrets.resolving import Places, Secrets
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import (
    Done,
    Got,
    Missing,
    Removed,
    Store,
    Stored,
    Trouble,
    Unavailable,
)
from stui_workspace.storage.filesystem import FileSystem
from stui_workspace.storage.locations import CREDENTIALS_NAME, Locations


class DiedError(BaseException):
    """The program ended at once. Not an Exception, so that nothing can survive it."""


@dataclass
class Fuse:
    """Burns through at its `at`-th use; 0 never does."""

    at: int = 0
    used: int = 0

    def burn(self) -> None:
        self.used += 1
        if self.used == self.at:
            raise DiedError


@dataclass
class MortalStore(FakeStore):
    """A store in memory that burns its fuse before each call, and after each change."""

    label: str = "Fake Keyring"
    fuse: Fuse = field(default_factory=Fuse)
    refuses_to_write: Trouble | None = None
    """What comes of every change, while it is set."""
    loses_what_it_gets: bool = False

    def get(self, name: str) -> Got:
        self.fuse.burn()
        return super().get(name)

    def put(self, name: str, envelope: Envelope) -> Stored:
        self.fuse.burn()
        if self.refuses_to_write is not None:
            return self.refuses_to_write
        if self.loses_what_it_gets:
            return Done()
        done = super().put(name, envelope)
        self.fuse.burn()
        return done

    def remove(self, name: str) -> Removed:
        self.fuse.burn()
        if self.refuses_to_write is not None:
            return self.refuses_to_write
        removed = super().remove(name)
        self.fuse.burn()
        return removed

    def value(self, name: str) -> str | None:
        """The value of a secret, as a test may know it."""
        found = opened(self.kept[name]) if name in self.kept else None
        return None if found is None else found.secret.reveal()

    def audience(self, name: str) -> tuple[str, ...] | None:
        found = opened(self.kept[name])
        return None if found is None else found.audience

    def holds(self, value: str) -> bool:
        return any(self.value(name) == value for name in self.kept)


@dataclass
class FakeSecrets:
    """A keyring and a vault, either of which may be missing; stands in for `secrets_of`."""

    keyring: MortalStore | Unavailable = field(default_factory=MortalStore)
    vault: MortalStore | Unavailable = field(
        default_factory=lambda: Unavailable("there is no vault yet", "`stui vault init` makes one")
    )
    prefers: str = "auto"
    read_item: Callable[[KeyringItem], Secret | Missing] = lambda _item: Missing()
    run: Callable[[Command], Secret | Unavailable] = lambda _command: Unavailable("not here")
    opened_count: int = 0

    def __call__(
        self,
        locations: Locations,
        environ: Mapping[str, str],
        fs: FileSystem,
        *,
        may_prompt: bool = False,
    ) -> Secrets:
        return Secrets(
            Places(
                lambda: self._opened(self.keyring),
                lambda: self._opened(self.vault),
                self.prefers,
                self.read_item,
                self.run,
            ),
            partial(bindings_at, locations.config / CREDENTIALS_NAME),
            SecretIndex(locations.state / INDEX_NAME, fs),
            environ,
        )

    def _opened(self, store: MortalStore | Unavailable) -> Store | Unavailable:
        self.opened_count += 1
        return store


def disguises(value: str) -> tuple[bytes, ...]:
    """The forms in which a value could be left somewhere: plain, base64, hex, percent-encoded."""
    plain = value.encode()
    packed = base64.b64encode(plain).rstrip(b"=")
    return plain, packed[:-1], plain.hex().encode(), quote(value, safe="").encode()


def found_in(value: str, content: bytes) -> bool:
    """Whether a value stands in some bytes in any of its forms."""
    lower = content.lower()
    return any(
        form in content or (form == value.encode().hex().encode() and form in lower)
        for form in disguises(value)
    )


def files_with(value: str, folder: Path) -> list[Path]:
    """The files below a folder that hold a value in any form, by their name or their content."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if found_in(value, str(path).encode())
        or (path.is_file() and found_in(value, path.read_bytes()))
    ]
