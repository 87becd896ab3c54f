"""The published vectors of the vault's format, and how they are made.

python tests/support/vault_vectors.py > docs/reference/vault-vectors.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

sys.path.append(str(Path(__file__).parent.parent))

from stui_workspace.secrets.vault import Argon2id, Kdf, NewKey, Passphrase, RawKey, Scrypt, SlotKind
from stui_workspace.secrets.vault.contents import Contents, sealed_record
from stui_workspace.secrets.vault.entries import Entry, to_bytes
from stui_workspace.secrets.vault.format import Header, Slot
from stui_workspace.secrets.vault.keys import DataKey
from stui_workspace.secrets.vault.sealing import Subkeys
from stui_workspace.secrets.vault.slots import Wrapping, new_slot
from stui_workspace.secrets.vault.writers import Writers
from support.vault_machines import dice, envelope

FILE: Final = Path(__file__).parents[2] / "docs" / "reference" / "vault-vectors.json"
KDFS: Final[dict[str, Kdf]] = {
    "argon2id": Argon2id(),
    "argon2id at its least": Argon2id(32 << 10, 3, 1),
    "scrypt": Scrypt(),
}
PASSPHRASE: Final = "Zażółć gęślą jaźń"  # noqa: S105 (of the vectors)
ENTRIES: Final = (
    Entry(
        "orders/image",
        envelope("s3cret"),
        revision=3,
        device="0badcafe",
        edit=bytes(range(8)),
        lineage=((2, b"\2" * 8), (1, b"\1" * 8)),
        at=1_700_000_000.5,
    ),
    Entry("gone", None, 2, "0badcafe", b"\3" * 8, ((1, b"\4" * 8),), 1_700_000_001.0),
    Entry("large", envelope("x" * 2000), 1, "deadbeef", b"\5" * 8, (), 0.0),
)


def published() -> dict[str, Any]:
    """The vectors, as they are in the repository."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def made() -> dict[str, Any]:
    """The vectors, as this program makes them."""
    throw = dice("vectors")
    vault, data = throw(16).hex(), DataKey(throw(32))
    keys = Subkeys.of(data, vault)
    header = Header(vault, 2, keys.commitment)
    slots = {
        "argon2id": _slot(header, data, Passphrase(_secret()), KDFS["argon2id"], throw),
        "scrypt": _slot(header, data, Passphrase(_secret()), KDFS["scrypt"], throw),
        "keyring": _slot(header, data, RawKey(b"r" * 32, SlotKind.KEYRING), KDFS["scrypt"], throw),
        "file": _slot(header, data, RawKey(b"f" * 40), KDFS["scrypt"], throw),
    }
    contents = Contents(keys, header, (), {}, 6, Writers({"0badcafe": 5}, 3), ("00" * 8,))
    contents = replace(contents, slots=tuple(sorted(slots.values(), key=lambda one: one.id)))
    for entry in ENTRIES:
        contents = contents.with_entry(entry, throw)
    contents, content = contents.written("deadbeef", throw)
    return {
        "derivations": [
            {"kdf": str(kdf), "passphrase": PASSPHRASE, "salt": "11" * 16,
             "key": kdf.derive(Passphrase(_secret()).material, b"\x11" * 16).hex()}
            for kdf in KDFS.values()
        ],
        "vault": {
            "id": vault,
            "data_key": data.material.hex(),
            "records_key": keys.records.hex(),
            "names_key": keys.names.hex(),
            "manifest_key": keys.manifest.hex(),
            "commitment": keys.commitment,
            "header": header.line(),
            "generation": 7,
            "writers": dict(contents.writers.at),
            "floor": contents.writers.floor,
            "removed_slots": list(contents.removed),
            "keys": {
                "passphrase": PASSPHRASE,
                "keyring": (b"r" * 32).hex(),
                "file": (b"f" * 40).hex(),
            },
            "slots": {name: slot.line() for name, slot in slots.items()},
            "records": [_record(entry, contents) for entry in ENTRIES],
            "file": content.decode("ascii").splitlines(),
        },
    }  # fmt: skip


def _secret() -> Any:
    from stui_workspace.secrets.secret import Secret

    return Secret(PASSPHRASE)


def _slot(
    header: Header, data: DataKey, key: NewKey, kdf: Kdf, throw: Callable[[int], bytes]
) -> Slot:
    return new_slot(header, data, key, f"{key.kind} of the vectors", Wrapping(kdf, throw))


def _record(entry: Entry, contents: Contents) -> dict[str, Any]:
    record = contents.records[contents.keys.name(entry.name)]
    nonce = bytes.fromhex(record.nonce)
    again = sealed_record(entry, contents.keys, contents.header.vault, lambda _count: nonce)
    return {
        "name": entry.name,
        "hashed_name": record.name,
        "bound": record.bound(contents.header.vault),
        "stored": None if entry.envelope is None else entry.envelope.sealed(),
        "revision": entry.revision,
        "device": entry.device,
        "edit": entry.edit.hex(),
        "lineage": [[revision, edit.hex()] for revision, edit in entry.lineage],
        "at_milliseconds": round(entry.at * 1000),
        "plain_without_padding": to_bytes(entry).rstrip(b"\0").hex(),
        "plain_length": len(to_bytes(entry)),
        "line": again.line(),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(made(), indent=1, ensure_ascii=False) + "\n")
