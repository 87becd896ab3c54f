"""The format is pinned: the published vectors are read and written, bit by bit.

Reading them is done twice: by the program, and by a second reader in this file that shares nothing
with it but the primitives. It is written from docs/reference/vault-format.md alone.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
import unicodedata
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id as Argon2idOfLibrary

from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.vault import (
    BOUNDS,
    DataKey,
    Key,
    Passphrase,
    RawKey,
    SlotKind,
    VaultPlace,
    unlock,
)
from stui_workspace.secrets.vault.kdf import kdf_of
from support.vault_vectors import made, published

VAULT: dict[str, Any] = published()["vault"]
CONTENT = "".join(f"{line}\n" for line in VAULT["file"]).encode()
KEYS: dict[str, Key] = {
    "passphrase": Passphrase(Secret(VAULT["keys"]["passphrase"])),
    "keyring": RawKey(bytes.fromhex(VAULT["keys"]["keyring"]), SlotKind.KEYRING),
    "file": RawKey(bytes.fromhex(VAULT["keys"]["file"])),
    "data": DataKey(bytes.fromhex(VAULT["data_key"])),
}


def test_what_is_written_is_what_was_published() -> None:
    assert made() == published()


@pytest.mark.parametrize("vector", published()["derivations"], ids=lambda one: one["kdf"])
def test_each_derivation_gives_the_published_key(vector: dict[str, str]) -> None:
    kdf = kdf_of(vector["kdf"])
    assert kdf is not None
    assert BOUNDS.objection(kdf) is None
    material = Passphrase(Secret(vector["passphrase"])).material
    assert kdf.derive(material, bytes.fromhex(vector["salt"])).hex() == vector["key"]


@pytest.mark.parametrize("kind", KEYS)
def test_the_published_vault_opens_with_each_of_its_keys(kind: str, tmp_path: Path) -> None:
    place = VaultPlace(tmp_path / "vault", tmp_path / "state")
    place.path.write_bytes(CONTENT)
    vault = unlock(place, KEYS[kind])
    assert (vault.id, vault.generation) == (VAULT["id"], VAULT["generation"])
    assert vault.data_key == KEYS["data"]
    assert vault.names() == ("large", "orders/image")
    for record in VAULT["records"]:
        got = vault.get(record["name"])
        if record["stored"] is not None:
            assert got.sealed() == record["stored"]  # type: ignore[union-attr]


# The second reader.


def hkdf(key: bytes, salt: bytes, use: str) -> bytes:
    extracted = hmac.digest(salt or bytes(32), key, "sha256")
    return hmac.digest(extracted, b"stui-vault/1 " + use.encode() + b"\x01", "sha256")


def base64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def passphrase_key(slot: list[str]) -> bytes:
    material = unicodedata.normalize("NFC", VAULT["keys"]["passphrase"]).encode()
    kind, *costs = slot[3].split(":")
    salt, (one, two, three) = bytes.fromhex(slot[4]), map(int, costs)
    if kind == "argon2id":
        kdf = Argon2idOfLibrary(salt=salt, length=32, iterations=two, lanes=three, memory_cost=one)
        return kdf.derive(material)
    return hashlib.scrypt(material, salt=salt, n=1 << one, r=two, p=three, dklen=32, maxmem=1 << 30)


def slot_key(slot: list[str]) -> bytes:
    if slot[2] == "passphrase":
        return passphrase_key(slot)
    return hkdf(bytes.fromhex(VAULT["keys"][slot[2]]), bytes.fromhex(slot[4]), f"{slot[2]} key")


@pytest.mark.parametrize("name", VAULT["slots"])
def test_a_second_reader_opens_each_slot(name: str) -> None:
    line = VAULT["slots"][name]
    assert line in VAULT["file"]
    slot = line.split(" ")
    key = slot_key(slot)
    assert hkdf(key, b"", "slot commitment").hex() == slot[5]
    bound = f"{VAULT['file'][0]}\n{line.rpartition(' ')[0]}".encode()
    opened = AESGCM(hkdf(key, b"", "slot wrapping")).decrypt(
        bytes.fromhex(slot[7]), bytes.fromhex(slot[8]), bound
    )
    assert opened.hex() == VAULT["data_key"]


def test_a_second_reader_derives_the_subkeys() -> None:
    data, salt = bytes.fromhex(VAULT["data_key"]), bytes.fromhex(VAULT["id"])
    for use in ("records", "names", "manifest"):
        assert hkdf(data, salt, use).hex() == VAULT[f"{use}_key"]
    header = VAULT["file"][0].split(" ")
    assert header == ["stui-vault", "1", VAULT["id"], "2", hkdf(data, salt, "commitment").hex()]


@pytest.mark.parametrize("vector", VAULT["records"], ids=lambda one: one["name"])
def test_a_second_reader_opens_each_record(vector: dict[str, Any]) -> None:
    assert vector["line"] in VAULT["file"]
    _, name, revision, device, state, nonce, sealed = vector["line"].split(" ")
    names_key = bytes.fromhex(VAULT["names_key"])
    assert hmac.digest(names_key, vector["name"].encode(), "sha256").hex() == name
    bound = f"record {VAULT['id']} {name} {revision} {device} {state}".encode()
    plain = AESGCM(bytes.fromhex(VAULT["records_key"])).decrypt(
        bytes.fromhex(nonce), base64(sealed), bound
    )
    assert len(plain) == vector["plain_length"]
    edit, at, count = struct.unpack_from(">8sQB", plain)
    assert (edit.hex(), at) == (vector["edit"], vector["at_milliseconds"])
    place, lineage = 17, []
    for _ in range(count):
        past, its_edit = struct.unpack_from(">Q8s", plain, place)
        lineage.append([past, its_edit.hex()])
        place += 16
    assert lineage == vector["lineage"]
    (length,) = struct.unpack_from(">H", plain, place)
    assert plain[place + 2 : place + 2 + length].decode() == vector["name"]
    place += 2 + length
    (length,) = struct.unpack_from(">I", plain, place)
    stored = plain[place + 4 : place + 4 + length].decode()
    assert stored == (vector["stored"] or "")
    assert not stored or json.loads(stored)["stui-secret"] == 1
    assert plain[place + 4 + length :].strip(b"\0") == b""
    assert (state == "deleted") == (vector["stored"] is None)


def test_a_second_reader_checks_the_manifest_and_the_sum() -> None:
    lines = VAULT["file"]
    _, generation, nonce, sealed = lines[-2].split(" ")
    bound = f"manifest {VAULT['id']} 2 {generation}".encode()
    plain = AESGCM(bytes.fromhex(VAULT["manifest_key"])).decrypt(
        bytes.fromhex(nonce), base64(sealed), bound
    )
    found = struct.unpack_from(">Q32s32sIIQBB", plain)
    slots = [line for line in lines if line.startswith("slot ")]
    records = [line for line in lines if line.startswith("record ")]

    def digest(some: list[str]) -> bytes:
        return hashlib.sha256("".join(f"{line}\n" for line in some).encode()).digest()

    assert found == (
        *(7, digest([lines[0], *slots]), digest(records), len(slots), len(records)),
        *(VAULT["floor"], len(VAULT["writers"]), len(VAULT["removed_slots"])),
    )
    rest = plain[90:]
    writers = dict(struct.unpack_from(">8sQ", rest, 16 * number) for number in range(2))
    assert {key.decode(): at for key, at in writers.items()} == VAULT["writers"]
    assert [rest[32:].hex()] == VAULT["removed_slots"]
    assert lines == [lines[0], *sorted(slots), *sorted(records), *lines[-2:]]
    body = "".join(f"{line}\n" for line in lines[:-1]).encode()
    assert lines[-1] == f"end {hashlib.sha256(body).hexdigest()}"
