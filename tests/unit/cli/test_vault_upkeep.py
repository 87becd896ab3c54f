"""`stui vault slot`, `rekey`, `merge`, `verify`, `restore`: nothing is lost on the way."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from doubles.fake_store import FakeStore
from stui_workspace.cli import completing
from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import Unavailable
from stui_workspace.secrets.vault import Passphrase
from stui_workspace.secrets.vault.agent import ask
from support.command_line import CommandLine
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
SYNCTHING = "vault.sync-conflict-20260131-170000-ABCDEFG"
DROPBOX = "vault (Ada's conflicted copy 2026-01-31)"


@pytest.fixture
def made(tmp_path: Path, stui: CommandLine, monkeypatch: pytest.MonkeyPatch) -> Iterator[VaultHome]:
    """A vault with one secret, `orders/image`."""
    has_keyring(monkeypatch, Unavailable("there is none here"))
    derive_fast(monkeypatch)
    with no_agent_left(VaultHome(tmp_path / "home")) as one:
        assert stui("vault", "init", "--passphrase-stdin", given=LINE).status == 0
        one.put("orders/image", "s3cret-one")
        yield one


@pytest.fixture
def unlocked(made: VaultHome, stui: CommandLine) -> VaultHome:
    assert stui("vault", "unlock", "--passphrase-stdin", given=LINE).status == 0
    return made


def copied(home: VaultHome, name: str) -> Path:
    """A copy of the vault as it is now, as a sync tool would make it."""
    copy = home.place.path.with_name(name)
    shutil.copy(home.place.path, copy)
    return copy


def values(home: VaultHome) -> dict[str, str]:
    vault = home.opened()
    return {name: vault.get(name).secret.reveal() for name in vault.names()}  # type: ignore[union-attr]


def slots(stui: CommandLine) -> list[dict[str, str]]:
    found = json.loads(stui("vault", "slot", "ls", "--json").out)
    return [dict(one) for one in found]


def test_a_second_passphrase_opens_it_and_is_removed(made: VaultHome, stui: CommandLine) -> None:
    add = ("vault", "slot", "add", "--passphrase-stdin", "--label")
    ran = stui(*add, "Ada", given=f"{PASSPHRASE}\n{OTHER}\n")
    assert (ran.status, ran.out, "Ada" in ran.err) == (0, "", True)
    assert made.opened(OTHER).names() == ("orders/image",)
    added = next(one for one in slots(stui) if one["label"] == "Ada")
    ran = stui("vault", "slot", "rm", added["id"], "--yes", "--passphrase-stdin", given=LINE)
    assert (ran.status, "opens the vault no more" in ran.err) == (0, True)
    ran = stui("vault", "verify", "--passphrase-stdin", given=f"{OTHER}\n")
    assert ran.status == 5


@pytest.mark.parametrize("label", ["\x1b[8m", "two\nlines", "l" * 5000])
def test_a_label_that_could_not_be_shown(made: VaultHome, stui: CommandLine, label: str) -> None:
    add = ("vault", "slot", "add", "--passphrase-stdin", "--label")
    ran = stui(*add, label, given=f"{PASSPHRASE}\n{OTHER}\n")
    assert ran.status == 2
    assert "\x1b" not in ran.err
    assert len(slots(stui)) == 1


def test_the_last_slot_stays(made: VaultHome, stui: CommandLine) -> None:
    only = slots(stui)[0]["id"]
    ran = stui("vault", "slot", "rm", only, "--yes", "--passphrase-stdin", given=LINE)
    assert ran.status == 2
    assert len(slots(stui)) == 1


def test_a_slot_is_removed_after_a_question(
    made: VaultHome, stui: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = slots(stui)[0]["id"]
    ran = stui("vault", "slot", "rm", only)
    assert (ran.status, "`--yes`" in ran.err) == (2, True)
    sits_there(monkeypatch, "n")
    assert stui("vault", "slot", "rm", only).status == 1
    ran = stui("vault", "slot", "rm", "nothing")
    assert (ran.status, "`stui vault slot ls` lists them" in ran.err) == (2, True)


def test_whoever_sits_down_at_an_unlocked_machine_changes_no_key(
    unlocked: VaultHome, stui: CommandLine
) -> None:
    add = ("vault", "slot", "add", "--passphrase-stdin")
    assert stui(*add, given=f"{PASSPHRASE}\n{OTHER}\n").status == 0
    one = slots(stui)[0]["id"]
    file = str(unlocked.home / "new.key")
    for words in (
        ["unlock", "--for", "20h"],
        ["slot", "add", "--new-key-file", file],
        ["slot", "rm", one, "--yes"],
        ["rekey", "--yes"],
        ["passwd"],
        ["restore", "--yes"],
        ["calibrate", "--apply"],
    ):
        assert stui("vault", *words).status in (2, 5), words
    assert not Path(file).exists()
    assert len(slots(stui)) == 2
    assert stui("vault", "verify").status == 0  # and the agent does open it


def test_a_key_file_is_added(made: VaultHome, stui: CommandLine) -> None:
    file = made.home / "nightly.key"
    ran = stui(
        "vault", "slot", "add", "--new-key-file", str(file), "--passphrase-stdin", given=LINE
    )
    assert (ran.status, f"STUI_VAULT_KEY_FILE={file}" in ran.err) == (0, True)
    assert sorted(one["label"] for one in slots(stui)) == ["nightly.key", "passphrase"]
    assert stui("vault", "verify", STUI_VAULT_KEY_FILE=str(file)).status == 0


def test_the_keyring_of_each_machine_has_a_slot(
    made: VaultHome, stui: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FakeStore()
    has_keyring(monkeypatch, store)
    add = ("vault", "slot", "add", "--keyring", "--passphrase-stdin")
    assert stui(*add, given=LINE).status == 0
    assert stui("vault", "verify").status == 0
    ran = stui(*add, given=LINE)
    assert (ran.status, "opens it already" in ran.err) == (2, True)
    added = next(one for one in slots(stui) if one["kind"] == "keyring")
    assert added["label"].startswith("keyring of ")
    assert stui("vault", "slot", "rm", added["id"], "--yes").status == 0
    assert store.kept == {}


def test_a_keyring_that_fails_leaves_no_slot(
    made: VaultHome, stui: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_keyring(monkeypatch, FakeStore(trouble=Unavailable("it is broken")))
    ran = stui("vault", "slot", "add", "--keyring", "--passphrase-stdin", given=LINE)
    assert (ran.status, "it is broken" in ran.err) == (5, True)
    assert len(slots(stui)) == 1


def test_the_keyring_forgets_no_key_that_still_opens_it(
    made: VaultHome, stui: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs, ours = FakeStore(), FakeStore()
    add = ("vault", "slot", "add", "--keyring", "--passphrase-stdin", "--label")
    for store, label in ((theirs, "theirs"), (ours, "ours")):
        has_keyring(monkeypatch, store)
        assert stui(*add, label, given=LINE).status == 0
    other = next(one for one in slots(stui) if one["label"] == "theirs")
    assert stui("vault", "slot", "rm", other["id"], "--yes").status == 0
    assert len(ours.kept) == 1
    assert stui("vault", "verify").status == 0


def test_a_new_key_keeps_what_is_in_it_and_the_agent_goes_on(
    unlocked: VaultHome, stui: CommandLine
) -> None:
    old = unlocked.opened().data_key.material
    ran = stui("vault", "rekey", "--passphrase-stdin", given=LINE)
    assert ran.status == 0
    assert "the vault has a new key" in ran.err
    new = unlocked.opened().data_key.material
    assert new != old
    assert ask(unlocked.agent, unlocked.opened().id) == new
    assert stui("vault", "verify").status == 0
    assert values(unlocked) == {"orders/image": "s3cret-one"}


def test_slots_whose_key_is_not_given_are_dropped_after_a_question(
    made: VaultHome, stui: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(made.home / "nightly.key")
    stui("vault", "slot", "add", "--new-key-file", file, "--passphrase-stdin", given=LINE)
    ran = stui("vault", "rekey", "--passphrase-stdin", given=LINE)
    assert (ran.status, "1 slot whose key you do not give" in ran.err) == (2, True)
    sits_there(monkeypatch, PASSPHRASE, "n")
    assert stui("vault", "rekey").status == 1
    assert len(slots(stui)) == 2
    ran = stui("vault", "rekey", "--key-file", file, "--passphrase-stdin", given=LINE)
    assert (ran.status, len(slots(stui))) == (0, 2)
    assert stui("vault", "verify", "--key-file", file).status == 0
    ran = stui("vault", "rekey", "--yes", "--passphrase-stdin", given=LINE)
    assert (ran.status, "opens it no more" in ran.err) == (0, True)
    assert stui("vault", "verify", "--key-file", file).status == 5


def test_a_key_that_the_keyring_has_and_that_opens_nothing_is_no_hindrance(
    made: VaultHome, stui: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FakeStore()
    has_keyring(monkeypatch, store)
    add = ("vault", "slot", "add", "--keyring", "--passphrase-stdin")
    assert stui(*add, given=LINE).status == 0
    copy = made.place.path.read_bytes()
    assert stui("vault", "rekey", "--passphrase-stdin", given=LINE).status == 0
    assert len(slots(stui)) == 2
    assert stui("vault", "verify").status == 0
    other = FakeStore(kept=dict(store.kept))
    has_keyring(monkeypatch, other)
    (name,) = other.kept
    other.put(name, Envelope(Secret("b" * 43 + "="), ()))
    assert stui("vault", "verify").status == 5
    ran = stui("vault", "rekey", "--yes", "--passphrase-stdin", given=LINE)
    assert (ran.status, [one["kind"] for one in slots(stui)]) == (0, ["passphrase"])
    assert made.place.path.read_bytes() != copy


def test_a_new_key_for_a_key_file_alone(made: VaultHome, stui: CommandLine) -> None:
    file = str(made.home / "nightly.key")
    stui("vault", "slot", "add", "--new-key-file", file, "--passphrase-stdin", given=LINE)
    ran = stui("vault", "rekey", "--key-file", file, "--yes")
    assert (ran.status, [one["kind"] for one in slots(stui)]) == (0, ["file"])


@pytest.mark.parametrize("name", [SYNCTHING, DROPBOX, "vault_conflict-20260131", "vault (1)"])
def test_a_copy_that_a_sync_tool_left_is_merged_and_put_aside(
    unlocked: VaultHome, stui: CommandLine, name: str
) -> None:
    copy = copied(unlocked, name)
    unlocked.put("orders/theirs", "s3cret-two", path=copy)
    unlocked.put("orders/ours", "s3cret-three")
    assert told(stui)["copies"] == [str(copy)]
    assert f"a sync tool left a copy: {name}" in stui("vault", "status").err
    content = copy.read_bytes()
    ran = stui("vault", "merge")
    assert ran.status == 0
    assert ran.out == "added: orders/theirs\n"
    assert f"{name}: merged" in ran.err
    assert "s3cret" not in ran.out + ran.err
    assert sorted(values(unlocked)) == ["orders/image", "orders/ours", "orders/theirs"]
    assert not copy.exists()
    (aside,) = (unlocked.locations.state / "merged-vaults").iterdir()
    assert aside.read_bytes() == content
    assert aside.stat().st_mode & 0o777 == 0o600
    assert aside.parent.stat().st_mode & 0o777 == 0o700
    assert told(stui)["copies"] == []


def test_two_values_of_one_secret_are_both_kept(unlocked: VaultHome, stui: CommandLine) -> None:
    copy = copied(unlocked, SYNCTHING)
    unlocked.put("orders/image", "s3cret-theirs", path=copy)
    unlocked.put("orders/image", "s3cret-ours")
    ran = stui("vault", "merge", "--json")
    report = json.loads(ran.out)
    assert ran.status == 0
    assert [one["name"] for one in report["conflicts"]] == ["orders/image"]
    assert sorted(values(unlocked).values()) == ["s3cret-ours", "s3cret-theirs"]
    assert "s3cret" not in ran.out + ran.err


def test_there_is_nothing_to_merge(unlocked: VaultHome, stui: CommandLine) -> None:
    ran = stui("vault", "merge")
    assert ran.all == (0, "", "no copy of the vault lies beside it\n")
    beside = unlocked.place.path.parent
    (beside / "vault-of-others (1)").write_text("not ours")
    (beside / "vaults.txt").write_text("not ours")
    assert told(stui)["copies"] == []


@pytest.mark.parametrize("content", [b"", b"half a vau", b"\xff" * 500])
def test_a_copy_that_cannot_be_read_stays_where_it_is(
    unlocked: VaultHome, stui: CommandLine, content: bytes
) -> None:
    copy = copied(unlocked, SYNCTHING)
    copy.write_bytes(content)
    ran = stui("vault", "merge")
    assert (ran.status, "left alone" in ran.err) == (1, True)
    assert copy.read_bytes() == content
    assert values(unlocked) == {"orders/image": "s3cret-one"}


def test_the_copy_of_another_vault_stays_where_it_is(
    unlocked: VaultHome, stui: CommandLine
) -> None:
    copy = unlocked.place.path.with_name(SYNCTHING)
    ran = stui(
        "vault", "init", "--passphrase-stdin", given=LINE, STUI_HOME=str(unlocked.home / "b")
    )
    assert ran.status == 0
    shutil.copy(VaultHome(unlocked.home / "b").place.path, copy)
    ran = stui("vault", "merge")
    assert (ran.status, "is another vault" in ran.err) == (1, True)
    assert copy.exists()


def test_a_copy_elsewhere_or_one_to_keep_is_not_moved(
    unlocked: VaultHome, stui: CommandLine
) -> None:
    elsewhere = unlocked.home / "stick"
    elsewhere.mkdir()
    far = Path(shutil.copy(unlocked.place.path, elsewhere / "vault"))
    unlocked.put("orders/far", "s3cret-far", path=far)
    assert stui("vault", "merge", str(far)).out == "added: orders/far\n"
    assert far.exists()
    near = copied(unlocked, SYNCTHING)
    assert stui("vault", "merge", "--keep").status == 0
    assert near.exists()


def test_a_copy_from_before_a_new_key_is_opened_by_its_own_passphrase(
    made: VaultHome, stui: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = copied(made, SYNCTHING)
    made.put("orders/theirs", "s3cret-two", path=copy)
    stui("vault", "passwd", "--passphrase-stdin", given=f"{PASSPHRASE}\n{OTHER}\n")
    made.opened(OTHER).rekey([Passphrase(Secret(OTHER))])
    ran = stui("vault", "merge", "--passphrase-stdin", given=f"{OTHER}\n")
    assert (ran.status, copy.exists()) == (1, True)
    person = sits_there(monkeypatch, OTHER, PASSPHRASE)
    ran = stui("vault", "merge")
    assert ran.status == 0
    assert person.questions[1].startswith(f"The passphrase of {SYNCTHING} ")
    assert "orders/theirs" in made.opened(OTHER).names()
    assert not copy.exists()


def test_a_vault_in_a_folder_that_is_synchronised_is_followed_there(
    unlocked: VaultHome, stui: CommandLine
) -> None:
    synced = unlocked.home / "Dropbox"
    synced.mkdir(mode=0o700)
    real = synced / "vault"
    shutil.move(unlocked.place.path, real)
    unlocked.place.path.symlink_to(real)
    copy = Path(shutil.copy(real, synced / DROPBOX))
    unlocked.put("orders/theirs", "s3cret-two", path=copy)
    ran = stui("vault", "verify", "--accept")
    assert ran.status == 0
    assert str(real) in stui("vault", "status").out
    assert stui("vault", "merge").out == "added: orders/theirs\n"
    assert unlocked.place.path.is_symlink()
    assert not copy.exists()


def test_an_old_copy_in_its_place_is_named_and_taken_only_when_told_to(
    made: VaultHome, stui: CommandLine
) -> None:
    old = made.place.path.read_bytes()
    made.put("orders/late", "s3cret-late")
    made.opened()
    made.place.path.write_bytes(old)
    now = told(stui)
    assert now["rolled_back"] is True
    assert now["remembered_generation"] > now["generation"]
    assert "an older copy is in its place" in stui("vault", "status").err
    for words in (["unlock"], ["verify"], ["verify", "--json"], ["passwd"], ["backup", "x"]):
        ran = stui("vault", *words, "--passphrase-stdin", given=f"{PASSPHRASE}\n{OTHER}\n")
        assert (ran.status, ran.out) == (5, ""), words
        assert "`stui vault verify --accept`" in ran.err
    assert made.place.path.read_bytes() == old
    assert stui("vault", "verify", "--accept", "--passphrase-stdin", given=LINE).status == 0
    assert stui("vault", "verify", "--passphrase-stdin", given=LINE).status == 0
    assert told(stui)["rolled_back"] is False


def test_a_vault_that_was_changed_by_somebody_without_its_key_is_named(
    made: VaultHome, stui: CommandLine
) -> None:
    content = made.place.path.read_bytes()
    for index in range(100, len(content), 97):
        changed = bytearray(content)
        changed[index] ^= 1
        made.place.path.write_bytes(changed)
        ran = stui("vault", "verify", "--passphrase-stdin", given=LINE)
        assert (ran.status, ran.out) == (5, ""), index
        assert "s3cret" not in ran.err


def test_a_backup_is_written_and_put_back(unlocked: VaultHome, stui: CommandLine) -> None:
    copy = unlocked.home / "stick vault"
    assert stui("vault", "backup", str(copy)).status == 0
    assert copy.stat().st_mode & 0o777 == 0o600
    unlocked.put("orders/late", "s3cret-late")
    ran = stui("vault", "restore", str(copy), "--passphrase-stdin", given=LINE)
    assert (ran.status, "`--yes`" in ran.err) == (2, True)
    ran = stui("vault", "restore", str(copy), "--yes", "--passphrase-stdin", given=LINE)
    assert ran.status == 0
    assert values(unlocked) == {"orders/image": "s3cret-one"}
    asides = [one for one in unlocked.place.path.parent.iterdir() if "set-aside" in one.name]
    assert len(asides) == 1
    assert told(stui)["copies"] == []  # it was no sync tool that made it
    assert stui("vault", "merge", str(asides[0])).status == 0
    assert sorted(values(unlocked)) == ["orders/image", "orders/late"]


def test_a_vault_that_is_gone_or_broken_is_restored_from_its_own_backup(
    made: VaultHome, stui: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.put("orders/late", "s3cret-late")
    made.place.path.write_bytes(b"broken")
    sits_there(monkeypatch, "y", PASSPHRASE)
    assert stui("vault", "restore").status == 0
    assert "orders/image" in values(made)
    made.place.path.unlink()
    ran = stui("vault", "unlock", "--passphrase-stdin", given=LINE)
    assert (ran.status, "`stui vault restore`" in ran.err) == (5, True)
    ran = stui("vault", "restore", "--yes", "--passphrase-stdin", given=LINE)
    assert ran.status == 0


def test_what_is_no_copy_is_not_restored(made: VaultHome, stui: CommandLine) -> None:
    before = made.place.path.read_bytes()
    broken = made.home / "broken"
    broken.write_bytes(b"nothing")
    for source in (str(broken), str(made.home / "missing")):
        ran = stui("vault", "restore", source, "--yes", "--passphrase-stdin", given=LINE)
        assert ran.status in (2, 5)
    ran = stui("vault", "restore", "--yes", "--passphrase-stdin", given="wrong one\n")
    assert ran.status == 5
    assert made.place.path.read_bytes() == before


def test_a_backup_overwrites_nothing(unlocked: VaultHome, stui: CommandLine) -> None:
    target = unlocked.home / "mine"
    target.write_text("mine")
    assert stui("vault", "backup", str(target)).status != 0
    assert target.read_text() == "mine"


def test_the_cost_of_a_passphrase_is_measured_and_used(made: VaultHome, stui: CommandLine) -> None:
    ran = stui("vault", "calibrate")
    assert ran.status == 0
    assert ran.out.startswith("argon2id:")
    ran = stui("vault", "calibrate", "--apply", "--passphrase-stdin", given=LINE)
    assert ran.status == 0
    assert values(made) == {"orders/image": "s3cret-one"}
    assert slots(stui)[0]["cost"] == told(stui)["slots"][0]["cost"]


def test_the_ids_of_slots_are_completed(made: VaultHome, stui: CommandLine) -> None:
    context = click.Context(click.Command("rm"))
    ids = [one["id"] for one in slots(stui)]
    assert completing.vault_slots(context, click.Option(["--id"]), "") == ids
    made.place.path.write_bytes(b"broken")
    assert completing.vault_slots(context, click.Option(["--id"]), "") == []


def test_a_vault_that_others_may_write_is_named(unlocked: VaultHome, stui: CommandLine) -> None:
    assert "chmod" not in stui("vault", "verify").err
    unlocked.place.path.chmod(0o666)
    for command in ("verify", "status"):
        ran = stui("vault", command)
        assert "warning: others may write to it: " in ran.err
        assert "  = help: `chmod 600` it\n" in ran.err
