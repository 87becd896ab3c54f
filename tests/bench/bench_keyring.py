"""Time a secret from the keyring beside the same item read by secretstorage alone, on one bus.

    python tests/bench/bench_keyring.py

What is added pays for the thread with its limit, the look whether the keyring is locked, and the
envelope. Finding the keyring is beside `keyring.get_keyring()`, which loads every plugin there is.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter
from unittest import mock

from secretstorage import dbus_init, get_default_collection

from measure import record
from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.keyring import KeyringStore, find_store
from stui_workspace.secrets.secret import Secret
from support.secret_service import SecretService, secret_service

ROUNDS = 200
PUTS = 40
STARTS = 10
NAME = "orders/image"
ATTRIBUTES = {"service": f"stui:{NAME}", "username": "credential"}
ENVELOPE = Envelope(Secret("correct horse battery"), ("tcp://localhost:5555",), 1.0)
HUNG_SECONDS = 0.5

FINDS = """
import os, sys
from time import perf_counter
from stui_workspace.secrets.keyring import find_store
import keyring
begun = perf_counter()
find_store(os.environ) if sys.argv[1] == "ours" else keyring.get_keyring()
print((perf_counter() - begun) * 1000)
"""


def main() -> None:
    """Print one record each for getting, putting, finding, and asking one that hangs."""
    with tempfile.TemporaryDirectory() as name, secret_service(Path(name)) as service:
        store = _found(service)
        with mock.patch.dict(os.environ, service.environ):
            store.put(NAME, ENVELOPE)
            _record("secret of the keyring", lambda: store.get(NAME), _raw_get, ROUNDS)
            _record("secret into the keyring", lambda: store.put(NAME, ENVELOPE), _raw_put, PUTS)
        _record_finding(service)
        _record_hung(service)


def _found(service: SecretService, seconds: float = 5.0) -> KeyringStore:
    store = find_store(service.environ, seconds=seconds)
    assert isinstance(store, KeyringStore)
    return store


def _raw_get() -> None:
    with closing(dbus_init()) as connection:
        items = list(get_default_collection(connection).search_items(ATTRIBUTES))
        items[0].get_secret()


def _raw_put() -> None:
    with closing(dbus_init()) as connection:
        keyring = get_default_collection(connection)
        keyring.create_item("raw", ATTRIBUTES, ENVELOPE.sealed().encode(), replace=True)


def _record(bench: str, ours: Callable[[], object], raw: Callable[[], object], rounds: int) -> None:
    """In turn, so that both meet the same machine."""
    pairs = [(_timed_ms(ours), _timed_ms(raw)) for _ in range(rounds)]
    ours_ms, raw_ms = (median(column) for column in zip(*pairs, strict=True))
    record(
        bench,
        median_ms=ours_ms,
        raw_median_ms=raw_ms,
        ratio=ours_ms / raw_ms,
        rounds=rounds,
        budget_ratio=3,
    )


def _record_finding(service: SecretService) -> None:
    times = {"ours": list[float](), "theirs": list[float]()}
    for _ in range(STARTS):
        for whose, found in times.items():
            command = (sys.executable, "-c", FINDS, whose)
            done = subprocess.run(
                command, env=service.environ, check=True, capture_output=True, text=True
            )
            found.append(float(done.stdout))
    ours_ms, theirs_ms = median(times["ours"]), median(times["theirs"])
    record(
        "finding the keyring, imports included",
        median_ms=ours_ms,
        get_keyring_median_ms=theirs_ms,
        ratio=ours_ms / theirs_ms,
        rounds=STARTS,
    )


def _record_hung(service: SecretService) -> None:
    """Eight connections in turn that want a secret of a daemon that was stopped."""
    store = _found(service, HUNG_SECONDS)
    with service.hung():
        total_ms = sum(_timed_ms(lambda: store.get(NAME)) for _ in range(8))
    record(
        "eight secrets of a keyring that hangs",
        limit_ms=HUNG_SECONDS * 1000,
        ms=total_ms,
        ratio=total_ms / (HUNG_SECONDS * 1000),
        budget_ratio=1.2,
    )


def _timed_ms(call: Callable[[], object]) -> float:
    begun = perf_counter()
    call()
    return (perf_counter() - begun) * 1000


if __name__ == "__main__":
    main()
