"""Replacing a secret in a store that only overwrites: at every step there is one of the two."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

import pytest

from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.keyring.guarded import KeyringStore
from stui_workspace.secrets.keyring.native import NativeItems
from stui_workspace.secrets.keyring.patience import Limits, Patience
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import Done, Missing, Trouble, Unavailable

NAME = "orders/image"
OLD = Envelope(Secret("the old value"), (), 1.0)
NEW = Envelope(Secret("the new value"), (), 2.0)
FAILED = Unavailable("it failed")


class DiedError(BaseException):
    """The program was killed here."""


@dataclass
class Passwords:
    """As macOS: what is set is deleted first. Each native call is a step that can be the last."""

    label: str = "in memory"
    kept: dict[tuple[str, str], str] = field(default_factory=dict)
    fails: frozenset[int] = frozenset()
    """The steps that fail."""
    dies_at: int | None = None
    garbles: frozenset[int] = frozenset()
    """The steps that keep something else."""
    steps: count[int] = field(default_factory=count)

    def begin(self, _patience: Patience) -> None:
        pass

    def read(self, service: str, user: str) -> str | None:
        self._step()
        return self.kept.get((service, user))

    def write(self, service: str, user: str, text: str) -> None:
        self._step()
        self.kept.pop((service, user), None)
        number = self._step()
        self.kept[service, user] = text[:-1] if number in self.garbles else text

    def delete(self, service: str, user: str) -> bool:
        self._step()
        return self.kept.pop((service, user), None) is not None

    def trouble(self, _error: Exception) -> Trouble:
        return FAILED

    def _step(self) -> int:
        number = next(self.steps)
        if number == self.dies_at:
            raise DiedError
        if number in self.fails:
            raise OSError
        return number


class KeepsAll(Passwords):
    """Says that it removed what it keeps."""

    def delete(self, service: str, user: str) -> bool:
        return True


def store_over(passwords: Passwords) -> KeyringStore:
    return KeyringStore(NativeItems(passwords), Limits(60.0, 60.0))


def with_old() -> dict[tuple[str, str], str]:
    return {(f"stui:{NAME}", "credential"): OLD.sealed()}


def step_count(call: str) -> int:
    passwords = Passwords(kept=with_old())
    store = store_over(passwords)
    if call == "put":
        store.put(NAME, NEW)
    else:
        store.remove(NAME)
    return next(passwords.steps)


def test_at_whatever_step_a_program_dies_there_is_the_old_one_or_the_new_one() -> None:
    got = []
    for step in range(step_count("put")):
        passwords = Passwords(kept=with_old(), dies_at=step)
        with pytest.raises(DiedError):
            store_over(passwords).put(NAME, NEW)
        passwords.dies_at = None
        got.append(store_over(passwords).get(NAME))
    assert set(map(type, got)) == {Envelope}
    assert all(one in (OLD, NEW) for one in got)
    changed = [one == NEW for one in got]
    assert changed == sorted(changed)  # and from the old to the new one once


def test_at_whatever_steps_the_system_fails_there_is_the_old_one_or_the_new_one() -> None:
    for first in range(step_count("put")):
        for last in range(first, first + 12):
            passwords = Passwords(kept=with_old(), fails=frozenset(range(first, last + 1)))
            outcome = store_over(passwords).put(NAME, NEW)
            passwords.fails = frozenset()
            got = store_over(passwords).get(NAME)
            assert got in (OLD, NEW)
            if outcome == Done():
                assert got == NEW


def test_after_a_single_failure_what_was_told_is_true() -> None:
    last = step_count("put") - 1  # takes away a second copy of the new one
    for step in range(last + 1):
        passwords = Passwords(kept=with_old(), fails=frozenset({step}))
        outcome = store_over(passwords).put(NAME, NEW)
        passwords.fails = frozenset()
        assert outcome == (Done() if step == last else FAILED)
        assert store_over(passwords).get(NAME) == (NEW if step == last else OLD)
        assert len(passwords.kept) == (2 if step == last else 1)


class RefusesToWrite(Passwords):
    """Every item but the spare ones."""

    def write(self, service: str, user: str, text: str) -> None:
        if not service.startswith("stui-spare:"):
            raise OSError
        super().write(service, user, text)


def test_an_item_that_cannot_be_written_at_all_stays_as_it_was() -> None:
    passwords = RefusesToWrite(kept=with_old())
    assert store_over(passwords).put(NAME, NEW) == FAILED
    assert passwords.kept == with_old()


def test_where_not_even_the_old_one_can_be_put_back_the_spare_one_is_there() -> None:
    spare_is_written = 2
    passwords = Passwords(kept=with_old(), garbles=frozenset(range(spare_is_written + 1, 30)))
    assert isinstance(store_over(passwords).put(NAME, NEW), Unavailable)
    assert store_over(passwords).get(NAME) == NEW


def test_what_is_kept_otherwise_is_not_kept_at_all() -> None:
    for step in range(step_count("put")):
        passwords = Passwords(kept=with_old(), garbles=frozenset({step}))
        outcome = store_over(passwords).put(NAME, NEW)
        got = store_over(passwords).get(NAME)
        assert (outcome, got) == (Done(), NEW) or (isinstance(outcome, Unavailable) and got == OLD)
        assert len(passwords.kept) == 1


def test_the_first_one_that_is_kept_otherwise_is_taken_out_again() -> None:
    passwords = Passwords(garbles=frozenset(range(20)))
    assert isinstance(store_over(passwords).put(NAME, NEW), Unavailable)
    assert passwords.kept == {}


def test_what_was_removed_does_not_come_back_by_its_spare_one() -> None:
    passwords = Passwords(kept=with_old() | {(f"stui-spare:{NAME}", "credential"): NEW.sealed()})
    store = store_over(passwords)
    assert store.get(NAME) == OLD
    assert store.remove(NAME) == Done()
    assert store.get(NAME) == Missing()
    assert passwords.kept == {}


def test_a_spare_one_that_a_dead_program_left_is_the_secret_and_can_be_replaced() -> None:
    spare = {(f"stui-spare:{NAME}", "credential"): OLD.sealed()}
    passwords = Passwords(kept=dict(spare))
    assert store_over(passwords).get(NAME) == OLD
    assert store_over(passwords).put(NAME, NEW) == Done()
    assert passwords.kept == {(f"stui:{NAME}", "credential"): NEW.sealed()}
    assert store_over(Passwords(kept=dict(spare))).remove(NAME) == Done()


def test_a_removal_that_did_nothing_is_not_done() -> None:
    passwords = KeepsAll(kept=with_old())
    assert isinstance(store_over(passwords).remove(NAME), Unavailable)
