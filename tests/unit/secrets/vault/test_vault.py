"""What a vault does, once it is unlocked."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from stui_workspace.errors import DiskError, NotFoundError, UsageError
from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import Missing
from stui_workspace.secrets.vault import (
    NoVaultError,
    TamperedError,
    VaultBusyError,
    VaultExistsError,
    VaultFullError,
    WrongKeyError,
    create,
    look,
    restore,
    unlock,
    verify,
)
from stui_workspace.secrets.vault.entries import LONGEST_VALUE
from stui_workspace.storage.lock import hold
from support.vault_machines import Machine, envelope, passphrase, value, values


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "anna")


def test_what_was_put_is_there_after_unlocking_anew(machine: Machine) -> None:
    vault = machine.made()
    given = Envelope(Secret("s3cret"), ("tcp://localhost:5555", "unix:/run/a.sock"), 12.5)
    vault.put("orders/image", given)
    for one in (vault, machine.opened()):
        assert one.get("orders/image") == given
        assert one.get("orders") == Missing()
        assert one.names() == ("orders/image",)


def test_a_value_is_nowhere_in_the_file_and_nor_is_a_name(machine: Machine) -> None:
    vault = machine.made()
    vault.put("orders/image", envelope("s3cret value"))
    every_file = [path.read_bytes() for path in machine.folder.rglob("*") if path.is_file()]
    assert len(every_file) >= 4
    for content in every_file:
        assert b"s3cret" not in content
        assert b"orders" not in content
        assert b"horse" not in content


def test_the_size_of_a_record_tells_only_its_bucket(machine: Machine) -> None:
    vault = machine.made(a="x", b="x" * 300)
    lengths = {len(line) for line in machine.content.splitlines() if line.startswith(b"record")}
    assert len(lengths) == 1
    vault.put("a", envelope("x" * 1000))
    assert len({len(one) for one in machine.content.splitlines() if one.startswith(b"record")}) == 2


def test_a_new_value_takes_the_place_of_the_old_one(machine: Machine) -> None:
    vault = machine.made(a="1", b="2")
    vault.put("a", envelope("3"))
    assert values(machine.opened()) == {"a": "3", "b": "2"}


def test_what_was_removed_is_gone_and_can_be_put_again(machine: Machine) -> None:
    vault = machine.made(a="1")
    assert vault.remove("a") is True
    assert vault.remove("a") is False
    assert vault.remove("never there") is False
    assert machine.opened().get("a") == Missing()
    vault.put("a", envelope("2"))
    assert values(machine.opened()) == {"a": "2"}


def test_removing_what_is_not_there_writes_nothing(machine: Machine) -> None:
    vault = machine.made(a="1")
    before = machine.content
    vault.remove("b")
    assert machine.content == before


def test_a_secret_can_be_called_otherwise_but_not_as_another(machine: Machine) -> None:
    vault = machine.made(a="1", b="2")
    vault.rename("a", "orders/c")
    assert values(machine.opened()) == {"b": "2", "orders/c": "1"}
    with pytest.raises(UsageError, match="already"):
        vault.rename("b", "orders/c")
    with pytest.raises(NotFoundError):
        vault.rename("a", "d")
    with pytest.raises(UsageError):
        vault.rename("b", "No Name")
    vault.rename("orders/c", "a")
    assert values(machine.opened()) == {"a": "1", "b": "2"}


@pytest.mark.parametrize("name", ["", "A", "a b", "a/", "/a", "../a", "a" * 64, "ä", "a\n"])
def test_a_name_that_no_reference_can_say_is_refused(machine: Machine, name: str) -> None:
    vault = machine.made()
    with pytest.raises(UsageError):
        vault.put(name, envelope("1"))
    assert vault.get(name) == Missing()


def test_a_secret_that_is_too_long_is_refused_and_the_old_one_stays(machine: Machine) -> None:
    vault = machine.made(a="1")
    with pytest.raises(VaultFullError):
        vault.put("a", envelope("x" * LONGEST_VALUE))
    assert values(machine.opened()) == {"a": "1"}
    longest = "x" * (LONGEST_VALUE - 200)
    vault.put("a", envelope(longest))
    assert values(machine.opened()) == {"a": longest}


@pytest.mark.parametrize(
    "odd", ["", " ", "a\0b", "\r\n", "Zażółć", "🔑", "\ud800", '"}\\', "x" * 100_000]
)
def test_any_text_comes_back_as_it_was(machine: Machine, odd: str) -> None:
    machine.made().put("a", envelope(odd))
    assert value(machine.opened(), "a") == odd


def test_two_who_write_in_turns_lose_nothing_of_each_other(machine: Machine) -> None:
    one = machine.made()
    other = machine.opened()
    one.put("a", envelope("1"))
    other.put("b", envelope("2"))
    one.put("c", envelope("3"))
    assert values(one) == values(machine.opened()) == {"a": "1", "b": "2", "c": "3"}
    assert values(other) == {"a": "1", "b": "2"}
    other.refresh()
    assert values(other) == values(one)


def test_file_and_folders_are_for_their_owner_only(machine: Machine) -> None:
    machine.made(a="1").put("a", envelope("2"))
    for path in (machine.path, machine.place.backup, machine.place.memory):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_vault_that_others_may_read_is_noted_and_private_again_after_a_change(
    machine: Machine,
) -> None:
    vault = machine.made(a="1", b="2")
    machine.path.chmod(0o644)
    assert ["others" in note for note in vault.verify().notes] == [True]
    vault.put("a", envelope("2"))
    assert vault.verify().notes == ()


def test_a_symbolic_link_to_a_vault_is_followed_and_stays(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "anna")
    machine.made(a="1")
    synced = tmp_path / "synced"
    synced.mkdir()
    machine.path.rename(synced / "vault")
    machine.path.symlink_to(synced / "vault")
    machine.opened().put("b", envelope("2"))
    assert machine.path.is_symlink()
    assert [path.name for path in synced.iterdir()] == ["vault"]
    assert values(machine.opened()) == {"a": "1", "b": "2"}


def test_looking_needs_no_key_and_tells_no_name(machine: Machine) -> None:
    assert look(machine.place, tools=machine.tools) is None
    vault = machine.made(a="1")
    seen = look(machine.place, tools=machine.tools)
    assert seen is not None
    assert (seen.id, seen.generation, seen.records_count) == (vault.id, 2, 1)
    assert [slot.label for slot in seen.slots] == ["mine"]


def test_a_second_vault_is_not_made_over_the_first(machine: Machine) -> None:
    machine.made(a="1")
    before = machine.content
    with pytest.raises(VaultExistsError):
        create(machine.place, passphrase(), label="other", tools=machine.tools)
    assert machine.content == before
    machine.path.write_bytes(b"something else")
    with pytest.raises(VaultExistsError):
        create(machine.place, passphrase(), label="other", tools=machine.tools)
    assert machine.content == b"something else"


def test_without_a_vault_it_is_said_and_a_backup_is_named(machine: Machine) -> None:
    with pytest.raises(NoVaultError) as caught:
        machine.opened()
    assert "init" in str(caught.value.next_step)
    vault = machine.made(a="1")
    machine.path.unlink()
    with pytest.raises(NoVaultError, match="backup") as caught:
        machine.opened()
    assert "restore" in str(caught.value.next_step)
    for deed in (vault.refresh, lambda: vault.put("b", envelope("2"))):
        with pytest.raises(NoVaultError):
            deed()


def test_the_backup_is_the_state_before_the_last(machine: Machine) -> None:
    vault = machine.made(a="1")
    vault.put("a", envelope("2"))
    before = machine.content
    vault.put("a", envelope("3"))
    assert machine.place.backup.read_bytes() == before


def test_a_damaged_vault_is_put_back_from_the_backup_and_kept_aside(machine: Machine) -> None:
    vault = machine.made(a="1")
    vault.put("b", envelope("2"))
    damaged = machine.content[:-40]
    machine.path.write_bytes(damaged)
    with pytest.raises(TamperedError) as caught:
        machine.opened()
    assert "restore" in str(caught.value.next_step)
    restored = restore(machine.place, passphrase(), tools=machine.tools)
    assert values(restored) == {"a": "1"}
    aside = machine.path.with_name("vault.set-aside-1")
    assert aside.read_bytes() == damaged
    restored.put("c", envelope("3"))
    assert values(machine.opened()) == {"a": "1", "c": "3"}


def test_restoring_with_a_wrong_key_or_without_a_copy_changes_nothing(machine: Machine) -> None:
    with pytest.raises(NoVaultError):
        restore(machine.place, passphrase(), tools=machine.tools)
    machine.made(a="1").put("a", envelope("2"))
    before = {path: path.read_bytes() for path in machine.path.parent.iterdir()}
    with pytest.raises(WrongKeyError):
        restore(machine.place, passphrase("wrong"), tools=machine.tools)
    assert {path: path.read_bytes() for path in machine.path.parent.iterdir()} == before


def test_restoring_twice_keeps_both_that_were_set_aside(machine: Machine) -> None:
    vault = machine.made(a="1")
    copy = machine.folder / "copy"
    vault.backup(copy)
    for number in ("2", "3"):
        machine.opened().put("a", envelope(number))
        restore(machine.place, passphrase(), copy, tools=machine.tools)
    asides = sorted(machine.path.parent.glob("vault.set-aside-*"))
    assert len({one.read_bytes() for one in asides}) == 2
    assert values(machine.opened()) == {"a": "1"}


def test_a_copy_is_written_beside_and_never_over_anything(machine: Machine) -> None:
    vault = machine.made(a="1")
    copy = machine.folder / "copy"
    vault.backup(copy)
    assert copy.read_bytes() == machine.content
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with pytest.raises(DiskError):
        vault.backup(copy)


def test_checking_counts_what_there_is(machine: Machine) -> None:
    vault = machine.made(a="1", b="2", c="3")
    vault.remove("b")
    report = verify(machine.place, passphrase(), tools=machine.tools)
    assert (report.is_good, report.names_count, report.removed_count) == (True, 2, 1)
    assert (report.conflicts, report.notes) == ((), ())


def test_checking_says_what_is_wrong_and_does_not_raise_it(machine: Machine) -> None:
    machine.made(a="1")
    machine.path.write_bytes(machine.content.replace(b"live", b"dead"))
    report = verify(machine.place, passphrase(), tools=machine.tools)
    assert not report.is_good


def test_checking_with_a_wrong_key_is_no_report(machine: Machine) -> None:
    machine.made(a="1")
    with pytest.raises(WrongKeyError):
        verify(machine.place, passphrase("wrong"), tools=machine.tools)


def test_a_backup_that_cannot_be_used_is_noted(machine: Machine) -> None:
    vault = machine.made()
    assert ["no backup" in note for note in vault.verify().notes] == [True]
    machine.place.backup.write_bytes(b"junk")
    assert ["cannot be used" in note for note in vault.verify().notes] == [True]


def test_a_vault_that_another_stui_writes_to_all_the_time_is_busy(tmp_path: Path) -> None:
    machine = Machine(tmp_path, lock_seconds=0.0)
    vault = machine.made(a="1")
    with hold(machine.place.lock, 5.0), pytest.raises(VaultBusyError):
        vault.put("a", envelope("2"))
    assert values(vault) == {"a": "1"}


def test_nothing_that_is_shown_has_a_value_or_a_key_in_it(machine: Machine) -> None:
    vault = machine.made(a="s3cret")
    shown = f"{vault!r}{vault.data_key!r}{vault.get('a')!r}{passphrase()!r}{vault.slots()!r}"
    assert "s3cret" not in shown
    assert "horse" not in shown
    assert vault.data_key.material.hex() not in shown
    assert repr(vault.data_key.material) not in shown


def test_a_folder_in_the_place_of_the_vault_is_a_named_error(machine: Machine) -> None:
    os.makedirs(machine.path)  # noqa: PTH103 (as anything else may)
    for deed in (machine.opened, machine.made, lambda: look(machine.place, tools=machine.tools)):
        with pytest.raises(DiskError):
            deed()


def test_old_files_of_saves_that_crashed_are_swept(machine: Machine) -> None:
    vault = machine.made(a="1")
    left = machine.path.with_name(".~vault.0123abcd.tmp")
    left.write_bytes(b"x")
    os.utime(left, (0, 0))
    unlock(machine.place, passphrase(), tools=replace(machine.tools, clock=lambda: 1e9)).put(
        "a", envelope("2")
    )
    assert not left.exists()
    assert vault.id == machine.opened().id
