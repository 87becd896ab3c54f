"""`stui secret rename` and `rm`: never under no name, and nothing removed that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stui_workspace.secrets.store import Locked, TimedOut, Trouble, Unavailable
from support.fake_secrets import MortalStore
from support.secret_line import CANARY, OTHER, Person, SecretLine


def names(secret: SecretLine) -> list[str]:
    return [one["name"] for one in json.loads(secret("ls", "--json").out) if one["for"] is not None]


class TestRenaming:
    def test_another_name_and_all_else_the_same(
        self, secret: SecretLine, kept: MortalStore
    ) -> None:
        before = json.loads(secret("ls", "--json").out)[0]
        assert secret("rename", "orders/image", "orders/new").all == (
            0,
            "",
            "`keyring:orders/image` is `keyring:orders/new` now\n",
        )
        assert (kept.value("orders/new"), kept.value("orders/image")) == (CANARY, None)
        after = json.loads(secret("ls", "--json").out)
        assert after == [before | {"name": "keyring:orders/new"}]

    def test_where_the_old_name_stands_is_said(
        self, secret: SecretLine, kept: MortalStore, naming: Path
    ) -> None:
        ran = secret("rename", "orders/image", "orders/new")
        assert (
            "warning: .stui-workspace.yaml:4 `connections.image.credential` has the old name\n"
            "  = help: `stui set connections.image.credential keyring:orders/new`\n"
        ) in ran.err

    def test_keys_of_a_hostile_file_are_never_part_of_a_command(
        self, secret: SecretLine, kept: MortalStore, project: Path
    ) -> None:
        (project / ".stui-workspace.yaml").write_text(
            "stui: 1\nconnections:\n"
            "  '$(touch x)`id`': {kind: socket, credential: 'keyring:orders/image'}\n"
        )
        ran = secret("rename", "orders/image", "orders/new")
        assert "  = help: write `keyring:orders/new` there\n" in ran.err
        assert "stui set" not in ran.err

    def test_into_the_vault(
        self, secret: SecretLine, kept: MortalStore, vault: MortalStore
    ) -> None:
        assert secret("rename", "orders/image", "vault:orders/image").status == 0
        assert (vault.value("orders/image"), kept.kept) == (CANARY, {})
        assert names(secret) == ["vault:orders/image"]

    def test_never_over_another(self, secret: SecretLine, kept: MortalStore) -> None:
        secret("set", "b", "--stdin", given=OTHER)
        ran = secret("rename", "orders/image", "b")
        assert ran.status == 5
        assert (kept.value("orders/image"), kept.value("b")) == (CANARY, OTHER)

    def test_a_crash_in_the_middle_is_gone_on_from(
        self, secret: SecretLine, kept: MortalStore
    ) -> None:
        kept.kept["new"] = kept.kept["orders/image"]
        assert secret("rename", "orders/image", "new").status == 0
        assert list(kept.kept) == ["new"]

    def test_to_itself(self, secret: SecretLine, kept: MortalStore) -> None:
        assert secret("rename", "orders/image", "keyring:orders/image").status == 5
        assert kept.value("orders/image") == CANARY

    def test_to_no_name(self, secret: SecretLine, kept: MortalStore) -> None:
        assert secret("rename", "orders/image", "No Name").status == 2

    def test_a_store_that_loses_what_it_gets(self, secret: SecretLine, kept: MortalStore) -> None:
        kept.loses_what_it_gets = True
        ran = secret("rename", "orders/image", "new")
        assert ran.status == 5
        assert "did not give back what it was given" in ran.err
        assert kept.value("orders/image") == CANARY


class TestRemoving:
    def test_after_a_yes(self, secret: SecretLine, kept: MortalStore, person: Person) -> None:
        person.answers = ["y"]
        ran = secret("rm", "orders/image")
        assert ran.all == (0, "", "removed `keyring:orders/image`\n")
        assert person.questions == ["Remove `keyring:orders/image` for good? [y/N] "]
        assert (kept.kept, names(secret)) == ({}, [])

    def test_not_after_a_no(self, secret: SecretLine, kept: MortalStore, person: Person) -> None:
        person.answers = [None]
        assert secret("rm", "orders/image").all == (1, "", "")
        assert kept.value("orders/image") == CANARY

    def test_nobody_to_ask(self, secret: SecretLine, kept: MortalStore) -> None:
        assert secret("rm", "orders/image").status == 2
        assert kept.value("orders/image") == CANARY

    def test_who_names_it_is_said(
        self, secret: SecretLine, kept: MortalStore, naming: Path
    ) -> None:
        ran = secret("rm", "orders/image", "--yes")
        assert (
            "note: .stui-workspace.yaml:4 `connections.image.credential` names "
            "`keyring:orders/image`\n"
        ) in ran.err

    @pytest.mark.parametrize("trouble", [Locked(), Unavailable("it broke"), TimedOut(5)], ids=repr)
    def test_one_that_cannot_be_read_stays(
        self, secret: SecretLine, kept: MortalStore, trouble: Trouble
    ) -> None:
        kept.trouble = trouble
        assert secret("rm", "orders/image", "--yes").status == 5
        assert kept.value("orders/image") == CANARY
        assert names(secret) == ["keyring:orders/image"]

    def test_one_that_went_behind_our_back_goes_off_the_list(
        self, secret: SecretLine, kept: MortalStore
    ) -> None:
        kept.kept.clear()
        ran = secret("rm", "orders/image", "--yes")
        assert ran.all == (
            0,
            "",
            "`keyring:orders/image` was gone already, and is off the list now\n",
        )
        assert names(secret) == []

    def test_one_that_never_was(self, secret: SecretLine, keyring: MortalStore) -> None:
        assert secret("rm", "nope", "--yes").status == 5

    def test_one_that_is_bound(self, secret: SecretLine, keyring: MortalStore) -> None:
        secret("bind", "a", "--env", "A")
        ran = secret("rm", "a", "--yes")
        assert ran.status == 5
        assert "`stui secret unbind a` takes the binding away" in ran.err
