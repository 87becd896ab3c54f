"""The Keychain: what each of its statuses means, and who is asked when."""

from __future__ import annotations

import pytest
from keyring.backends import macOS

from doubles.macos_keychain import (
    AUTH_FAILED,
    CANCELLED,
    NO_INTERACTION,
    FakeKeychain,
    fake_keychain,
)
from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.keyring import KeyringStore, find_store
from stui_workspace.secrets.keyring.macos import KeychainPasswords, allow_interaction
from stui_workspace.secrets.keyring.native import NativeItems
from stui_workspace.secrets.keyring.patience import Limits
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import Done, Locked, Missing, Unavailable

NAME = "orders/image"
OLD = Envelope(Secret("the old value"), (), 1.0)
NEW = Envelope(Secret("the new value"), (), 2.0)


@pytest.fixture
def keychain(monkeypatch: pytest.MonkeyPatch) -> FakeKeychain:
    return fake_keychain(monkeypatch)


def store_over(keychain: FakeKeychain, *, may_prompt: bool = False) -> KeyringStore:
    items = NativeItems(KeychainPasswords(keychain.allow))
    return KeyringStore(items, Limits(60.0, 60.0), may_prompt=may_prompt)


def test_an_item_is_named_as_everywhere(keychain: FakeKeychain) -> None:
    store = store_over(keychain)
    assert store.put(NAME, OLD) == Done()
    assert store.put(NAME, NEW) == Done()
    assert keychain.items == {(b"stui:orders/image", b"credential"): NEW.sealed().encode()}
    assert store.label == "the keyring"
    assert store.look() is None
    assert store.label == "macOS Keychain"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (CANCELLED, Locked),
        (AUTH_FAILED, Locked),
        (NO_INTERACTION, Locked),
        (-25291, Unavailable),
        (-25307, Unavailable),
        (-67030, Unavailable),
        (-34018, Unavailable),
    ],
)
def test_a_status_is_an_outcome_and_nothing_is_lost(
    keychain: FakeKeychain, status: int, kind: type
) -> None:
    store = store_over(keychain)
    store.put(NAME, OLD)
    for call in ("copy_matching", "add", "delete"):
        keychain.statuses = {call: [status]}
        outcome = store.get(NAME) if call == "copy_matching" else store.put(NAME, NEW)
        assert isinstance(outcome, kind)
        assert store.get(NAME) == OLD
    keychain.statuses = {"delete": [status]}
    assert isinstance(store.remove(NAME), kind)
    assert store.get(NAME) == OLD


def test_a_status_that_nobody_knows_is_told_by_its_number(keychain: FakeKeychain) -> None:
    keychain.statuses = {"copy_matching": [-34018]}
    assert store_over(keychain).get(NAME) == Unavailable("the Keychain failed (status -34018)")


def test_an_add_that_fails_after_the_deletion_leaves_the_old_one(keychain: FakeKeychain) -> None:
    store = store_over(keychain)
    store.put(NAME, OLD)
    keychain.statuses = {"add": [0, -25291]}  # the spare one is added, the item itself is not
    assert isinstance(store.put(NAME, NEW), Unavailable)
    assert store.get(NAME) == OLD
    keychain.statuses = {"add": [0, -25291, -25291]}  # nor can the old one be put back
    assert isinstance(store.put(NAME, NEW), Unavailable)
    assert store.get(NAME) == NEW


def test_what_is_kept_otherwise_is_not_kept(keychain: FakeKeychain) -> None:
    store = store_over(keychain)
    store.put(NAME, OLD)
    keychain.garbles = True
    assert isinstance(store.put(NAME, NEW), Unavailable)
    assert store.get(NAME) == OLD


def test_a_locked_one_asks_only_where_somebody_may_be_asked(keychain: FakeKeychain) -> None:
    quiet, asking = store_over(keychain), store_over(keychain, may_prompt=True)
    quiet.put(NAME, OLD)
    keychain.is_locked = True
    assert quiet.get(NAME) == Locked("the Keychain is locked, and cannot ask here")
    assert keychain.asked_count == 0
    keychain.person = CANCELLED
    assert isinstance(asking.get(NAME), Locked)
    keychain.person = 0
    assert asking.get(NAME) == OLD
    assert keychain.asked_count == 2


def test_a_person_is_waited_for_beyond_the_limit(keychain: FakeKeychain) -> None:
    store_over(keychain).put(NAME, OLD)
    keychain.is_locked, keychain.thinks_seconds = True, 0.6
    items = NativeItems(KeychainPasswords(keychain.allow))
    assert KeyringStore(items, Limits(0.2, 60.0), may_prompt=True).get(NAME) == OLD


def test_a_foreign_item_that_is_no_text_is_no_secret(keychain: FakeKeychain) -> None:
    store = store_over(keychain)
    keychain.items[b"mail", b"ada"] = b"the value"
    keychain.items[b"mail", b"grace"] = b"\xff\xfe"
    assert store.read_foreign("mail", "ada") == Secret("the value")
    assert store.read_foreign("mail", "bob") == Missing()
    got = store.read_foreign("mail", "grace")
    assert got == Unavailable("the Keychain failed (UnicodeDecodeError)")


def test_no_variable_replaces_its_code(
    keychain: FakeKeychain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEYRING_PROPERTY_GET_PASSWORD", "planted")
    monkeypatch.setenv("KEYRING_PROPERTY_KEYCHAIN", "planted")
    assert store_over(keychain).get(NAME) == Missing()


def test_without_its_library_there_is_no_keychain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(macOS, "api", raising=False)
    store = find_store({}, platform="darwin")
    assert isinstance(store, Unavailable)
    assert store.next_step is not None


def test_the_switch_for_windows_is_left_alone_where_there_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda _path: object())
    allow_interaction(is_allowed=False)
