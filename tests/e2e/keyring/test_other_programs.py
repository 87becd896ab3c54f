"""One keyring for all: others see what we keep, and theirs is read when asked for."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.keyring import read_foreign
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import Done, Locked, Missing, Unavailable
from support.secret_service import SecretService
from support.stores import found

VALUE = "correct horse battery"
ENVELOPE = Envelope(Secret(VALUE), ("tcp://localhost:5555",), 1_000.0)


def secret_tool(service: SecretService, *arguments: str, text: str = "") -> str:
    done = subprocess.run(
        ("secret-tool", *arguments),
        env=service.environ,
        input=text,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout + done.stderr


def test_the_keyring_is_called_by_its_name(service: SecretService) -> None:
    assert found(service.environ).label == "Secret Service (GNOME Keyring)"


def test_secret_tool_finds_what_we_keep_under_a_title_for_people(service: SecretService) -> None:
    store = found(service.environ)
    store.put("orders/image", ENVELOPE)
    attributes = ("service", "stui:orders/image", "username", "credential")
    assert secret_tool(service, "lookup", *attributes) == ENVELOPE.sealed()
    assert "label = stui: orders/image\n" in secret_tool(service, "search", *attributes)
    secret_tool(service, "clear", *attributes)
    assert store.get("orders/image") == Missing()


def test_what_was_put_there_by_hand_is_no_secret_of_ours_until_it_is_set(
    service: SecretService,
) -> None:
    store = found(service.environ)
    attributes = ("service", "stui:orders/image", "username", "credential")
    secret_tool(service, "store", "--label=by hand", *attributes, text=VALUE)
    got = store.get("orders/image")
    assert isinstance(got, Unavailable)
    assert got.next_step == "`stui secret set orders/image` replaces it"
    assert VALUE not in repr(got)
    assert store.put("orders/image", ENVELOPE) == Done()
    assert secret_tool(service, "lookup", *attributes) == ENVELOPE.sealed()


def test_an_item_of_another_program_is_read_as_it_stands(service: SecretService) -> None:
    store = found(service.environ)
    assert read_foreign(store, "smtp.example.org", "ada") == Missing()
    attributes = ("service", "smtp.example.org", "username", "ada")
    secret_tool(service, "store", "--label=mail", *attributes, text=VALUE)
    assert read_foreign(store, "smtp.example.org", "ada") == Secret(VALUE)
    assert read_foreign(store, "smtp.example.org", "grace") == Missing()
    service.lock()
    assert isinstance(read_foreign(store, "smtp.example.org", "ada"), Locked)
    assert isinstance(read_foreign(store, "smtp.example.org", "grace"), Locked)


@pytest.mark.parametrize(("one", "user"), [("", "ada"), ("mail", ""), ("ma\0il", "ada")])
def test_no_part_of_a_name_finds_any_item(service: SecretService, one: str, user: str) -> None:
    store = found(service.environ)
    with service.keyring() as keyring:
        for pair in (("mail", "ada"), ("", ""), ("mail", "")):
            attributes = {"service": pair[0], "username": pair[1]}
            keyring.create_item("a", attributes, VALUE.encode())
    assert isinstance(read_foreign(store, one, user), Unavailable)


def test_two_items_that_differ_are_not_chosen_between(service: SecretService) -> None:
    store = found(service.environ)
    attributes = {"service": "mail", "username": "ada"}
    with service.keyring() as keyring:
        keyring.create_item("a", {**attributes, "kind": "smtp"}, b"one")
        keyring.create_item("b", {**attributes, "kind": "imap"}, b"one")
        assert read_foreign(store, "mail", "ada") == Secret("one")
        keyring.create_item("c", {**attributes, "kind": "other"}, b"two")
    assert isinstance(read_foreign(store, "mail", "ada"), Unavailable)


def test_bytes_that_are_no_text_are_no_secret(service: SecretService) -> None:
    store = found(service.environ)
    with service.keyring() as keyring:
        keyring.create_item("a", {"service": "mail", "username": "ada"}, b"\xff\xfe\xfd")
        own = {"service": "stui:a", "username": "credential"}
        keyring.create_item("b", own, b"\xff\xfe\xfd")
    no_text = Unavailable("the keyring item is no text")
    assert read_foreign(store, "mail", "ada") == store.get("a") == no_text


def test_no_file_of_the_keyring_has_the_value_in_plain(
    service: SecretService, tmp_path: Path
) -> None:
    found(service.environ).put("orders/image", ENVELOPE)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".keyring" for path in files)
    assert not any(VALUE.encode() in path.read_bytes() for path in files)
