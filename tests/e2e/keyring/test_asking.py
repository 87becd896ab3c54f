"""A keyring that asks: a person is waited for, obeyed, and left in peace where nobody may ask."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from doubles.asking_service import AskingService
from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.keyring import KeyringStore, find_store
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import Done, Locked, Missing, Unavailable
from support.secret_service import SecretService

NAME = "orders/image"
PAIR = (f"stui:{NAME}", "credential")
OLD = Envelope(Secret("the old value"), (), 1.0)
NEW = Envelope(Secret("the new value"), (), 2.0)


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[SecretService]:
    bus = SecretService(tmp_path)
    bus.start_bus()
    yield bus
    bus.stop_bus()


@pytest.fixture
def service(bus: SecretService) -> Iterator[AskingService]:
    with AskingService(bus.connection()) as service:
        yield service


def store_on(bus: SecretService, *, may_prompt: bool, seconds: float = 60.0) -> KeyringStore:
    store = find_store(bus.environ, seconds=seconds, may_prompt=may_prompt)
    assert isinstance(store, KeyringStore)
    return store


def test_a_person_who_unlocks_it_is_waited_for_beyond_the_limit(
    bus: SecretService, service: AskingService
) -> None:
    limit = 0.5
    store = store_on(bus, may_prompt=True, seconds=limit)
    store.put(NAME, OLD)
    service.is_locked = True
    thinks = threading.Event()
    service.person = lambda: not thinks.wait(2 * limit)
    assert store.get(NAME) == OLD
    assert store.get(NAME) == OLD
    assert service.asked_count == 1


@pytest.mark.parametrize("call", ["get", "put", "remove", "read_foreign"])
def test_a_person_who_says_no_is_asked_once_and_nothing_is_lost(
    bus: SecretService, service: AskingService, call: str
) -> None:
    store = store_on(bus, may_prompt=True)
    store.put(NAME, OLD)
    service.is_locked, service.person = True, lambda: False
    arguments = {"put": (NAME, NEW), "read_foreign": PAIR}
    outcome = getattr(store, call)(*arguments.get(call, (NAME,)))
    assert outcome == Locked("it is locked, and was not unlocked when it asked")
    assert service.asked_count == 1
    service.is_locked = False
    assert store.get(NAME) == OLD


def test_nobody_is_asked_where_nobody_may_be(bus: SecretService, service: AskingService) -> None:
    store = store_on(bus, may_prompt=False)
    store.put(NAME, OLD)
    service.is_locked = True
    assert store.get(NAME) == store.put(NAME, NEW) == store.remove(NAME) == Locked()
    assert service.asked_count == 0
    service.is_locked = False
    assert store.get(NAME) == OLD


def test_one_that_only_says_that_it_did_is_not_believed(
    bus: SecretService, service: AskingService
) -> None:
    store = store_on(bus, may_prompt=True)
    store.put(NAME, OLD)
    service.is_stuck = True
    assert store.remove(NAME) == Unavailable("the keyring still has it")
    service.is_locked, service.asked_count = True, 0
    assert isinstance(store.get(NAME), Locked)
    assert service.asked_count == 1
    service.is_locked = False
    assert store.get(NAME) == OLD


def test_one_that_asks_before_it_deletes_is_answered(
    bus: SecretService, service: AskingService
) -> None:
    store = store_on(bus, may_prompt=True)
    assert store.put(NAME, OLD) == Done()
    assert service.asked_count == 0
    assert store.put(NAME, NEW) == Done()
    assert service.asked_count == 1
    assert len(service.items) == 1
    assert store.remove(NAME) == Done()
    assert store.get(NAME) == Missing()


def test_an_item_that_is_locked_by_itself_is_asked_for(
    bus: SecretService, service: AskingService
) -> None:
    quiet, asking = store_on(bus, may_prompt=False), store_on(bus, may_prompt=True)
    calls: list[Callable[[KeyringStore], object]] = [
        lambda store: store.get(NAME),
        lambda store: store.read_foreign(*PAIR),
    ]
    quiet.put(NAME, OLD)
    for asked_count, call in enumerate(calls, 1):
        service.locked_items.update(service.items)
        assert call(quiet) == Locked()
        assert call(asking) in (OLD, Secret(OLD.sealed()))
        assert service.asked_count == asked_count
    service.locked_items.update(service.items)
    assert quiet.remove(NAME) == Locked()
    assert asking.remove(NAME) == Done()
    assert asking.get(NAME) == Missing()


@pytest.mark.parametrize("may_prompt", [True, False])
def test_an_old_one_that_stays_is_told_and_the_new_one_counts(
    bus: SecretService, service: AskingService, *, may_prompt: bool
) -> None:
    store = store_on(bus, may_prompt=may_prompt)
    store.put(NAME, OLD)
    service.person = lambda: False
    stored = store.put(NAME, NEW)
    assert isinstance(stored, Unavailable)
    assert "the new one is kept" in stored.reason
    assert store.get(NAME) == NEW
    assert isinstance(store.remove(NAME), Locked)
    assert store.get(NAME) == NEW
