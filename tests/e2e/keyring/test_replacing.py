"""A secret is there at every moment of being replaced, whoever writes and whoever dies."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from secretstorage import Collection, Item

from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import Done, Unavailable
from support.secret_service import SecretService
from support.stores import found

ATTRIBUTES = {"service": "stui:orders/image", "username": "credential"}
NAME = "orders/image"
WRITES = 8


def envelope(number: float) -> Envelope:
    return Envelope(Secret(f"value {number}"), ("tcp://localhost:5555",), float(number))


def item_count(service: SecretService) -> int:
    with service.keyring() as keyring:
        return len(list(keyring.search_items(ATTRIBUTES)))


def test_of_two_that_a_dead_program_left_the_newer_one_counts(service: SecretService) -> None:
    store = found(service.environ)
    with service.keyring() as keyring:
        for number in (2.0, 3.0, 1.0):
            keyring.create_item("a", ATTRIBUTES, envelope(number).sealed().encode())
        keyring.create_item("half of one", ATTRIBUTES, envelope(9.0).sealed().encode()[:-9])
    assert store.get(NAME) == envelope(3.0)
    assert store.put(NAME, envelope(0.0)) == Done()
    assert store.get(NAME) == envelope(0.0)
    assert item_count(service) == 1


def test_all_that_a_dead_program_left_is_removed(service: SecretService) -> None:
    store = found(service.environ)
    with service.keyring() as keyring:
        for number in (2.0, 3.0):
            keyring.create_item("a", ATTRIBUTES, envelope(number).sealed().encode())
    assert store.remove(NAME) == Done()
    assert item_count(service) == 0


def test_an_item_that_reads_back_otherwise_is_taken_out_again(
    service: SecretService, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = found(service.environ)
    store.put(NAME, envelope(1.0))
    read = Item.get_secret
    with monkeypatch.context() as patch:
        patch.setattr(Item, "get_secret", lambda item: read(item)[:-1])
        assert isinstance(store.put(NAME, envelope(2.0)), Unavailable)
    assert store.get(NAME) == envelope(1.0)
    assert item_count(service) == 1


def test_a_reader_never_finds_nothing_while_it_is_written(service: SecretService) -> None:
    writer, reader = found(service.environ), found(service.environ)
    writer.put(NAME, envelope(0.0))
    is_over = threading.Event()
    read: list[object] = []

    def read_on() -> None:
        while not is_over.is_set():
            read.append(reader.get(NAME))

    reading = threading.Thread(target=read_on)
    reading.start()
    outcomes = [writer.put(NAME, envelope(number)) for number in range(1, WRITES)]
    is_over.set()
    reading.join()
    assert outcomes == [Done()] * (WRITES - 1)
    assert read
    assert all(isinstance(one, Envelope) for one in read)
    assert item_count(service) == 1


@pytest.mark.parametrize("is_after", [False, True])
def test_of_two_that_write_at_once_neither_removes_what_the_other_wrote(
    service: SecretService, monkeypatch: pytest.MonkeyPatch, *, is_after: bool
) -> None:
    one, other = found(service.environ), found(service.environ)
    one.put(NAME, envelope(1.0))
    create = Collection.create_item

    def create_beside_another(*arguments: Any) -> Item:
        monkeypatch.setattr(Collection, "create_item", create)
        if not is_after:
            assert other.put(NAME, envelope(3.0)) == Done()
        made = create(*arguments)
        if is_after:
            assert other.put(NAME, envelope(3.0)) == Done()
        return made

    monkeypatch.setattr(Collection, "create_item", create_beside_another)
    outcome = one.put(NAME, envelope(2.0))
    assert isinstance(outcome, Unavailable if is_after else Done)  # its own was replaced
    assert one.get(NAME) == envelope(3.0)
    assert one.put(NAME, envelope(4.0)) == Done()
    assert item_count(service) == 1
