"""`stui secret set` and `rotate`: what is typed is kept, and nothing else happens to it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from stui_workspace.secrets.store import Locked, TimedOut, Trouble, Unavailable
from support.fake_secrets import FakeSecrets, MortalStore
from support.secret_line import CANARY, OTHER, Person, SecretLine


def test_a_typed_value_is_kept_for_whom_it_is_for(
    secret: SecretLine, keyring: MortalStore, person: Person
) -> None:
    person.types(CANARY)
    ran = secret("set", "orders/image", "--for", "tls://H:1", "--for", "tls://h:1")
    assert ran.all == (
        0,
        "",
        "`keyring:orders/image` is kept in Fake Keyring, for tls://h:1\n",
    )
    assert person.questions == [
        "Value of `keyring:orders/image` (not shown): ",
        "Value of `keyring:orders/image`, once more: ",
    ]
    assert (keyring.value("orders/image"), keyring.audience("orders/image")) == (
        CANARY,
        ("tls://h:1",),
    )


def test_for_nobody_is_said_with_what_to_do(
    secret: SecretLine, keyring: MortalStore, person: Person
) -> None:
    person.types(CANARY)
    ran = secret("set", "keyring:orders/image")
    assert ran.err == (
        "`keyring:orders/image` is kept in Fake Keyring, for nobody yet\n"
        "warning: `keyring:orders/image` is for nobody yet, and no connection gets it\n"
        "  = help: `stui secret allow orders/image` and an origin, such as tls://HOST:PORT\n"
    )


def test_an_origin_that_others_can_listen_to_is_said(
    secret: SecretLine, keyring: MortalStore, person: Person
) -> None:
    person.types(CANARY)
    ran = secret("set", "orders/image", "--for", "tcp://far:1")
    assert "warning: others could read what is sent to tcp://far:1: it gets no secret" in ran.err


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        (["orders/image", CANARY], None),
        (["orders/image", "--", CANARY], None),
        (["orders/image", f"--value={CANARY}"], None),
        (["orders/image", f"--{CANARY}"], None),
        (["orders/image", f"-p{CANARY}"], None),
        ([f"orders/image={CANARY}"], None),
        (["orders/image", CANARY, "--stdin"], OTHER),
        (["orders/image", f"--{OTHER}", CANARY, "--stdin"], OTHER),
    ],
    ids=str.split("word after-dashes option flag short equals and-stdin two"),
)
@pytest.mark.parametrize("command", ["set", "rotate"])
def test_a_value_as_an_argument_is_refused_and_not_repeated(
    secret: SecretLine, keyring: MortalStore, command: str, arguments: list[str], given: str | None
) -> None:
    ran = secret(command, *arguments, given=given)
    assert (ran.status, ran.out, keyring.asked) == (2, "", [])
    assert "  = help: " in ran.err


@pytest.mark.parametrize("option", ["--hunter2", "--hunter2=x", "-hunter2", "-Xhunter2"])
@pytest.mark.parametrize("command", ["set", "rotate"])
def test_what_looks_like_an_option_is_not_repeated(
    secret: SecretLine, keyring: MortalStore, command: str, option: str
) -> None:
    ran = secret(command, "orders/image", option)
    assert (keyring.asked, "hunter2" in ran.err + ran.out) == ([], False)


def test_the_refusal_says_what_to_run(secret: SecretLine) -> None:
    assert secret("set", "orders/image", CANARY).err == (
        "error: a value on the command line is seen by other programs, and kept by your shell; "
        "consider it known, and choose another\n"
        "  = help: `stui secret set orders/image` asks for it; `--stdin` reads it\n"
    )


class TestStandardInput:
    @pytest.mark.parametrize("end", ["", "\n", "\r\n"], ids=["none", "LF", "CR LF"])
    def test_one_line_end_is_left_out_and_that_is_said(
        self, secret: SecretLine, keyring: MortalStore, end: str
    ) -> None:
        ran = secret("set", "a", "--stdin", "--for", "tls://h:1", given=CANARY + end)
        assert keyring.value("a") == CANARY
        assert ran.err == (
            "note: the line end behind the value is left out\n" * bool(end)
            + "`keyring:a` is kept in Fake Keyring, for tls://h:1\n"
        )

    def test_all_else_is_kept(self, secret: SecretLine, keyring: MortalStore) -> None:
        secret("set", "a", "--stdin", given=f"  {CANARY}\r\n\t{CANARY}\n\n")
        assert keyring.value("a") == f"  {CANARY}\r\n\t{CANARY}\n"

    @pytest.mark.parametrize(
        ("given", "reason"),
        [
            ("", "the value is empty"),
            ("\n", "the value is empty"),
            (f"{CANARY}\0", "the value has a NUL in it"),
            (CANARY.encode("latin-1"), "the value is no UTF-8 text"),
            ("ä" * (32 << 10) + "x", "the value is longer than 64 KiB"),
            (b"\xc3\xa4" * (1 << 20), "the value is longer than 64 KiB"),
        ],
        ids=["nothing", "a line end", "NUL", "not UTF-8", "a byte too long", "a MiB"],
    )
    def test_what_cannot_be_kept(
        self, secret: SecretLine, keyring: MortalStore, given: str | bytes, reason: str
    ) -> None:
        ran = secret("set", "a", "--stdin", given=given)
        assert (ran.status, keyring.kept) == (2, {})
        assert f"error: {reason}" in ran.err

    def test_the_longest(self, secret: SecretLine, keyring: MortalStore) -> None:
        value = "ä" * (32 << 10)
        assert secret("set", "a", "--stdin", given=f"{value}\r\n").status == 0
        assert keyring.value("a") == value


class TestTyping:
    def test_two_that_differ(
        self, secret: SecretLine, keyring: MortalStore, person: Person
    ) -> None:
        person.values = [CANARY, OTHER]
        ran = secret("set", "a")
        assert (ran.status, keyring.kept) == (2, {})
        assert "error: the two are not the same" in ran.err

    @pytest.mark.parametrize(
        "typed", [None, "", f"{CANARY}\x1b[A", f"{CANARY}\x7f"], ids=["nobody", "", "arrow", "DEL"]
    )
    def test_what_is_none(
        self, secret: SecretLine, keyring: MortalStore, person: Person, typed: str | None
    ) -> None:
        person.types(typed)
        assert (secret("set", "a").status, keyring.kept) == (2, {})

    def test_nobody_at_the_terminal(self, secret: SecretLine, keyring: MortalStore) -> None:
        assert secret("set", "a").all == (
            2,
            "",
            (
                "error: nobody is here to be asked for the value\n"
                "  = help: `--stdin` reads it from standard input, every line of it\n"
            ),
        )


class TestReplacing:
    def test_it_goes_on_being_for_the_same(
        self, secret: SecretLine, kept: MortalStore, person: Person
    ) -> None:
        person.answers = ["y"]
        person.types(OTHER)
        assert secret("set", "orders/image").status == 0
        assert person.questions[0] == ("`keyring:orders/image` is there. Replace its value? [y/N] ")
        assert kept.value("orders/image") == OTHER
        assert kept.audience("orders/image") == ("tls://h:1",)

    def test_unless_it_is_said_otherwise(self, secret: SecretLine, kept: MortalStore) -> None:
        secret("set", "orders/image", "--stdin", "--force", "--for", "tls://new:1", given=OTHER)
        assert kept.audience("orders/image") == ("tls://new:1",)

    def test_no_is_no(self, secret: SecretLine, kept: MortalStore, person: Person) -> None:
        person.answers = [""]
        assert secret("set", "orders/image").all == (1, "", "nothing was changed\n")
        assert kept.value("orders/image") == CANARY

    def test_nobody_to_ask(self, secret: SecretLine, kept: MortalStore) -> None:
        ran = secret("set", "orders/image", "--stdin", given=OTHER)
        assert (ran.status, kept.value("orders/image")) == (2, CANARY)
        assert "`--force` replaces it" in ran.err

    @pytest.mark.parametrize("trouble", [Locked(), Unavailable("it broke"), TimedOut(5)], ids=repr)
    def test_what_cannot_be_read_is_never_written_over(
        self, secret: SecretLine, kept: MortalStore, trouble: Trouble
    ) -> None:
        kept.trouble = trouble
        for command in ("set", "rotate"):
            extra = ["--force"] if command == "set" else []
            ran = secret(command, "orders/image", "--stdin", *extra, given=OTHER)
            assert ran.status == 5
            assert "  = help: " in ran.err
        assert kept.value("orders/image") == CANARY
        assert kept.asked.count("put orders/image") == 1


class TestWhoNamesIt:
    def test_each_address_is_asked_about_once(
        self, secret: SecretLine, keyring: MortalStore, naming: Path, person: Person
    ) -> None:
        person.answers = ["y", "n"]
        person.types(CANARY)
        secret("set", "orders/image")
        assert person.questions[2:] == [
            "Connection `image` names it. May tls://h:1 get it? [y/N] ",
            "Connection `other` names it. May tls://h:2 get it? [y/N] ",
        ]
        assert keyring.audience("orders/image") == ("tls://h:1",)

    def test_without_a_terminal_how_to_allow_it_is_said(
        self, secret: SecretLine, keyring: MortalStore, naming: Path
    ) -> None:
        ran = secret("set", "orders/image", "--stdin", given=CANARY)
        assert keyring.audience("orders/image") == ()
        assert (
            "  = help: `stui secret allow orders/image tls://h:1` lets `image` have it\n" in ran.err
        )

    def test_a_file_with_errors_asks_for_nothing(
        self, secret: SecretLine, keyring: MortalStore, naming: Path, person: Person
    ) -> None:
        naming.write_text("[")
        person.types(CANARY)
        assert secret("set", "orders/image").status == 0
        assert len(person.questions) == 2


class TestStores:
    @pytest.mark.parametrize("words", [["vault:a"], ["a", "--vault"]], ids=str)
    def test_the_vault_by_choice(
        self, secret: SecretLine, keyring: MortalStore, vault: MortalStore, words: list[str]
    ) -> None:
        assert secret("set", *words, "--stdin", given=CANARY).status == 0
        assert (vault.value("a"), keyring.kept) == (CANARY, {})

    def test_two_choices_at_once(self, secret: SecretLine, vault: MortalStore) -> None:
        assert secret("set", "vault:a", "--keyring", "--stdin", given=CANARY).status == 2

    def test_where_it_is_already_it_stays(
        self, secret: SecretLine, keyring: MortalStore, vault: MortalStore
    ) -> None:
        secret("set", "vault:a", "--stdin", given=CANARY)
        secret("set", "a", "--stdin", "--force", given=OTHER)
        assert (vault.value("a"), keyring.kept) == (OTHER, {})

    def test_one_name_in_both_is_asked_about(
        self, secret: SecretLine, keyring: MortalStore, vault: MortalStore
    ) -> None:
        secret("set", "vault:a", "--stdin", given=CANARY)
        secret("set", "keyring:a", "--stdin", given=OTHER)
        ran = secret("set", "a", "--stdin", "--force", given=OTHER)
        assert ran.status == 2
        assert "say which: `keyring:a` or `vault:a`" in ran.err

    def test_without_a_keyring_the_vault_stands_in(
        self, secret: SecretLine, fakes: FakeSecrets, vault: MortalStore
    ) -> None:
        fakes.keyring = Unavailable("no bus")
        assert secret("set", "keyring:a", "--stdin", given=CANARY).status == 0
        assert vault.value("a") == CANARY
        listed = json.loads(secret("ls", "--json").out)
        assert [(one["name"], one["where"]) for one in listed] == [("vault:a", "vault")]

    def test_without_either_nothing_is_typed(
        self, secret: SecretLine, fakes: FakeSecrets, person: Person
    ) -> None:
        fakes.keyring = Unavailable("no bus")
        ran = secret("set", "keyring:a")
        assert (ran.status, person.questions) == (5, [])
        assert "`stui vault init` makes one" in ran.err

    def test_one_that_loses_what_it_gets(self, secret: SecretLine, keyring: MortalStore) -> None:
        keyring.loses_what_it_gets = True
        ran = secret("set", "a", "--stdin", given=CANARY)
        assert ran.status == 5
        assert json.loads(secret("ls", "--json").out) == []

    def test_one_that_refuses(self, secret: SecretLine, keyring: MortalStore) -> None:
        keyring.refuses_to_write = Unavailable("it is too long for a keyring", "use the vault")
        assert secret("set", "a", "--stdin", given=CANARY).all == (
            5,
            "",
            "error: secret `keyring:a`: it is too long for a keyring\n  = help: use the vault\n",
        )


@pytest.mark.parametrize(
    "name",
    ["", "A", "a b", "ä", "a//b", "/a", "a/", ".a", "keyring:", "env:A", "a" * 64, "-", "a\n"],
)
def test_what_is_no_name_is_not_repeated(
    secret: SecretLine, keyring: MortalStore, name: str
) -> None:
    ran = secret("set", "--stdin", "--", name, given=CANARY)
    assert (ran.status, keyring.asked) == (2, [])
    assert "error: that is no name of a secret\n" in ran.err


def test_an_origin_that_is_none(secret: SecretLine, keyring: MortalStore) -> None:
    ran = secret("set", "a", "--stdin", "--for", f"tls://u:{CANARY}@h:1", given=OTHER)
    assert (ran.status, keyring.asked) == (2, [])


def test_what_goes_before_it_is_said(
    secret: SecretLine, keyring: MortalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUI_SECRET_A_B", "x")
    ran = secret("set", "a/b", "--stdin", given=CANARY)
    assert "note: `STUI_SECRET_A_B` is set, and goes before it\n" in ran.err


class TestRotating:
    def test_the_new_value_takes_the_place_of_the_old(
        self, secret: SecretLine, kept: MortalStore, person: Person, naming: Path
    ) -> None:
        person.types(OTHER)
        ran = secret("rotate", "orders/image")
        assert (ran.status, ran.out) == (0, "")
        assert ran.err == (
            "`keyring:orders/image` has a new value; the old one is not kept\n"
            "  = help: let tls://h:1 know the new value, and forget the old one\n"
            "  = help: `image` goes on as it is until it connects anew\n"
            "  = help: `other` goes on as it is until it connects anew\n"
            "  = help: `again` goes on as it is until it connects anew\n"
        )
        assert not kept.holds(CANARY)
        assert (kept.value("orders/image"), kept.audience("orders/image")) == (
            OTHER,
            ("tls://h:1",),
        )

    def test_when_is_recorded(self, secret: SecretLine, kept: MortalStore) -> None:
        before = json.loads(secret("ls", "--json").out)[0]["changed"]
        secret("rotate", "orders/image", "--stdin", given=OTHER)
        assert json.loads(secret("ls", "--json").out)[0]["changed"] >= before > 0

    def test_the_value_that_it_has_is_no_new_one(
        self, secret: SecretLine, kept: MortalStore
    ) -> None:
        ran = secret("rotate", "orders/image", "--stdin", given=CANARY)
        assert ran.status == 2

    def test_one_that_is_not_there(self, secret: SecretLine, keyring: MortalStore) -> None:
        assert secret("rotate", "nope", "--stdin", given=CANARY).all == (
            5,
            "",
            (
                "error: secret `keyring:nope`: it is not there\n"
                "  = help: `stui secret set keyring:nope` stores it\n"
            ),
        )

    def test_one_that_another_program_changes_meanwhile(
        self, secret: SecretLine, kept: MortalStore, person: Person
    ) -> None:
        def change(_question: str) -> None:
            kept.kept["orders/image"] = kept.kept["orders/image"].replace("c4", "d5")

        person.when_asked = change
        person.types(OTHER)
        ran = secret("rotate", "orders/image")
        assert ran.status == 5
        assert "another program changed it meanwhile" in ran.err
        assert not kept.holds(OTHER)

    def test_the_list_asks_no_store(self, secret: SecretLine, kept: MortalStore) -> None:
        asked = len(kept.asked)
        ran = secret("rotate", "--list")
        assert ran.status == 0
        assert ran.out.startswith("keyring:orders/image  ")
        assert secret("rotate", "--list", "--older-than", "90d").all == (0, "", "none is so old\n")
        assert secret("rotate", "--list", "--older-than", "0s", "--json").status == 1
        assert len(kept.asked) == asked

    @pytest.mark.parametrize(
        "arguments",
        [[], ["a", "--list"], ["--older-than", "3d"], ["a", "--older-than", "3d"]],
        ids=str,
    )
    def test_what_makes_no_sense(self, secret: SecretLine, arguments: list[str]) -> None:
        assert secret("rotate", *arguments).status == 2

    def test_an_age_that_is_none(self, secret: SecretLine) -> None:
        assert secret("rotate", "--list", "--older-than", "old").status == 2
