"""`stui vault`: made, opened for a while, locked; and it asks, or says what a script can do."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from doubles.fake_store import FakeStore
from stui_workspace.secrets.store import Unavailable
from stui_workspace.secrets.vault.agent import ask, status
from support.command_line import CommandLine, Ran
from support.vaults import (
    OTHER,
    PASSPHRASE,
    VaultHome,
    derive_fast,
    has_keyring,
    no_agent_left,
    sits_there,
    told,
)

LINE = f"{PASSPHRASE}\n"
AT_TERMINAL = "The passphrase of the vault (not shown): "


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[VaultHome]:
    has_keyring(monkeypatch, Unavailable("there is none here"))
    derive_fast(monkeypatch)
    with no_agent_left(VaultHome(tmp_path / "home")) as one:
        yield one


@pytest.fixture
def made(home: VaultHome, stui: CommandLine) -> VaultHome:
    assert stui("vault", "init", "--passphrase-stdin", given=LINE).status == 0
    return home


def says_nothing_secret(*runs: Ran) -> None:
    for ran in runs:
        assert PASSPHRASE not in ran.out + ran.err
        assert OTHER not in ran.out + ran.err


def test_a_vault_is_made_with_a_passphrase_that_is_typed_twice(
    home: VaultHome, stui: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = sits_there(monkeypatch, PASSPHRASE, PASSPHRASE)
    ran = stui("vault", "init")
    assert (ran.status, ran.out) == (0, "")
    assert f"made a vault: {home.place.path}\n" in ran.err
    assert "`stui vault unlock` opens it" in ran.err
    assert len(person.questions) == 2
    assert home.place.path.stat().st_mode & 0o777 == 0o600
    assert home.place.path.parent.stat().st_mode & 0o777 == 0o700
    assert home.opened().names() == ()
    says_nothing_secret(ran)


def test_two_that_differ_make_none(
    home: VaultHome, stui: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sits_there(monkeypatch, PASSPHRASE, OTHER)
    ran = stui("vault", "init")
    assert ran.status == 2
    assert "the two are not the same" in ran.err
    assert not home.place.path.exists()
    says_nothing_secret(ran)


@pytest.mark.parametrize(
    ("passphrase", "status", "word"),
    [
        ("", 2, "there is no new passphrase in standard input"),
        ("seven77", 2, "fewer than 8 characters"),
        ("eight888", 0, "16 characters or more"),
        (PASSPHRASE, 0, "made a vault"),
        ("ümläüt" * 4, 0, "made a vault"),
        (b"\xff\xfe" * 10, 2, "is no UTF-8 text"),
        ("x" * 5000, 2, "passphrase is too long"),
    ],
    ids=["none", "short", "guessable", "good", "letters", "bytes", "long"],
)
def test_what_a_passphrase_may_be(
    home: VaultHome, stui: CommandLine, passphrase: str | bytes, status: int, word: str
) -> None:
    line = passphrase if isinstance(passphrase, bytes) else passphrase.encode()
    ran = stui("vault", "init", "--passphrase-stdin", given=line + b"\n")
    assert (ran.status, word in ran.err) == (status, True)
    assert home.place.path.exists() == (status == 0)
    if passphrase:
        assert str(passphrase) not in ran.err


def test_a_good_passphrase_gets_no_lecture(home: VaultHome, stui: CommandLine) -> None:
    assert "note" not in stui("vault", "init", "--passphrase-stdin", given=LINE).err


def test_without_a_terminal_it_says_what_a_script_does(home: VaultHome, stui: CommandLine) -> None:
    ran = stui("vault", "init")
    assert (ran.status, ran.out) == (2, "")
    assert "`--passphrase-stdin`" in ran.err
    assert not home.place.path.exists()


def test_there_is_one_vault(made: VaultHome, stui: CommandLine) -> None:
    before = made.place.path.read_bytes()
    ran = stui("vault", "init", "--passphrase-stdin", given=f"{OTHER}\n")
    assert (ran.status, "there is one already" in ran.err) == (5, True)
    assert made.place.path.read_bytes() == before


def test_it_is_opened_for_a_while_and_locked(made: VaultHome, stui: CommandLine) -> None:
    assert told(stui)["locked"] is True
    ran = stui("vault", "unlock", "--for", "1h", "--passphrase-stdin", given=LINE)
    assert (ran.status, ran.out) == (0, "")
    assert ran.err.startswith("unlocked until ")
    assert "nobody uses it" not in ran.err  # the hour is over before two of them are
    now = told(stui)
    assert now["locked"] is False
    assert 3500 < float(str(now["locks_in"])) <= 3600
    assert ask(made.agent, made.opened().id) == made.opened().data_key.material
    assert stui("vault", "lock").all == (0, "", "locked\n")
    assert stui("vault", "lock").all == (0, "", "it was locked already\n")
    assert told(stui)["locked"] is True


def test_idle_ends_it_sooner(made: VaultHome, stui: CommandLine) -> None:
    ran = stui("vault", "unlock", "--for", "8h", "--idle", "10m", "--passphrase-stdin", given=LINE)
    assert ran.err.endswith(" if nobody uses it\n")
    assert 590 < float(str(told(stui)["locks_unused_in"])) <= 600


@pytest.mark.parametrize("time", ["0", "never", "800h", "soon", "-1h"])
def test_it_is_not_opened_for_ever_nor_for_nonsense(
    made: VaultHome, stui: CommandLine, time: str
) -> None:
    ran = stui("vault", "unlock", f"--for={time}", "--passphrase-stdin", given=LINE)
    assert (ran.status, ran.out) == (2, "")
    assert status(made.agent) is None


def test_a_person_has_three_tries(
    made: VaultHome, stui: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = sits_there(monkeypatch, "wrong one", "wrong two", PASSPHRASE)
    ran = stui("vault", "unlock")
    assert ran.status == 0
    assert ran.err.count("error: that is not the passphrase\n") == 2
    assert person.questions == [AT_TERMINAL] * 3
    assert not stui("vault", "lock").status


def test_and_no_fourth(made: VaultHome, stui: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    person = sits_there(monkeypatch, "wrong one", "wrong two", "wrong three", PASSPHRASE)
    ran = stui("vault", "unlock")
    assert (ran.status, ran.out) == (5, "")
    assert len(person.questions) == 3
    assert "wrong t" not in ran.err
    assert status(made.agent) is None


def test_a_script_has_one(made: VaultHome, stui: CommandLine) -> None:
    ran = stui("vault", "unlock", "--passphrase-stdin", given=f"wrong one\n{LINE}")
    assert (ran.status, ran.out) == (5, "")
    assert "wrong one" not in ran.err
    assert status(made.agent) is None


def test_nobody_is_there_to_be_asked(made: VaultHome, stui: CommandLine) -> None:
    ran = stui("vault", "unlock")
    assert (ran.status, ran.out) == (5, "")
    assert "it is locked, and nobody is here to be asked" in ran.err
    assert "`--passphrase-stdin`" in ran.err


def test_a_person_who_goes_away_changes_nothing(
    made: VaultHome, stui: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sits_there(monkeypatch, None)
    assert stui("vault", "unlock").status == 2
    assert status(made.agent) is None


def test_a_descriptor_gives_it_as_well(made: VaultHome, stui: CommandLine) -> None:
    reading, writing = os.pipe()
    os.write(writing, LINE.encode())
    os.close(writing)
    assert stui("vault", "unlock", "--passphrase-fd", str(reading)).status == 0
    os.close(reading)
    assert status(made.agent) is not None


@pytest.mark.parametrize(
    "options", [("--passphrase-fd", "1000"), ("--passphrase-stdin", "--passphrase-fd", "0")]
)
def test_a_descriptor_that_is_none(
    made: VaultHome, stui: CommandLine, options: tuple[str, ...]
) -> None:
    assert stui("vault", "unlock", *options).status == 2


def test_there_is_nothing_to_unlock(home: VaultHome, stui: CommandLine) -> None:
    for words in (["unlock"], ["passwd"], ["verify"], ["slot", "ls"], ["rekey"], ["merge"]):
        ran = (
            stui("vault", *words, "--passphrase-stdin", given=LINE)
            if words
            != [
                "slot",
                "ls",
            ]
            else stui("vault", *words)
        )
        assert (ran.status, ran.out) == (5, ""), words
        assert "`stui vault init` makes one" in ran.err
    ran = stui("vault", "status")
    assert (ran.status, ran.out, "there is no vault" in ran.err) == (1, "", True)
    assert json.loads(stui("vault", "status", "--json").out)["exists"] is False
    assert stui("vault", "lock").status == 0


def test_the_passphrase_is_changed(made: VaultHome, stui: CommandLine) -> None:
    ran = stui("vault", "passwd", "--passphrase-stdin", given=f"{PASSPHRASE}\n{OTHER}\n")
    assert ran.all == (0, "", "the passphrase is changed\n")
    assert made.opened(OTHER).names() == ()
    ran = stui("vault", "unlock", "--passphrase-stdin", given=LINE)
    assert ran.status == 5


def test_and_by_a_person_who_knows_it(
    made: VaultHome, stui: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    stui("vault", "unlock", "--passphrase-stdin", given=LINE)
    person = sits_there(monkeypatch, "wrong", PASSPHRASE, OTHER, OTHER)
    assert stui("vault", "passwd").status == 0
    assert person.questions[:2] == [AT_TERMINAL] * 2  # though it is unlocked
    assert made.opened(OTHER).names() == ()


def test_a_new_one_that_is_no_good_leaves_the_old_one(made: VaultHome, stui: CommandLine) -> None:
    for new in ("short\n", ""):
        ran = stui("vault", "passwd", "--passphrase-stdin", given=f"{PASSPHRASE}\n{new}")
        assert ran.status == 2
    assert made.opened().names() == ()


def test_a_key_file_opens_it_without_a_person(home: VaultHome, stui: CommandLine) -> None:
    file = home.home.parent / "vault.key"
    ran = stui("vault", "init", "--new-key-file", str(file))
    assert (ran.status, f"STUI_VAULT_KEY_FILE={file}" in ran.err) == (0, True)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_text().strip() not in ran.err
    assert stui("vault", "verify", "--key-file", str(file)).status == 0
    assert stui("vault", "verify", STUI_VAULT_KEY_FILE=str(file)).status == 0
    assert stui("vault", "unlock", STUI_VAULT_KEY_FILE=str(file)).status == 0
    ran = stui("vault", "lock")
    ran = stui("vault", "verify")
    assert (ran.status, "STUI_VAULT_KEY_FILE" in ran.err) == (5, True)


def test_a_key_file_is_never_written_over(home: VaultHome, stui: CommandLine) -> None:
    file = home.home.parent / "vault.key"
    file.write_text("mine")
    ran = stui("vault", "init", "--new-key-file", str(file))
    assert (ran.status, "it is there already" in ran.err) == (3, True)
    assert file.read_text() == "mine"
    assert not home.place.path.exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_key_file_that_others_may_use_is_refused(
    home: VaultHome, stui: CommandLine, mode: int
) -> None:
    file = home.home.parent / "vault.key"
    stui("vault", "init", "--new-key-file", str(file))
    file.chmod(mode)
    ran = stui("vault", "verify", "--key-file", str(file))
    assert (ran.status, "others may read it" in ran.err) == (3, True)
    ran = stui("vault", "verify", STUI_VAULT_KEY_FILE=str(file))
    assert (ran.status, "others may read it" in ran.err) == (5, True)


@pytest.mark.parametrize("content", [b"", b"too short\n", b"k" * 100_000, b"k" * 40 + b"\n"])
def test_a_key_file_that_is_none(made: VaultHome, stui: CommandLine, content: bytes) -> None:
    file = made.home / "vault.key"
    file.write_bytes(content)
    file.chmod(0o600)
    ran = stui("vault", "verify", "--key-file", str(file))
    assert (ran.status, ran.out) in ((2, ""), (5, ""))
    ran = stui("vault", "verify", STUI_VAULT_KEY_FILE=str(file))
    assert (ran.status, ran.out) == (5, "")
    missing = str(made.home / "nothing")
    assert stui("vault", "verify", "--key-file", missing).status == 3
    assert stui("vault", "verify", STUI_VAULT_KEY_FILE=missing).status == 5
    assert stui("vault", "verify", "--key-file", str(made.home)).status == 3


def test_the_keyring_of_this_system_opens_it(
    home: VaultHome, stui: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FakeStore()
    has_keyring(monkeypatch, store)
    assert stui("vault", "init", "--keyring").status == 0
    assert list(store.kept) == [f"stui-vault/{told(stui)['id']}"]
    assert stui("vault", "verify").status == 0
    assert stui("vault", "unlock").status == 0
    store.kept.clear()
    assert stui("vault", "lock").status == 0
    ran = stui("vault", "verify")
    assert (ran.status, "unlock the keyring" in ran.err) == (5, True)


def test_a_keyring_that_does_not_take_the_key_leaves_no_vault(
    home: VaultHome, stui: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_keyring(monkeypatch, FakeStore(trouble=Unavailable("it is broken", "mend it")))
    ran = stui("vault", "init", "--keyring")
    assert (ran.status, "it is broken" in ran.err, "mend it" in ran.err) == (5, True, True)
    assert not home.place.path.exists()
    has_keyring(monkeypatch, Unavailable("there is none here"))
    ran = stui("vault", "init", "--keyring")
    assert (ran.status, "there is none here" in ran.err) == (5, True)


def test_an_agent_with_an_old_key_is_not_the_last_word(made: VaultHome, stui: CommandLine) -> None:
    stui("vault", "unlock", "--passphrase-stdin", given=LINE)
    held = ask(made.agent, str(told(stui)["id"]))
    from stui_workspace.secrets.secret import Secret
    from stui_workspace.secrets.vault.keys import Passphrase

    made.opened().rekey([Passphrase(Secret(PASSPHRASE))])  # on another machine
    assert made.opened().data_key.material != held
    ran = stui("vault", "verify")
    assert ran.status == 5
    assert status(made.agent) is None  # and it is there no more
    assert stui("vault", "verify", "--passphrase-stdin", given=LINE).status == 0


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff" * 300, b"stui-vault 9\n", b"{}" * 500])
def test_a_file_that_is_no_vault_is_said_to_be_none(
    home: VaultHome, stui: CommandLine, content: bytes
) -> None:
    home.place.path.parent.mkdir(parents=True)
    home.place.path.write_bytes(content)
    for words in (["status"], ["unlock"], ["verify"], ["slot", "ls"], ["init"], ["merge"]):
        ran = stui("vault", *words)
        assert (ran.status, ran.out) == (5, ""), words
    assert home.place.path.read_bytes() == content


def test_status_says_it_all(made: VaultHome, stui: CommandLine) -> None:
    made.put("orders/image", "s3cret-value")
    now = told(stui)
    assert now["records"] == 1
    assert now["exposures"] == []
    assert now["copies"] == []
    assert now["rolled_back"] is False
    assert isinstance(now["backup"], dict)
    ran = stui("vault", "status")
    assert ran.status == 0
    assert ran.err == ""
    for word in (str(made.place.path), "locked", "passphrase", "argon2id", "backup"):
        assert word in ran.out
    assert "s3cret" not in ran.out + json.dumps(now)
    assert "orders" not in ran.out + json.dumps(now)


def test_status_warns_of_what_others_may_do(made: VaultHome, stui: CommandLine) -> None:
    made.place.path.chmod(0o644)
    ran = stui("vault", "status")
    assert "warning: others may read it" in ran.err
    assert "`chmod 600`" in ran.err
    made.place.path.parent.chmod(0o777)
    assert "others may put another in its place" in stui("vault", "status").err


def test_help_has_examples_everywhere(stui: CommandLine) -> None:
    names = "init unlock lock status passwd slot rekey merge verify calibrate backup restore"
    for name in names.split():
        ran = stui("vault", name, "--help")
        assert (ran.status, "Examples:" in ran.out) == (0, True), name
