"""What opens a vault: passphrases, keys of keyrings and files, and a new data key."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from stui_workspace.errors import NotFoundError, UsageError
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.vault import (
    BOUNDS,
    STANDARD,
    Argon2id,
    DataKey,
    Kdf,
    NewKey,
    Passphrase,
    RawKey,
    RefusedKdfError,
    Scrypt,
    SlotKind,
    VaultError,
    WrongKeyError,
    calibrated,
    create,
    unlock,
)
from stui_workspace.secrets.vault import kdf as kdf_module
from stui_workspace.secrets.vault.kdf import UnavailableKdfError, available, kdf_of
from support.vault_machines import (
    CHEAP,
    Machine,
    envelope,
    key_file,
    keyring_key,
    passphrase,
    values,
)

KEYS: dict[str, NewKey] = {
    "passphrase": passphrase(),
    "keyring": keyring_key(),
    "file": key_file(),
    "a long file": RawKey(b"x" * 1000),
}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path / "anna")


@pytest.mark.parametrize("kind", KEYS)
def test_each_kind_of_key_opens_the_vault_that_was_made_with_it(
    machine: Machine, kind: str
) -> None:
    machine.made(KEYS[kind], a="1")
    assert values(machine.opened(KEYS[kind])) == {"a": "1"}
    for other, key in KEYS.items():
        if other != kind:
            with pytest.raises(WrongKeyError):
                machine.opened(key)


@pytest.mark.parametrize(
    "wrong",
    [passphrase("correct hors"), passphrase("Correct horse"), passphrase("correct horse ")],
    ids=["shorter", "a capital", "a blank"],
)
def test_a_wrong_passphrase_is_called_wrong_and_not_tampering(
    machine: Machine, wrong: Passphrase
) -> None:
    machine.made(a="1")
    with pytest.raises(WrongKeyError, match="the passphrase is wrong"):
        machine.opened(wrong)


def test_wrong_keys_of_other_kinds_are_called_wrong_too(machine: Machine) -> None:
    machine.made(key_file(), a="1").add_slot(keyring_key(), "laptop")
    for wrong in (key_file(b"x"), keyring_key(b"x"), DataKey(b"x" * 32)):
        with pytest.raises(WrongKeyError):
            machine.opened(wrong)
    with pytest.raises(WrongKeyError, match="no slot for a passphrase"):
        machine.opened()


def test_a_key_of_a_keyring_does_not_open_as_a_key_of_a_file(machine: Machine) -> None:
    machine.made(keyring_key(), a="1").add_slot(key_file(), "file")
    with pytest.raises(WrongKeyError):
        machine.opened(RawKey(keyring_key().material, SlotKind.FILE))


def test_the_data_key_opens_it_and_no_other_vault(machine: Machine, tmp_path: Path) -> None:
    vault = machine.made(a="1")
    assert values(machine.opened(vault.data_key)) == {"a": "1"}
    other = Machine(tmp_path / "other", "bert")
    other.made(a="1")
    with pytest.raises(WrongKeyError):
        other.opened(vault.data_key)


def test_a_passphrase_is_the_same_however_its_accents_are_composed(machine: Machine) -> None:
    composed, apart = (unicodedata.normalize(form, "Zażółć") for form in ("NFC", "NFD"))
    assert composed != apart
    machine.made(passphrase(composed), a="1")
    assert values(machine.opened(passphrase(apart))) == {"a": "1"}


@pytest.mark.parametrize("text", ["\ud800", "\x00", " ", "🔑" * 1000])
def test_odd_passphrases_are_passphrases(machine: Machine, text: str) -> None:
    machine.made(passphrase(text), a="1")
    assert values(machine.opened(passphrase(text))) == {"a": "1"}


def test_keys_that_are_none_are_refused() -> None:
    for make in (
        lambda: passphrase(""),
        lambda: passphrase("x" * 5000),
        lambda: RawKey(b"x" * 31),
        lambda: RawKey(b"x" * 70_000),
    ):
        with pytest.raises(UsageError):
            make()
    with pytest.raises(ValueError, match="passphrase"):
        RawKey(b"x" * 32, SlotKind.PASSPHRASE)
    with pytest.raises(ValueError, match="32 bytes"):
        DataKey(b"x")


def test_each_of_several_keys_opens_it_until_it_is_taken_away(machine: Machine) -> None:
    vault = machine.made(a="1")
    added = [
        vault.add_slot(key_file(), "file"),
        vault.add_slot(keyring_key(), "laptop"),
        vault.add_slot(passphrase("other"), "Bert's"),
    ]
    assert {slot.label for slot in vault.slots()} == {"mine", "file", "laptop", "Bert's"}
    keys: list[NewKey] = [passphrase(), key_file(), keyring_key(), passphrase("other")]
    for key in keys:
        assert values(machine.opened(key)) == {"a": "1"}
    for slot, key in zip(added, keys[1:], strict=True):
        assert vault.remove_slot(slot.id) == slot
        with pytest.raises(WrongKeyError):
            machine.opened(key)
    assert values(machine.opened()) == {"a": "1"}


def test_the_last_slot_stays_and_one_that_is_not_there_is_not_found(machine: Machine) -> None:
    vault = machine.made(a="1")
    (only,) = vault.slots()
    with pytest.raises(UsageError, match="last"):
        vault.remove_slot(only.id)
    with pytest.raises(NotFoundError):
        vault.remove_slot("0" * 16)
    assert values(machine.opened()) == {"a": "1"}


def test_slots_are_bounded(machine: Machine) -> None:
    vault = machine.made()
    for number in range(3):
        vault.add_slot(passphrase(str(number)), "p")
    with pytest.raises(UsageError, match="slots"):
        vault.add_slot(passphrase("more"), "p")
    for number in range(12):
        vault.add_slot(key_file(bytes([number])), "f")
    with pytest.raises(UsageError, match="slots"):
        vault.add_slot(key_file(), "f")
    assert len(machine.opened().slots()) == 16


@pytest.mark.parametrize("label", ["", "a\nb", "\x1b[31m", "x" * 65, "\u202e"])
def test_a_label_that_cannot_be_shown_is_refused(machine: Machine, label: str) -> None:
    with pytest.raises(UsageError, match="label"):
        machine.made().add_slot(key_file(), label)


def test_labels_in_any_letters_come_back(machine: Machine) -> None:
    label = "Zażółć 🔑" * 7
    machine.made().add_slot(key_file(), label)
    assert label in {slot.label for slot in machine.opened().slots()}


def test_after_a_change_the_new_passphrase_opens_it_and_the_old_one_does_not(
    machine: Machine,
) -> None:
    vault = machine.made(a="1")
    vault.add_slot(key_file(), "file")
    before = vault.data_key
    vault.change_passphrase(passphrase(), passphrase("new"))
    with pytest.raises(WrongKeyError):
        machine.opened()
    assert values(machine.opened(passphrase("new"))) == {"a": "1"}
    assert values(machine.opened(key_file())) == {"a": "1"}
    assert machine.opened(before).data_key == before
    with pytest.raises(WrongKeyError):
        vault.change_passphrase(passphrase(), passphrase("newer"))


def test_four_passphrases_can_each_be_changed(machine: Machine) -> None:
    vault = machine.made()
    for number in range(3):
        vault.add_slot(passphrase(str(number)), "p")
    vault.change_passphrase(passphrase("1"), passphrase("new"))
    assert len(machine.opened(passphrase("new")).slots()) == 4


def test_a_new_data_key_keeps_the_secrets_and_the_slots_whose_keys_are_given(
    machine: Machine,
) -> None:
    vault = machine.made(a="1", b="2")
    vault.remove("b")
    vault.add_slot(key_file(), "file")
    vault.add_slot(keyring_key(), "laptop")
    old, lines = vault.data_key, set(machine.content.splitlines())
    report = vault.rekey([passphrase(), keyring_key()])
    assert {slot.label for slot in report.kept} == {"mine", "laptop"}
    assert [slot.label for slot in report.dropped] == ["file"]
    assert vault.data_key != old
    assert not lines & set(machine.content.splitlines())
    for key in (passphrase(), keyring_key(), vault.data_key):
        assert values(machine.opened(key)) == {"a": "1"}
    for key in (key_file(), old):
        with pytest.raises(WrongKeyError):
            machine.opened(key)
    assert vault.verify().removed_count == 1


def test_a_new_data_key_needs_a_key_that_opens_it(machine: Machine) -> None:
    vault = machine.made(a="1")
    before = machine.content
    keyrings: list[list[NewKey]] = [[], [passphrase("wrong")], [passphrase(), key_file()]]
    for keys in keyrings:
        with pytest.raises(WrongKeyError):
            vault.rekey(keys)
    assert machine.content == before


def test_who_unlocked_before_it_got_a_new_key_has_to_unlock_again(machine: Machine) -> None:
    vault = machine.made(a="1")
    other = machine.opened()
    vault.rekey([passphrase()])
    for deed in (other.refresh, lambda: other.put("b", envelope("2"))):
        with pytest.raises(WrongKeyError, match="another key"):
            deed()
    assert values(other) == {"a": "1"}
    assert values(machine.opened()) == {"a": "1"}


# How slow a passphrase is to guess.


def test_the_bounds_hold_the_standard_derivations() -> None:
    assert str(STANDARD) == "argon2id:65536:3:4"
    assert BOUNDS.objection(STANDARD) is None
    assert BOUNDS.objection(Scrypt()) is None
    assert str(Scrypt()) == "scrypt:17:8:1"


@pytest.mark.parametrize(
    "kdf",
    [
        Argon2id(1 << 10, 3, 4),
        Argon2id((32 << 10) - 1, 3, 4),
        Argon2id((32 << 10) - 1, 10, 4),
        Argon2id(64 << 10, 1, 4),
        Argon2id(32 << 10, 2, 4),
        Argon2id((256 << 10) + 1, 3, 4),
        Argon2id(10**8, 3, 4),
        Argon2id(256 << 10, 9, 4),
        Argon2id(64 << 10, 9999, 4),
        Argon2id(64 << 10, 3, 9),
        Scrypt(15),
        Scrypt(1),
        Scrypt(19),
        Scrypt(99),
        Scrypt(17, 9999),
    ],
    ids=str,
)
def test_what_is_too_weak_or_too_costly_is_refused(kdf: Kdf) -> None:
    assert BOUNDS.objection(kdf) is not None
    assert kdf_of(str(kdf)) == kdf


def test_a_vault_with_a_cheap_derivation_is_refused_unless_it_is_allowed(machine: Machine) -> None:
    machine.made(a="1")
    real = replace(machine.tools, bounds=BOUNDS)
    with pytest.raises(RefusedKdfError, match="could be guessed"):
        unlock(machine.place, passphrase(), tools=real)
    with pytest.raises(RefusedKdfError):
        create(
            replace(machine.place, path=machine.folder / "v"), passphrase(), label="a", tools=real
        )
    assert not (machine.folder / "v").exists()


def test_nothing_is_derived_before_all_slots_are_within_bounds(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = machine.made(key_file(), a="1")
    vault.add_slot(passphrase(), "p")

    def derive(*_args: object) -> bytes:
        raise AssertionError("derived")

    monkeypatch.setattr(Argon2id, "derive", derive)
    for key in (key_file(), passphrase(), vault.data_key):
        with pytest.raises(RefusedKdfError):
            unlock(machine.place, key, tools=replace(machine.tools, bounds=BOUNDS))


def test_where_argon2id_is_missing_scrypt_is_used_and_a_slot_that_needs_it_says_so(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.made(a="1")
    monkeypatch.setattr(kdf_module, "WHERE_ARGON2ID_IS_MISSING", Scrypt(7))
    with monkeypatch.context() as without:
        without.setattr(Argon2id, "derive", _is_missing)
        with pytest.raises(VaultError, match="this system cannot do argon2id"):
            machine.opened()
        other = Machine(machine.folder / "other")
        other.made(a="1")
        assert [slot.cost for slot in other.opened().slots()] == ["scrypt:7:8:1"]
    assert values(other.opened()) == {"a": "1"}
    assert available(CHEAP) == CHEAP


def _is_missing(kdf: Kdf, *_args: object) -> bytes:
    raise UnavailableKdfError(str(kdf))


def test_a_lack_of_memory_is_a_named_error(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.made(a="1")

    def derive(*_args: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(Argon2id, "derive", derive)
    with pytest.raises(VaultError, match="not enough memory"):
        machine.opened()


@pytest.mark.parametrize("text", ["", "argon2id", "argon2id:0:1:1", "argon2id:01:1:1", "argon2i:1:1:1", "argon2id:1:1:1:", "scrypt:17:7:1", "scrypt:17:8", "argon2id:٣:1:1", "argon2id:1_0:1:1", "argon2id:9999999999:1:1", "hkdf"])  # fmt: skip  # noqa: E501
def test_a_derivation_has_one_way_to_be_written(text: str) -> None:
    assert kdf_of(text) is None


def machine_of(work_per_second: float, monkeypatch: pytest.MonkeyPatch) -> Callable[[], float]:
    """The clock of a machine on which KiB times passes take their time."""
    now = [0.0]

    def derive(kdf: Argon2id, _material: bytes, _salt: bytes) -> bytes:
        now[0] += kdf.memory * kdf.passes / work_per_second
        return bytes(32)

    monkeypatch.setattr(Argon2id, "derive", derive)
    return lambda: now[0]


@pytest.mark.parametrize("work_per_second", [5e5, 1e6, 2e6, 5e6, 1.5e7])
def test_the_derivation_fits_the_machine_between_a_tenth_and_half_a_second(
    work_per_second: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    kdf = calibrated(machine_of(work_per_second, monkeypatch))
    assert BOUNDS.objection(kdf) is None
    assert 0.1 <= kdf.memory * kdf.passes / work_per_second <= 0.5


@pytest.mark.parametrize("work_per_second", [1.0, 1e4, 1e5, 1e8, 1e12])
def test_however_slow_or_fast_a_machine_is_it_stays_within_bounds(
    work_per_second: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    kdf = calibrated(machine_of(work_per_second, monkeypatch))
    assert BOUNDS.objection(kdf) is None
    if work_per_second < 1e5:
        assert kdf == Argon2id(64 << 10, 2, 4)
    if work_per_second > 1e7:
        assert kdf.memory == BOUNDS.most_memory


def test_without_argon2id_there_is_nothing_to_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Argon2id, "derive", _is_missing)
    assert calibrated(lambda: 0.0) == Scrypt()


def test_a_passphrase_prints_as_nothing() -> None:
    assert "x1y2" not in repr(Passphrase(Secret("x1y2")))
    assert "kkkk" not in repr(key_file())
