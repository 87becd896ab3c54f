"""`stui secret doctor`: each thing that is wrong is found, with what to do, and without a value."""

from __future__ import annotations

import json

import pytest

from stui_workspace.secrets.bindings import Command
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import Locked, TimedOut, Trouble, Unavailable
from support.fake_secrets import FakeSecrets, MortalStore
from support.secret_line import CANARY, SecretLine


def codes(secret: SecretLine) -> list[str]:
    ran = secret("doctor", "--json")
    problems = json.loads(ran.out)["problems"]
    assert ran.status == bool(problems)
    assert all(one["fix"] and one["message"] for one in problems)
    return [one["code"] for one in problems]


def test_all_is_well(secret: SecretLine, kept: MortalStore) -> None:
    assert secret("doctor").all == (
        0,
        (
            "the keyring of this system: Fake Keyring\n"
            "the vault: there is no vault yet\n"
            "`keyring:` names lead to: the keyring, or the vault where there is none\n"
        ),
        "nothing is wrong here\n",
    )


@pytest.mark.parametrize("prefers", ["keyring", "vault"])
def test_the_choice_of_the_configuration_is_said(
    secret: SecretLine, fakes: FakeSecrets, vault: MortalStore, prefers: str
) -> None:
    fakes.prefers = prefers
    assert f"lead to: the {prefers}, as your configuration says\n" in secret("doctor").out


def test_nowhere_to_store(secret: SecretLine, fakes: FakeSecrets) -> None:
    fakes.keyring = Unavailable("no bus")
    assert codes(secret) == ["no-store"]


@pytest.mark.parametrize(
    "name", ["PYTHON_KEYRING_BACKEND", "KEYRING_PROPERTY_X", "keyring_property_keychain"]
)
def test_variables_that_choose_code(
    secret: SecretLine, keyring: MortalStore, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "x")
    assert codes(secret) == ["hostile-variable"]


def test_credentials_that_others_may_write(secret: SecretLine, keyring: MortalStore) -> None:
    secret("bind", "a", "--env", "A", "--for", "tls://h:1")
    (secret.home / "config" / "credentials.yaml").chmod(0o666)
    ran = secret("doctor")
    assert ran.status == 1
    assert "others may write to" in ran.err
    assert "chmod go-w" in ran.err


class TestTheList:
    def test_one_that_is_gone(self, secret: SecretLine, kept: MortalStore) -> None:
        kept.kept.clear()
        assert codes(secret) == ["listed-and-gone"]

    @pytest.mark.parametrize(
        ("trouble", "code"),
        [
            (Locked(), "store-locked"),
            (Unavailable("it broke"), "store-unavailable"),
            (TimedOut(5), "store-silent"),
        ],
    )
    def test_a_store_that_does_not_say_is_asked_once(
        self, secret: SecretLine, kept: MortalStore, trouble: Trouble, code: str
    ) -> None:
        secret("set", "b", "--stdin", "--for", "tls://h:1", given=CANARY)
        asked = len(kept.asked)
        kept.trouble = trouble
        assert codes(secret) == [code]
        assert len(kept.asked) == asked + 1

    def test_nothing_is_changed(self, secret: SecretLine, kept: MortalStore) -> None:
        kept.kept.clear()
        before = secret("ls", "--json").out
        secret("doctor")
        assert secret("ls", "--json").out == before


class TestAudiences:
    def test_for_nobody(self, secret: SecretLine, keyring: MortalStore) -> None:
        secret("set", "a", "--stdin", given=CANARY)
        secret("bind", "b", "--keyring-item", "s", "u")
        assert codes(secret) == ["for-nobody", "for-nobody", "bound-to-nothing"]

    def test_where_others_can_listen(self, secret: SecretLine, keyring: MortalStore) -> None:
        secret("set", "a", "--stdin", "--for", "tcp://far:1", given=CANARY)
        assert codes(secret) == ["not-private"]


class TestBindings:
    @pytest.mark.parametrize(
        "place",
        [
            ["--env", "NOT_SET_HERE"],
            ["--keyring-item", "s", "u"],
            ["--vault", "x"],
            ["--command", "no-such-program-anywhere"],
        ],
        ids=str,
    )
    def test_to_nothing(self, secret: SecretLine, keyring: MortalStore, place: list[str]) -> None:
        secret("bind", "a", "--for", "tls://h:1", *place)
        assert codes(secret) == ["bound-to-nothing"]

    def test_to_something(
        self,
        secret: SecretLine,
        fakes: FakeSecrets,
        vault: MortalStore,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("SET_HERE", CANARY)
        secret("set", "vault:x", "--stdin", "--for", "tls://h:1", given=CANARY)
        fakes.read_item = lambda _item: Secret(CANARY)
        for name, place in {
            "a": ["--env", "SET_HERE"],
            "b": ["--keyring-item", "s", "u"],
            "c": ["--vault", "x"],
            "d": ["--command", "python3"],
        }.items():
            secret("bind", name, "--for", "tls://h:1", *place)
        secret("bind", "e", "--vault", "x")
        assert codes(secret) == []

    def test_a_command_is_not_run(self, secret: SecretLine, fakes: FakeSecrets) -> None:
        ran: list[Command] = []

        def run(command: Command) -> Unavailable:
            ran.append(command)
            return Unavailable("no")

        fakes.run = run
        secret("bind", "a", "--for", "tls://h:1", "--command", "python3", "-c", "1")
        assert codes(secret) == []
        assert ran == []


class TestVariables:
    def test_what_they_go_before(
        self, secret: SecretLine, kept: MortalStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("STUI_SECRET_ORDERS_IMAGE", CANARY)
        assert codes(secret) == ["variable-for-anybody"]
        monkeypatch.setenv("STUI_SECRET_ORDERS_IMAGE_FOR", "tls://h:1")
        assert codes(secret) == ["variable-set"]

    def test_one_that_no_secret_is_called_after(
        self, secret: SecretLine, kept: MortalStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("STUI_SECRET_TYPO", CANARY)
        assert codes(secret) == ["variable-unknown"]

    def test_one_for_two_names(self, secret: SecretLine, keyring: MortalStore) -> None:
        for name in ("a.b", "a/b"):
            secret("set", name, "--stdin", "--for", "tls://h:1", given=CANARY)
        assert codes(secret) == ["one-variable-for-two"]
