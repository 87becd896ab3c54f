"""Windows' credentials: their size, names and numbers, and what is left of an old value."""

from __future__ import annotations

import pytest
from keyring.backends import Windows

from doubles.windows_credentials import BAD_STUB, NO_SESSION, FakeCredentials, fake_credentials
from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.keyring import KeyringStore, find_store
from stui_workspace.secrets.keyring.items import LONGEST
from stui_workspace.secrets.keyring.windows import CredentialPasswords
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import Done, Missing, Unavailable

NAME = "orders/image"
OLD = Envelope(Secret("the old value"), (), 1.0)
NEW = Envelope(Secret("the new value"), (), 2.0)


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> FakeCredentials:
    return fake_credentials(monkeypatch)


@pytest.fixture
def store(credentials: FakeCredentials) -> KeyringStore:
    store = find_store({}, seconds=60.0, platform="win32")
    assert isinstance(store, KeyringStore)
    assert store.label == "Windows Credential Manager"
    return store


def test_an_item_is_named_as_everywhere_and_stays_on_this_machine(
    store: KeyringStore, credentials: FakeCredentials
) -> None:
    store.put(NAME, OLD)
    assert set(credentials.kept) == {"stui:orders/image"}
    kept = credentials.kept["stui:orders/image"]
    assert (kept["UserName"], kept["Persist"]) == ("credential", 2)


def test_of_an_old_value_nothing_is_left(store: KeyringStore, credentials: FakeCredentials) -> None:
    store.put(NAME, OLD)
    assert credentials.holds("the old value")
    store.put(NAME, NEW)
    assert not credentials.holds("the old value")
    store.remove(NAME)
    assert credentials.kept == {}


def test_another_user_of_the_same_service_stays(
    store: KeyringStore, credentials: FakeCredentials
) -> None:
    theirs = CredentialPasswords()
    theirs.write(f"stui:{NAME}", "ada", "hers")
    for envelope in (OLD, NEW):
        assert store.put(NAME, envelope) == Done()
        assert store.get(NAME) == envelope
        assert theirs.read(f"stui:{NAME}", "ada") == "hers"
    theirs.write(f"stui:{NAME}", "ada", "hers again")
    assert store.get(NAME) == NEW
    assert store.remove(NAME) == Done()
    assert store.get(NAME) == Missing()
    assert theirs.read(f"stui:{NAME}", "ada") == "hers again"


def test_the_longest_that_we_keep_fits(store: KeyringStore, credentials: FakeCredentials) -> None:
    room = LONGEST - len(Envelope(Secret("")).sealed())
    longest = Envelope(Secret("x" * room))
    assert store.put(NAME, longest) == Done()
    assert store.get(NAME) == longest
    theirs = CredentialPasswords()
    with pytest.raises(Exception, match=str(BAD_STUB)):
        theirs.write("mail", "ada", "x" * 1281)


@pytest.mark.parametrize("number", [5, NO_SESSION, BAD_STUB])
@pytest.mark.parametrize("call", ["CredRead", "CredWrite", "CredDelete"])
def test_a_number_is_an_outcome_and_nothing_is_lost(
    store: KeyringStore, credentials: FakeCredentials, call: str, number: int
) -> None:
    store.put(NAME, OLD)
    credentials.numbers = {call: [number]}
    outcome = store.remove(NAME) if call == "CredDelete" else store.put(NAME, NEW)
    assert isinstance(outcome, Unavailable)
    assert "as Windows would say it" not in outcome.reason
    assert store.get(NAME) == OLD


def test_without_credentials_as_over_ssh_the_way_out_is_told(
    store: KeyringStore, credentials: FakeCredentials
) -> None:
    credentials.numbers = {"CredWrite": [NO_SESSION]}
    stored = store.put(NAME, OLD)
    assert isinstance(stored, Unavailable)
    assert "stui vault init" in (stored.next_step or "")


def test_a_number_that_nobody_knows_is_told(
    store: KeyringStore, credentials: FakeCredentials
) -> None:
    credentials.numbers = {"CredRead": [87]}
    assert store.get(NAME) == Unavailable("the Credential Manager failed (error 87)")


def test_what_is_kept_otherwise_is_not_kept(
    store: KeyringStore, credentials: FakeCredentials
) -> None:
    store.put(NAME, OLD)
    credentials.garbles = True
    assert isinstance(store.put(NAME, NEW), Unavailable)
    assert store.get(NAME) == OLD


def test_no_variable_replaces_its_code(
    credentials: FakeCredentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEYRING_PROPERTY_GET_PASSWORD", "planted")
    monkeypatch.setenv("KEYRING_PROPERTY_PERSIST", "planted")
    store = find_store({}, platform="win32")
    assert isinstance(store, KeyringStore)
    assert store.get(NAME) == Missing()


def test_without_its_library_there_are_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Windows, "missing_deps", ImportError())
    store = find_store({}, platform="win32")
    assert isinstance(store, Unavailable)
    assert store.next_step is not None
