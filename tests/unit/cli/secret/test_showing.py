"""`stui secret ls`, `show`, `which` and `test`: what there is, and never what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from stui_workspace.cli import build, secret_showing
from stui_workspace.secrets.store import Locked, TimedOut, Trouble, Unavailable
from support.fake_secrets import FakeSecrets, MortalStore
from support.secret_line import CANARY, Person, SecretLine


class TestListing:
    def test_nothing(self, secret: SecretLine) -> None:
        assert secret("ls").all == (0, "", "stui has stored no secret\n")
        assert secret("ls", "--json").all == (0, "[]\n", "")

    def test_what_is_stored_and_for_whom(self, secret: SecretLine, kept: MortalStore) -> None:
        secret("set", "b", "--stdin", given=CANARY)
        lines = secret("ls").out.splitlines()
        assert [line.rsplit("  ", 1)[0] for line in lines] == [
            "keyring:b             for nobody yet",
            "keyring:orders/image  for tls://h:1",
        ]

    def test_no_store_is_asked(
        self, secret: SecretLine, kept: MortalStore, fakes: FakeSecrets, naming: Path
    ) -> None:
        opened, asked = fakes.opened_count, list(kept.asked)
        secret("ls")
        secret("show", "orders/image")
        assert (fakes.opened_count, kept.asked) == (opened, asked)

    def test_what_files_name_besides(
        self, secret: SecretLine, keyring: MortalStore, naming: Path
    ) -> None:
        ran = secret("ls")
        assert ran.out == (
            "keyring:orders/image  not stored by stui, named in .stui-workspace.yaml:4, "
            ".stui-workspace.yaml:5, .stui-workspace.yaml:6\n"
        )
        assert ran.err == "  = help: `stui secret set keyring:orders/image` stores it\n"

    def test_also_in_the_overlay_and_in_environments(
        self, secret: SecretLine, naming: Path
    ) -> None:
        naming.write_text(
            "stui: 1\nname: a\nconnections:\n  a: {kind: socket, url: 'tls://h:1'}\n"
            "environments:\n  live: {connections: {a: {credential: 'vault:live'}}}\n"
        )
        naming.with_name(".stui-workspace.local.yaml").write_text(
            "stui: 1\nconnections:\n  a: {credential: 'keyring:mine'}\n"
        )
        found = json.loads(secret("ls", "--json").out)
        assert [(one["name"], one["where"], one["named_in"][0]["key"]) for one in found] == [
            ("vault:live", "unknown", "environments.live.connections.a.credential"),
            ("keyring:mine", "unknown", "connections.a.credential"),
        ]

    def test_one_of_that_name_in_the_keyring_is_not_the_one_in_the_vault(
        self, secret: SecretLine, kept: MortalStore, naming: Path
    ) -> None:
        naming.write_text(naming.read_text().replace("keyring:orders", "vault:orders"))
        found = json.loads(secret("ls", "--json").out)
        assert [(one["name"], one["where"]) for one in found] == [
            ("keyring:orders/image", "keyring"),
            ("vault:orders/image", "unknown"),
        ]

    def test_what_a_variable_gives_is_not_unknown(
        self, secret: SecretLine, naming: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("STUI_SECRET_ORDERS_IMAGE", CANARY)
        found = json.loads(secret("ls", "--json").out)
        assert [one["where"] for one in found] == ["variable"]

    def test_a_file_that_is_hostile_is_shown_safely(
        self, secret: SecretLine, project: Path
    ) -> None:
        (project / ".stui-workspace.yaml").write_text(
            'stui: 1\nconnections:\n  "a\\e[31m": {kind: socket, credential: "keyring:x"}\n'
        )
        assert "\x1b" not in secret("ls").out
        assert "\x1b" not in secret("show", "x").out

    def test_credentials_that_do_not_count_are_said(
        self, secret: SecretLine, kept: MortalStore
    ) -> None:
        secret("bind", "a", "--env", "A")
        file = secret.home / "config" / "credentials.yaml"
        file.write_text("[")
        file.chmod(0o600)
        ran = secret("ls")
        assert ran.status == 0
        assert f"warning: {file} has errors\n" in ran.err


class TestShowing:
    def test_all_but_the_value(self, secret: SecretLine, kept: MortalStore, naming: Path) -> None:
        lines = secret("show", "orders/image").out.splitlines()
        assert lines[:3] == [
            "name      keyring:orders/image",
            "kept in   keyring",
            "for       tls://h:1",
        ]
        assert lines[3].startswith("changed   20")
        assert lines[4] == "named in  .stui-workspace.yaml:4 connections.image.credential"
        record = json.loads(secret("show", "keyring:orders/image", "--json").out)
        assert (record["where"], record["for"]) == ("keyring", ["tls://h:1"])

    def test_one_that_is_not_there(self, secret: SecretLine, keyring: MortalStore) -> None:
        assert secret("show", "nope").status == 5

    def test_a_bound_one(self, secret: SecretLine, keyring: MortalStore) -> None:
        secret("bind", "a", "--command", "pass", "show", "orders")
        assert secret("show", "keyring:a").out == (
            "name      a\nkept in   binding: what `pass` prints\nfor       nobody yet\n"
        )


class TestRevealing:
    def test_not_without_a_word_to_what_is_no_terminal(
        self, secret: SecretLine, kept: MortalStore, person: Person
    ) -> None:
        ran = secret("show", "orders/image", "--reveal")
        assert (ran.status, ran.out, person.questions) == (2, "", [])
        assert "`--to-pipe` prints it all the same" in ran.err

    def test_to_a_pipe_exactly(self, secret: SecretLine, kept: MortalStore) -> None:
        secret.may_say = True
        assert secret("show", "orders/image", "--reveal", "--to-pipe").all == (0, CANARY, "")

    @pytest.mark.parametrize(
        "arguments", [["--to-pipe"], ["--reveal", "--json"], ["--to-pipe", "--json"]], ids=str
    )
    def test_what_makes_no_sense(
        self, secret: SecretLine, kept: MortalStore, arguments: list[str]
    ) -> None:
        assert secret("show", "orders/image", *arguments).status == 2

    @pytest.fixture
    def screen(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Standard output is a terminal."""
        monkeypatch.setattr(secret_showing, "is_terminal", lambda _stream: True)

    @pytest.mark.usefixtures("screen")
    @pytest.mark.parametrize("extra", [[], ["--to-pipe"]], ids=str)
    def test_on_a_terminal_it_asks(
        self, secret: SecretLine, kept: MortalStore, person: Person, extra: list[str]
    ) -> None:
        person.answers = [""]
        assert secret("show", "orders/image", "--reveal", *extra).all == (1, "", "not shown\n")
        assert person.questions == [
            "Show the value of `keyring:orders/image` on this terminal? [y/N] "
        ]
        secret.may_say = True
        person.answers = ["y"]
        assert secret("show", "orders/image", "--reveal", *extra).out == f"{CANARY}\n"

    @pytest.mark.usefixtures("screen")
    def test_on_a_terminal_with_nobody(self, secret: SecretLine, kept: MortalStore) -> None:
        assert secret("show", "orders/image", "--reveal").status == 2


class TestWhich:
    def test_each_place_in_order(self, secret: SecretLine, kept: MortalStore) -> None:
        ran = secret("which", "orders/image")
        file = secret.home / "config" / "credentials.yaml"
        assert ran.all == (
            0,
            (
                "1  not there    variable STUI_SECRET_ORDERS_IMAGE\n"
                f"2  not there    binding in {file}\n"
                "3  used         the keyring of this system (Fake Keyring)\n"
            ),
            "",
        )

    def test_a_variable_goes_first(
        self, secret: SecretLine, kept: MortalStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("STUI_SECRET_ORDERS_IMAGE", CANARY)
        asked = list(kept.asked)
        steps = json.loads(secret("which", "orders/image", "--json").out)
        assert [one["state"] for one in steps] == ["used", "not there", "not asked"]
        assert kept.asked == asked

    def test_one_that_cannot_be_had(self, secret: SecretLine, keyring: MortalStore) -> None:
        ran = secret("which", "nope")
        assert (ran.status, ran.err) == (5, "  = help: `stui secret set nope` stores it\n")
        keyring.trouble = Locked("it is locked", "unlock it")
        ran = secret("which", "nope", "--json")
        assert (ran.status, ran.err) == (5, "  = help: unlock it\n")


class TestTesting:
    def test_one_that_is_there(self, secret: SecretLine, kept: MortalStore) -> None:
        ran = secret("test", "orders/image")
        assert (ran.status, ran.err) == (0, "")
        assert ran.out.startswith(
            "keyring:orders/image: there, from the keyring of this system (Fake Keyring) ("
        )
        record = json.loads(secret("test", "orders/image", "--json").out)
        assert (record["there"], record["reason"]) == (True, None)

    @pytest.mark.parametrize("trouble", [Locked(), Unavailable("it broke"), TimedOut(5)], ids=repr)
    def test_one_that_cannot_be_had(
        self, secret: SecretLine, kept: MortalStore, trouble: Trouble
    ) -> None:
        kept.trouble = trouble
        ran = secret("test", "orders/image", "--json")
        assert (ran.status, json.loads(ran.out)["there"]) == (5, False)
        assert "error: secret `keyring:orders/image`: " in ran.err
        assert "  = help: " in ran.err

    def test_one_that_is_not_there(self, secret: SecretLine, keyring: MortalStore) -> None:
        ran = secret("test", "nope")
        assert (ran.status, ran.out) == (5, "")
        assert "`stui secret set keyring:nope` stores it" in ran.err

    def test_a_binding_that_leads_nowhere(self, secret: SecretLine, keyring: MortalStore) -> None:
        secret("bind", "a", "--env", "NOT_SET_HERE")
        ran = secret("test", "a")
        assert ran.status == 5
        assert "variable NOT_SET_HERE: not there" in ran.err


def test_names_are_completed(secret: SecretLine, kept: MortalStore) -> None:
    secret("bind", "orders/bound", "--env", "A")
    complete = ShellComplete(build(lambda _request, _services: 0), {}, "stui", "_STUI_COMPLETE")
    for command in ("show", "set", "rotate", "rm", "allow", "which", "test", "rename", "unbind"):
        found = complete.get_completions(["secret", command], "orders/")
        assert [one.value for one in found] == ["orders/bound", "orders/image"], command
