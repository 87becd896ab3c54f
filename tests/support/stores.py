"""Every kind of `Store`, ready to be tried: `STORES` has a maker for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from doubles.fake_store import FakeStore
from doubles.macos_keychain import fake_keychain
from doubles.windows_credentials import fake_credentials
from stui_workspace.secrets.keyring import KeyringStore, find_store
from stui_workspace.secrets.keyring.macos import KeychainPasswords
from stui_workspace.secrets.keyring.native import NativeItems
from stui_workspace.secrets.store import Locked, Store
from stui_workspace.secrets.vault import Key, RawKey, VaultPlace, VaultStore, create
from support.secret_service import secret_service


@dataclass(frozen=True)
class Tried:
    """A store that is empty, and what can be done to it from outside."""

    store: Store
    lock: Callable[[], None] | None = None
    """Lock it; None where its kind cannot be locked."""
    unlock: Callable[[], None] | None = None
    longest: int | None = None
    """Characters of ASCII that are too many for a value; None where there is no limit."""


@contextmanager
def _fake(_folder: Path, _monkeypatch: pytest.MonkeyPatch) -> Iterator[Tried]:
    store = FakeStore()

    def set_trouble(trouble: Locked | None) -> None:
        store.trouble = trouble

    yield Tried(store, partial(set_trouble, Locked()), partial(set_trouble, None))


@contextmanager
def _secret_service(folder: Path, _monkeypatch: pytest.MonkeyPatch) -> Iterator[Tried]:
    with secret_service(folder) as service:
        store = found(service.environ)
        yield Tried(store, service.lock, service.unlock, longest=1_300)


@contextmanager
def _macos(_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tried]:
    keychain = fake_keychain(monkeypatch)

    def set_locked(*, is_locked: bool) -> None:
        keychain.is_locked = is_locked

    store = KeyringStore(NativeItems(KeychainPasswords(keychain.allow)))
    yield Tried(
        store,
        partial(set_locked, is_locked=True),
        partial(set_locked, is_locked=False),
        longest=1_300,
    )


@contextmanager
def _windows(_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tried]:
    fake_credentials(monkeypatch)
    yield Tried(found({}, platform="win32"), longest=1_300)


@contextmanager
def _vault(folder: Path, _monkeypatch: pytest.MonkeyPatch) -> Iterator[Tried]:
    key = RawKey(bytes(range(32)))
    held: list[Key] = [key]
    place = VaultPlace(folder / "config" / "vault", folder / "state")
    create(place, key, label="of the tests")
    store = VaultStore(place, lambda: held[0] if held else None)
    yield Tried(store, held.clear, partial(held.append, key))


STORES: dict[str, Callable[[Path, pytest.MonkeyPatch], AbstractContextManager[Tried]]] = {
    "fake": _fake,
    "secret service": _secret_service,
    "macos": _macos,
    "windows": _windows,
    "vault": _vault,
}
"""Each is given an empty folder. Add a kind here, and tests/contracts/test_store.py tries it."""


def found(
    environ: dict[str, str], *, seconds: float = 5.0, platform: str = "linux"
) -> KeyringStore:
    """The keyring that is there for sure."""
    store = find_store(environ, seconds=seconds, platform=platform)
    assert isinstance(store, KeyringStore), store
    return store
