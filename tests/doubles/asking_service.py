"""A Secret Service that asks a person before it unlocks or deletes, as some do, and speaks plainly.

It stands on a real bus and is talked to over it; the person is a function of the test.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Self

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import DBusConnection, Proxy
from secretstorage.defines import SS_PATH
from secretstorage.util import BUS_NAME, PROMPT_IFACE

SESSION = "/org/freedesktop/secrets/session/s1"
ITEMS = "/org/freedesktop/secrets/collection/login/"
PROMPT = "/org/freedesktop/secrets/prompt/p"
PREFIX = "org.freedesktop.Secret.Item."

Reply = tuple[str, tuple[Any, ...]]


@dataclass
class Kept:
    attributes: dict[str, str]
    secret: bytes


@dataclass
class AskingService:
    """Answers on its connection, in a thread, until it is closed."""

    connection: DBusConnection
    person: Callable[[], bool] = lambda: True
    """Asked by each prompt; whether they agree."""
    is_locked: bool = False
    items: dict[str, Kept] = field(default_factory=dict)
    locked_items: set[str] = field(default_factory=set)
    """Those that are locked by themselves."""
    is_stuck: bool = False
    """Whether what a person agreed to is said to be done, and is not."""
    asked_count: int = 0
    _pending: dict[str, Callable[[], None]] = field(default_factory=dict)
    _numbers: Any = field(default_factory=lambda: count(1))
    _is_over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        Proxy(message_bus, self.connection).RequestName(BUS_NAME)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _serve(self) -> None:
        with closing(self.connection):
            while not self._is_over.is_set():
                try:
                    message = self.connection.receive(timeout=0.05)
                except TimeoutError:
                    continue
                if message.header.message_type is MessageType.method_call:
                    self._take(message)

    def _take(self, message: Message) -> None:
        fields = message.header.fields
        path, member = fields[HeaderFields.path], fields[HeaderFields.member]
        answer = getattr(self, f"_on_{member}")(path, *message.body)
        if isinstance(answer, str):
            self.connection.send(new_error(message, answer, "s", ("no",)))
        else:
            self.connection.send(new_method_return(message, *answer))
        if member == "Prompt":
            self._ask(path)

    def _ask(self, path: str) -> None:
        self.asked_count += 1
        is_agreed = self.person()
        action = self._pending.pop(path)
        if is_agreed and not self.is_stuck:
            action()
        address = DBusAddress(path, interface=PROMPT_IFACE)
        body: tuple[Any, ...] = (not is_agreed, ("ao", []))
        self.connection.send(new_signal(address, "Completed", "bv", body))

    def _prompt(self, action: Callable[[], None]) -> str:
        path = f"{PROMPT}{next(self._numbers)}"
        self._pending[path] = action
        return path

    def _found(self, wanted: dict[str, str]) -> list[str]:
        return [
            path for path, one in self.items.items() if wanted.items() <= one.attributes.items()
        ]

    def _unlock(self) -> None:
        self.is_locked = False
        self.locked_items.clear()

    def _on_Get(self, path: str, _interface: str, name: str) -> Reply:  # noqa: N802
        is_locked = self.is_locked or path in self.locked_items
        values = {"Label": ("s", "a label"), "Locked": ("b", is_locked), "Created": ("t", 1)}
        return "v", (values[name],)

    def _on_OpenSession(self, _path: str, way: str, _key: object) -> Reply | str:  # noqa: N802
        if way != "plain":
            return "org.freedesktop.DBus.Error.NotSupported"
        return "vo", (("s", ""), SESSION)

    def _on_SearchItems(self, path: str, wanted: dict[str, str]) -> Reply:  # noqa: N802
        found = self._found(wanted)
        if path != SS_PATH:
            return "ao", (found,)
        return "aoao", (([], found) if self.is_locked else (found, []))

    def _on_Unlock(self, _path: str, wanted: list[str]) -> Reply:  # noqa: N802
        if not self.is_locked and self.locked_items.isdisjoint(wanted):
            return "aoo", (wanted, "/")
        return "aoo", ([], self._prompt(self._unlock))

    def _on_CreateItem(self, _path: str, *arguments: Any) -> Reply:  # noqa: N802
        properties, (_session, _parameters, secret, _kind), _replaces = arguments
        path = f"{ITEMS}{next(self._numbers)}"
        self.items[path] = Kept(dict(properties[f"{PREFIX}Attributes"][1]), bytes(secret))
        return "oo", (path, "/")

    def _on_GetSecret(self, path: str, session: str) -> Reply:  # noqa: N802
        secret = (session, b"", self.items[path].secret, "text/plain")
        return "(oayays)", (secret,)

    def _on_Delete(self, path: str) -> Reply:  # noqa: N802
        def delete() -> None:
            del self.items[path]

        return "o", (self._prompt(delete),)

    def _on_Prompt(self, _path: str, _window: str) -> Reply:  # noqa: N802
        return "", ()
