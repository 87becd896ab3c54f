"""Where the key comes from when nobody is asked: the agent, a file, the keyring; else nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from doubles.fake_store import FakeStore
from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import Done, Locked, Missing, Unavailable
from stui_workspace.secrets.vault import (
    Argon2id,
    DataKey,
    Passphrase,
    RawKey,
    SlotKind,
    VaultStore,
    create,
)
from stui_workspace.secrets.vault.agent import Limits, hold, lock
from stui_workspace.secrets.vault.agent.key_files import new_key_file
from stui_workspace.secrets.vault.agent.sources import envelope_of, key_source, keyring_name
from support.vaults import PASSPHRASE, VaultHome, no_agent_left


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[VaultHome]:
    monkeypatch.setattr(
        Argon2id, "derive", lambda _kdf, material, salt: sha256(salt + material).digest()
    )
    with no_agent_left(VaultHome(tmp_path / "home")) as one:
        create(one.place, Passphrase(Secret(PASSPHRASE)), label="passphrase")
        yield one


def unlocked(home: VaultHome) -> DataKey:
    vault = home.opened()
    hold(home.agent, vault.id, vault.data_key.material, Limits(60, 60))
    return vault.data_key


def test_there_is_none_where_there_is_no_vault(tmp_path: Path) -> None:
    home = VaultHome(tmp_path / "home")
    assert key_source(home.locations, {})() is None


def test_there_is_none_while_it_is_locked(home: VaultHome) -> None:
    assert key_source(home.locations, {})() is None


def test_the_agent_comes_first(home: VaultHome) -> None:
    key = unlocked(home)
    missing = {"STUI_VAULT_KEY_FILE": str(home.home / "missing")}
    assert key_source(home.locations, missing)() == key


def test_then_the_file_that_the_environment_names(home: VaultHome) -> None:
    key = new_key_file(home.home / "vault.key")
    environ = {"STUI_VAULT_KEY_FILE": str(home.home / "vault.key")}
    assert key_source(home.locations, environ)() == key
    assert key_source(home.locations, {"STUI_VAULT_KEY_FILE": ""})() is None


def test_then_the_keyring_if_the_vault_has_a_slot_for_it(home: VaultHome) -> None:
    key = RawKey(b"k" * 32, SlotKind.KEYRING)
    store = FakeStore()
    vault = home.opened()
    store.put(keyring_name(vault.id), envelope_of(key))
    source = key_source(home.locations, {}, lambda: store)
    store.asked.clear()
    assert source() is None
    assert store.asked == []  # not even asked
    vault.add_slot(key, "keyring")
    assert source() == key
    store.trouble = Locked()
    assert source() is None
    assert key_source(home.locations, {}, lambda: Unavailable("none here"))() is None
    assert key_source(home.locations, {})() is None


@pytest.mark.parametrize("kept", ["", "not base64!", "c2hvcnQ=", "k" * 5])
def test_what_the_keyring_has_may_be_no_key(home: VaultHome, kept: str) -> None:
    store = FakeStore()
    vault = home.opened()
    vault.add_slot(RawKey(b"k" * 32, SlotKind.KEYRING), "keyring")
    store.put(keyring_name(vault.id), Envelope(Secret(kept), ()))
    assert key_source(home.locations, {}, lambda: store)() is None


def test_no_connection_can_be_sent_the_key_of_a_vault() -> None:
    assert envelope_of(RawKey(b"k" * 32, SlotKind.KEYRING)).audience == ()


def test_a_store_works_while_it_is_unlocked_and_says_why_not_else(home: VaultHome) -> None:
    store = VaultStore(home.place, key_source(home.locations, {}))
    envelope = Envelope(Secret("s3cret-value"), ("tcp://localhost:5555",))
    assert isinstance(store.put("orders/image", envelope), Locked)
    unlocked(home)
    assert store.put("orders/image", envelope) == Done()
    got = store.get("orders/image")
    assert isinstance(got, Envelope)
    assert got.secret == envelope.secret
    assert store.get("orders/other") == Missing()
    assert lock(home.agent)
    assert isinstance(store.get("orders/image"), Locked)


def test_a_store_says_what_is_wrong_with_a_key_file(home: VaultHome) -> None:
    new_key_file(home.home / "vault.key")
    (home.home / "vault.key").chmod(0o644)
    environ = {"STUI_VAULT_KEY_FILE": str(home.home / "vault.key")}
    got = VaultStore(home.place, key_source(home.locations, environ)).get("orders/image")
    assert isinstance(got, Unavailable)
    assert "others may read it" in got.reason


def test_an_agent_whose_key_is_old_leaves_it_locked(home: VaultHome) -> None:
    unlocked(home)
    home.opened().rekey([Passphrase(Secret(PASSPHRASE))])
    got = VaultStore(home.place, key_source(home.locations, {})).get("orders/image")
    assert isinstance(got, Locked)
