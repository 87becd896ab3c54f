"""The vault as a store: it never raises, and says what came of asking it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from stui_workspace.errors import UsageError
from stui_workspace.secrets.store import Done, Locked, Missing, Unavailable
from stui_workspace.secrets.vault import DataKey, Key, VaultStore
from support.vault_machines import Machine, envelope, passphrase


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path / "anna")
    machine.made(a="1")
    return machine


def store(machine: Machine, key: Key | None) -> VaultStore:
    return VaultStore(machine.place, lambda: key, machine.tools)


def test_with_a_key_it_keeps_gives_and_forgets(machine: Machine) -> None:
    one = store(machine, machine.opened().data_key)
    assert one.get("a") == envelope("1")
    assert one.put("b", envelope("2")) == Done()
    assert store(machine, passphrase()).get("b") == envelope("2")
    assert one.remove("b") == Done()
    assert one.remove("b") == one.get("b") == Missing()
    assert one.label


def every_answer(one: VaultStore) -> list[object]:
    return [one.get("a"), one.put("a", envelope("2")), one.remove("a")]


def test_without_a_key_or_with_an_old_one_it_is_locked(machine: Machine) -> None:
    old = machine.opened().data_key
    machine.opened().rekey([passphrase()])
    keys: list[Key | None] = [None, old, DataKey(b"x" * 32), passphrase("wrong")]
    for key in keys:
        for answer in every_answer(store(machine, key)):
            assert isinstance(answer, Locked)
            assert answer.reason
            assert "stui vault unlock" in str(answer.next_step)


def _put_back(machine: Machine) -> None:
    before = machine.content
    machine.opened().put("a", envelope("3"))
    machine.receives(before)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


BREAKING: dict[str, Callable[[Machine], object]] = {
    "it is gone": lambda machine: machine.path.unlink(),
    "it is damaged": lambda machine: machine.path.write_bytes(b"junk"),
    "it was put back": _put_back,
    "it is a folder": lambda machine: _folder(machine.path),
    "its memory is a folder": lambda machine: _folder(machine.place.memory),
}


@pytest.mark.parametrize("kind", BREAKING)
def test_what_is_wrong_with_it_makes_it_unavailable_and_says_what_to_do(
    machine: Machine, kind: str
) -> None:
    key = machine.opened().data_key
    BREAKING[kind](machine)
    for answer in every_answer(store(machine, key)):
        assert isinstance(answer, Unavailable)
        assert answer.reason
        assert answer.next_step


def test_a_source_of_keys_that_fails_makes_it_unavailable(machine: Machine) -> None:
    def fails() -> Key | None:
        raise UsageError("the key file is empty", "use another")

    answers = every_answer(VaultStore(machine.place, fails, machine.tools))
    assert answers == [Unavailable("the key file is empty", "use another")] * 3


def test_a_name_that_cannot_be_kept_is_missing_and_cannot_be_put(machine: Machine) -> None:
    one = store(machine, passphrase())
    assert one.get("No Name") == one.remove("No Name") == Missing()
    assert isinstance(one.put("No Name", envelope("1")), Unavailable)
