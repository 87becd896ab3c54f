"""The calls of macOS that the `keyring` library makes, so that its code for macOS runs anywhere.

The library is the real one. What is faked is Security.framework and CoreFoundation: statuses are
those of SecBase.h.
"""

from __future__ import annotations

import ctypes
import importlib.util
import sys
import threading
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from types import ModuleType
from typing import Any
from unittest import mock

import pytest
from keyring.backends import macOS

NOT_FOUND = -25300
DUPLICATE = -25299
CANCELLED = -128
AUTH_FAILED = -25293
NO_INTERACTION = -25308

FUNCTIONS = {
    "CFDictionaryCreate": "dictionary",
    "CFStringCreateWithCString": "string",
    "CFNumberCreate": "number",
    "SecItemAdd": "add",
    "SecItemCopyMatching": "copy_matching",
    "SecItemDelete": "delete",
    "CFDataGetBytePtr": "byte_pointer",
    "CFDataGetLength": "length",
}


@dataclass
class FakeKeychain:
    """A keychain, and the person before it."""

    items: dict[tuple[bytes, bytes], bytes] = field(default_factory=dict, repr=False)
    is_locked: bool = False
    person: int = 0
    """What comes of asking the person: 0 when they unlock it, or a status."""
    thinks_seconds: float = 0.0
    """How long the person takes."""
    may_ask: bool = True
    asked_count: int = 0
    statuses: dict[str, list[int]] = field(default_factory=dict)
    """What the next calls of a name come to instead: `{"add": [-25291]}`; 0 lets one through."""
    garbles: bool = False
    """Whether what is added is kept short of its last byte."""
    _objects: dict[int, Any] = field(default_factory=dict, repr=False)
    _handles: Any = field(default_factory=lambda: count(1), repr=False)

    def allow(self, *, is_allowed: bool) -> None:
        """As SecKeychainSetUserInteractionAllowed."""
        self.may_ask = is_allowed

    def library(self) -> ModuleType:
        """Stands for each of the three libraries."""
        library = ModuleType("Security")
        for name, method in FUNCTIONS.items():
            setattr(library, name, partial(getattr(self, method)))
        vars(library)["kCFTypeDictionaryKeyCallBacks"] = None
        vars(library)["kCFTypeDictionaryValueCallBacks"] = None
        return library

    def constant(self, name: str) -> ctypes.c_void_p:
        return ctypes.c_void_p(self._kept(name))

    def string(self, _allocator: None, text: bytes, _encoding: int) -> int:
        return self._kept(text.partition(b"\0")[0])  # a C string ends at its first NUL

    def number(self, _allocator: None, _kind: int, _value: object) -> int:
        return self._kept(True)

    def dictionary(self, _allocator: None, keys: Any, values: Any, *_more: Any) -> int:
        pairs = zip(keys, values, strict=True)
        return self._kept({self._objects[key]: self._objects[value] for key, value in pairs})

    def add(self, query: int, _result: None) -> int:
        wanted = self._objects[query]
        status = self._status("add", is_secret=True)
        if status:
            return status
        key = _key(wanted)
        if key in self.items:
            return DUPLICATE
        secret = wanted["kSecValueData"]
        self.items[key] = secret[:-1] if self.garbles else secret
        return 0

    def copy_matching(self, query: int, result: Any) -> int:
        key = _key(self._objects[query])
        if key not in self.items:
            return self._planned("copy_matching") or NOT_FOUND
        status = self._status("copy_matching", is_secret=True)
        if not status:
            result._obj.value = self._kept(self.items[key])
        return status

    def delete(self, query: int) -> int:
        key = _key(self._objects[query])
        if key not in self.items:
            return self._planned("delete") or NOT_FOUND
        status = self._status("delete", is_secret=True)
        if not status:
            del self.items[key]
        return status

    def byte_pointer(self, found: ctypes.c_void_p) -> int:
        content = self._objects[found.value or 0]
        buffer = ctypes.create_string_buffer(content, len(content) or 1)
        self._kept(buffer)
        return ctypes.addressof(buffer)

    def length(self, found: ctypes.c_void_p) -> int:
        content: bytes = self._objects[found.value or 0]
        return len(content)

    def _status(self, call: str, *, is_secret: bool) -> int:
        planned = self._planned(call)
        if planned or not (self.is_locked and is_secret):
            return planned
        if not self.may_ask:
            return NO_INTERACTION
        self.asked_count += 1
        threading.Event().wait(self.thinks_seconds)
        self.is_locked = self.person != 0
        return self.person

    def _planned(self, call: str) -> int:
        planned = self.statuses.get(call)
        return planned.pop(0) if planned else 0

    def _kept(self, one: Any) -> int:
        handle: int = next(self._handles)
        self._objects[handle] = one
        return handle


def _key(wanted: dict[str, bytes]) -> tuple[bytes, bytes]:
    return wanted["kSecAttrService"], wanted["kSecAttrAccount"]


def fake_keychain(monkeypatch: pytest.MonkeyPatch) -> FakeKeychain:
    """A keychain that the `keyring` library calls until the end of the test."""
    keychain = FakeKeychain()
    name = "keyring.backends.macOS.api"
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    api = importlib.util.module_from_spec(spec)
    with mock.patch.object(ctypes, "CDLL", return_value=keychain.library()):
        spec.loader.exec_module(api)
    monkeypatch.setattr(api, "k_", keychain.constant)
    monkeypatch.setattr(macOS, "api", api, raising=False)
    assert name not in sys.modules or sys.platform == "darwin"
    return keychain
