"""A keyring that hangs, is gone, is back, or never was: an answer each time, and an end."""

from __future__ import annotations

import gc
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import Proxy

from doubles.outside import HandClock
from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.keyring import KeyringStore, find_store, read_foreign
from stui_workspace.secrets.keyring.bus import GuardedConnection
from stui_workspace.secrets.keyring.patience import Limits, Patience
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import Done, Locked, Missing, TimedOut, Unavailable
from support.secret_service import DEADLINE, SecretService, secret_service
from support.stores import found

NAME = "orders/image"
OLD = Envelope(Secret("the old value"), (), 1.0)
NEW = Envelope(Secret("the new value"), (), 2.0)
SHORT = 0.4

ASKS = """
import os, sys
from stui_workspace.secrets.keyring import find_store
seconds = {"seconds": float(sys.argv[1])} if sys.argv[1:] else {}
store = find_store(os.environ, **seconds)
print(store.get("orders/image"), flush=True)
print(store.get("orders/image"), flush=True)
"""


def assert_no_keyring(environ: dict[str, str], seconds: float = 5.0) -> None:
    store = find_store(environ, seconds=seconds)
    assert isinstance(store, Unavailable), store
    assert "stui vault init" in (store.next_step or "")
    assert read_foreign(store, "mail", "ada") == store


def test_a_program_that_asks_a_keyring_that_hangs_gets_an_answer_and_ends(
    service: SecretService,
) -> None:
    found(service.environ).put(NAME, OLD)
    with service.hung():
        done = subprocess.run(
            (sys.executable, "-c", ASKS),
            env=service.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE,
        )
    assert done.stderr == ""
    assert done.stdout == "TimedOut(seconds=5.0)\n" * 2
    assert done.returncode == 0


def test_a_keyring_that_hangs_is_still_the_keyring_and_answers_when_it_goes_on(
    service: SecretService,
) -> None:
    found(service.environ).put(NAME, OLD)
    with service.hung():
        store = found(service.environ, seconds=SHORT)
        assert store.get(NAME) == TimedOut(SHORT)
        assert store.remove(NAME) == TimedOut(SHORT)
        assert read_foreign(store, "mail", "ada") == TimedOut(SHORT)
        for thread in threading.enumerate():
            if thread.name == "stui keyring":  # given up, and knows it
                thread.join(DEADLINE)
                assert not thread.is_alive()
    assert found(service.environ).get(NAME) == OLD


def test_a_keyring_that_hangs_while_it_is_written_loses_nothing(service: SecretService) -> None:
    store = found(service.environ, seconds=SHORT)
    store.put(NAME, OLD)
    with service.hung():
        assert store.put(NAME, NEW) == TimedOut(SHORT)
    assert found(service.environ).get(NAME) in (OLD, NEW)


def test_what_was_given_up_says_nothing_more(service: SecretService) -> None:
    clock = HandClock()
    patience = Patience(Limits(5.0, 5.0), may_prompt=False, clock=clock)
    address = service.environ["DBUS_SESSION_BUS_ADDRESS"]
    with closing(GuardedConnection(address, patience)) as connection:
        connection.send(message_bus.GetId())
        clock.advance(5.0)
        with pytest.raises(TimeoutError):
            connection.send(message_bus.GetId())
        with pytest.raises(TimeoutError):
            connection.receive()


def test_a_bus_that_was_killed_is_asked_again_when_it_is_back(service: SecretService) -> None:
    store = found(service.environ)
    store.put(NAME, OLD)
    service.stop_bus()
    assert isinstance(store.get(NAME), Unavailable)
    assert isinstance(store.put(NAME, NEW), Unavailable)
    assert_no_keyring(service.environ)
    service.start_bus()
    service.start_daemon()
    assert found(service.environ).get(NAME) == OLD
    assert store.get(NAME) == OLD


def test_a_keyring_that_died_is_asked_again_when_it_is_back(service: SecretService) -> None:
    store = found(service.environ)
    store.put(NAME, OLD)
    service.stop_daemon()
    assert isinstance(store.get(NAME), Unavailable)
    assert_no_keyring(service.environ)
    service.start_daemon()
    assert store.get(NAME) == OLD


def test_without_a_default_keyring_there_is_none(tmp_path: Path) -> None:
    with secret_service(tmp_path, has_default=False) as service:
        assert_no_keyring(service.environ)


def test_a_bus_is_found_where_the_session_has_its_sockets(service: SecretService) -> None:
    del service.environ["DBUS_SESSION_BUS_ADDRESS"]
    assert found(service.environ).put(NAME, OLD) == Done()


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "nonsense",
        "unix:",
        "unix:path",
        "unix:path=",
        "unix:path={folder}/no/bus",
        "unix:path={folder}",
        "unix:abstract=stui-tests-nobody-listens",
        "unix:path=/a%00b",
        "unix:path=" + "a" * 300,
        "tcp:host=localhost,port=1",
        "autolaunch:",
        "disabled:",
    ],
)
def test_without_a_bus_there_is_no_keyring(tmp_path: Path, address: str | None) -> None:
    environ = {"XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)}
    if address is not None:
        environ["DBUS_SESSION_BUS_ADDRESS"] = address.replace("{folder}", str(tmp_path))
    assert_no_keyring(environ)


@contextmanager
def listening(path: Path) -> Iterator[socket.socket]:
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(path))
        listener.listen()
        yield listener


ANSWERS = {
    "nothing": [],
    "no": [b"REJECTED\r\n"],
    "nonsense": [b"\0\xff" * 500 + b"\r\n"],
    "yes, and nothing more": [b"OK 0123456789abcdef0123456789abcdef\r\n"],
    "yes, and nonsense": [b"OK 0123456789abcdef0123456789abcdef\r\n", b"\xff" * 500],
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_a_bus_that_talks_nonsense_and_goes_is_none(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "bus"

    def answer(listener: socket.socket) -> None:
        with closing(listener.accept()[0]) as peer:
            for text in ANSWERS[kind]:
                peer.recv(1024)
                peer.sendall(text)

    with listening(path) as listener:
        answering = threading.Thread(target=answer, args=(listener,))
        answering.start()
        store = find_store({"XDG_RUNTIME_DIR": str(tmp_path)})
        answering.join()
    assert isinstance(store, Unavailable)
    gc.collect()  # a socket that was left open is a warning, and so a failure


def test_a_bus_that_hangs_is_waited_for_once(tmp_path: Path) -> None:
    path = tmp_path / "bus"
    with listening(path):
        store = found({"XDG_RUNTIME_DIR": str(tmp_path)}, seconds=SHORT)
        assert store.get(NAME) == TimedOut(SHORT)


def test_a_keyring_that_may_not_ask_a_person_does_not(service: SecretService) -> None:
    store = found(service.environ)
    store.put(NAME, OLD)
    service.lock()
    with prompter(service) as asked:
        assert store.get(NAME) == Locked()
        assert store.put(NAME, NEW) == Locked()
        assert store.remove(NAME) == Locked()
        assert isinstance(read_foreign(store, "mail", "ada"), Locked)
        assert not asked()


def test_who_cannot_be_asked_has_not_unlocked_it(service: SecretService) -> None:
    store = prompting(service, 60.0)
    store.put(NAME, OLD)
    service.lock()  # no program here can show the question
    assert isinstance(store.get(NAME), Locked)
    service.unlock()
    assert store.get(NAME) == OLD


def test_a_person_is_waited_for_longer_but_not_for_ever(service: SecretService) -> None:
    store = prompting(service, SHORT)
    store.put(NAME, OLD)
    service.lock()
    with prompter(service) as asked:
        assert store.get(NAME) == TimedOut(SHORT)
        assert asked()
    service.unlock()
    assert found(service.environ).get(NAME) == OLD


def prompting(service: SecretService, prompt_seconds: float) -> KeyringStore:
    store = find_store(service.environ, prompt_seconds=prompt_seconds, may_prompt=True)
    assert isinstance(store, KeyringStore)
    assert store.get(NAME) == Missing()
    return store


@contextmanager
def prompter(service: SecretService) -> Iterator[Callable[[], bool]]:
    """A program that takes the keyring's questions and answers none; whether there was one."""
    with closing(service.connection()) as connection:
        Proxy(message_bus, connection).RequestName("org.gnome.keyring.SystemPrompter")

        def asked() -> bool:
            try:
                while True:
                    message = connection.receive(timeout=SHORT)
                    if "BeginPrompting" in map(str, message.header.fields.values()):
                        return True
            except TimeoutError:
                return False

        yield asked
