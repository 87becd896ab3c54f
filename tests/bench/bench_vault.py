"""Time the vault, beside the derivation and the encryption that it cannot do without.

    python tests/bench/bench_vault.py

Unlocking is one Argon2id and little else. With the data key at hand, as an agent has it, a store
opens the vault anew for each secret: that is what `get` costs the workbench. Writing is mostly the
waiting for the device: the file, the backup and what this machine remembers, each with its folder.
"""

from __future__ import annotations

import os
import tempfile
from itertools import count
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from measure import best_ms, record
from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.vault import (
    STANDARD,
    Passphrase,
    RawKey,
    Vault,
    VaultPlace,
    VaultStore,
    create,
    unlock,
)

SECRETS = 100
VALUE = Envelope(Secret("a token of forty characters or thereabouts"), ("tls://orders:5555",), 1.0)


def main() -> None:
    """Print one record each for unlocking, reading and writing."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        place = VaultPlace(folder / "data" / "vault", folder / "state")
        vault = create(place, RawKey(b"k" * 32), label="file")
        for number in range(SECRETS):
            vault.put(f"orders/{number}", VALUE)
        passphrase = Passphrase(Secret("correct horse battery staple"))
        vault.add_slot(passphrase, "passphrase")
        _measure_unlocking(place, passphrase)
        _measure_reading(place, vault)
        _measure_writing(folder, vault)


def _measure_unlocking(place: VaultPlace, passphrase: Passphrase) -> None:
    derived_ms = best_ms(lambda: STANDARD.derive(passphrase.material, bytes(16)), 10)
    unlocked_ms = best_ms(lambda: unlock(place, passphrase), 10)
    file_ms = best_ms(lambda: unlock(place, RawKey(b"k" * 32)), 30)
    record(
        "vault: unlock",
        secrets=SECRETS,
        best_ms=unlocked_ms,
        argon2id_ms=derived_ms,
        ratio=unlocked_ms / derived_ms,
        added_ms=unlocked_ms - derived_ms,
        with_key_file_ms=file_ms,
        budget_ms=10,
    )


def _measure_reading(place: VaultPlace, vault: Vault) -> None:
    aes = AESGCM(os.urandom(32))
    nonce, content = os.urandom(12), os.urandom(1024)
    sealed = aes.encrypt(nonce, content, b"bound")
    aes_us = best_ms(lambda: aes.decrypt(nonce, sealed, b"bound"), 1000) * 1000
    get_us = best_ms(lambda: vault.get("orders/50"), 500) * 1000
    store = VaultStore(place, lambda: vault.data_key)
    record(
        "vault: get from an unlocked one",
        secrets=SECRETS,
        best_us=get_us,
        aes_us=aes_us,
        ratio=get_us / aes_us,
        budget_us=150,
    )
    record(
        "vault: get as a store",
        secrets=SECRETS,
        best_ms=best_ms(lambda: store.get("orders/50"), 100),
        budget_ms=10,
    )
    record("vault: all names", secrets=SECRETS, best_ms=best_ms(vault.names, 30), budget_ms=20)


def _measure_writing(folder: Path, vault: Vault) -> None:
    numbers = count()

    def flushed() -> None:
        with (folder / "plain").open("wb") as file:
            file.write(b"x" * 150_000)
            file.flush()
            os.fsync(file.fileno())

    flushed_ms = best_ms(flushed, 20)
    put_ms = best_ms(lambda: vault.put(f"new/{next(numbers) % 5}", VALUE), 20)
    record(
        "vault: put",
        secrets=SECRETS,
        best_ms=put_ms,
        one_flushed_file_ms=flushed_ms,
        ratio=put_ms / flushed_ms,
        budget_ms=100,
    )


if __name__ == "__main__":
    main()
