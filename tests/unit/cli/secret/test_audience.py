"""`stui secret allow` and `disallow`: whom a secret may be sent to, and nothing else about it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.fake_secrets import MortalStore
from support.secret_line import CANARY, Person, SecretLine

KEY = "ab" * 32


def test_more_are_allowed_and_each_once(secret: SecretLine, kept: MortalStore) -> None:
    ran = secret("allow", "orders/image", "https://H:8888", "tls://h:1", "https://h:8888/")
    assert ran.all == (0, "", "`keyring:orders/image` is for tls://h:1, https://h:8888\n")
    assert kept.audience("orders/image") == ("tls://h:1", "https://h:8888")
    assert kept.value("orders/image") == CANARY


def test_when_it_was_changed_stays(secret: SecretLine, kept: MortalStore) -> None:
    before = json.loads(secret("ls", "--json").out)[0]["changed"]
    secret("allow", "orders/image", "tls://h:2")
    assert json.loads(secret("ls", "--json").out)[0]["changed"] == before


@pytest.mark.parametrize(
    ("origin", "is_private"),
    [
        ("tcp://far:1", False),
        (f"tcp://far:1?server_key={KEY}", True),
        ("tcp://127.0.0.1:1", True),
        ("http://far:1", False),
        ("unix:/run/s", True),
    ],
)
def test_where_others_can_listen_is_said(
    secret: SecretLine, kept: MortalStore, origin: str, *, is_private: bool
) -> None:
    ran = secret("allow", "orders/image", origin)
    assert ran.status == 0
    assert ("others could read what is sent to" in ran.err) == (not is_private)


@pytest.mark.parametrize(
    "origin", ["h", "", "h:1", "tls://h", "unix:relative", "ftp://h:1", f"tls://u:{CANARY}@h:1"]
)
def test_what_is_no_origin(secret: SecretLine, kept: MortalStore, origin: str) -> None:
    for command in ("allow", "disallow"):
        ran = secret(command, "orders/image", origin)
        assert ran.status == 2
        assert "  = help: " in ran.err
    assert kept.audience("orders/image") == ("tls://h:1",)


def test_without_an_origin_it_asks_about_the_connections_here(
    secret: SecretLine, kept: MortalStore, naming: Path, person: Person
) -> None:
    person.answers = ["y"]
    secret("allow", "orders/image")
    assert person.questions == ["Connection `other` names it. May tls://h:2 get it? [y/N] "]
    assert kept.audience("orders/image") == ("tls://h:1", "tls://h:2")


def test_without_an_origin_and_nobody_to_ask(
    secret: SecretLine, kept: MortalStore, naming: Path
) -> None:
    ran = secret("allow", "orders/image")
    assert "`stui secret allow orders/image tls://h:2` lets `other` have it" in ran.err
    assert kept.audience("orders/image") == ("tls://h:1",)


def test_without_an_origin_where_nothing_names_it(secret: SecretLine, kept: MortalStore) -> None:
    ran = secret("allow", "orders/image")
    assert ran.status == 2
    assert "name an origin: tcp://HOST:PORT" in ran.err


class TestTakingBack:
    def test_one(self, secret: SecretLine, kept: MortalStore) -> None:
        secret("allow", "orders/image", "tls://h:2")
        ran = secret("disallow", "orders/image", "tls://H:1")
        assert ran.all == (0, "", "`keyring:orders/image` is for tls://h:2\n")
        assert kept.audience("orders/image") == ("tls://h:2",)

    def test_all(self, secret: SecretLine, kept: MortalStore) -> None:
        assert secret("disallow", "orders/image", "--all").status == 0
        assert (kept.audience("orders/image"), kept.value("orders/image")) == ((), CANARY)

    def test_one_that_it_is_not_for(self, secret: SecretLine, kept: MortalStore) -> None:
        assert secret("disallow", "orders/image", "tls://h:9").all == (
            2,
            "",
            "error: no origin of this secret `tls://h:9`\n  = help: it is for tls://h:1\n",
        )

    @pytest.mark.parametrize("arguments", [[], ["tls://h:1", "--all"]], ids=str)
    def test_what_makes_no_sense(
        self, secret: SecretLine, kept: MortalStore, arguments: list[str]
    ) -> None:
        assert secret("disallow", "orders/image", *arguments).status == 2


def test_of_a_bound_one_the_binding_says_it(secret: SecretLine, keyring: MortalStore) -> None:
    secret("bind", "a", "--env", "A", "--for", "tls://h:1")
    assert secret("allow", "a", "tls://h:2").status == 0
    assert secret("disallow", "a", "tls://h:1").status == 0
    file = secret.home / "config" / "credentials.yaml"
    assert file.read_text().endswith("secrets:\n  a:\n    env: A\n    for:\n      - tls://h:2\n")
    assert keyring.asked == []


@pytest.mark.parametrize("command", ["allow", "disallow"])
def test_of_one_that_is_bound_into_the_vault_the_vault_says_it(
    secret: SecretLine, vault: MortalStore, command: str
) -> None:
    secret("set", "vault:x", "--stdin", "--for", "tls://h:1", given=CANARY)
    assert secret("bind", "a", "--vault", "x").err == "`a` is bound to `x` in the vault\n"
    ran = secret(command, "a", "tls://h:2")
    assert ran.status == 2
    assert "where it is said whom it is for" in ran.err
    assert json.loads(secret("ls", "--json").out)[1]["for"] is None


@pytest.mark.parametrize("command", ["allow", "disallow"])
def test_one_that_is_not_there(secret: SecretLine, keyring: MortalStore, command: str) -> None:
    assert secret(command, "nope", "tls://h:1").status == 5
