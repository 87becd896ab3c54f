"""The cryptography of the vault, and all of it: HKDF, HMAC, AES-256-GCM. No idea of ours in it.

Every use of a key has a key of its own, derived from the data key with the vault's id as salt and
the use as context. The data key is committed to by such a derivation, since AES-GCM by itself is
not bound to one key: a sealed text can be made that opens under two.

Source: RFC 5869 (HKDF), RFC 2104 (HMAC), NIST SP 800-38D (GCM; random nonces of 96 bits, far fewer
than 2^32 under one key), RFC 9771, section 4.3.1 on key commitment.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Final

from stui_workspace.model.records import dataclass, field
from stui_workspace.secrets.vault.keys import KEY_BYTES, DataKey

NONCE_BYTES: Final = 12
_CONTEXT: Final = b"stui-vault/1 "


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed text with its nonce."""

    nonce: bytes
    content: bytes


@dataclass(frozen=True, slots=True)
class Subkeys:
    """What is derived from the data key of one vault."""

    data: DataKey
    records: bytes = field(repr=False)
    names: bytes = field(repr=False)
    manifest: bytes = field(repr=False)
    commitment: str

    @classmethod
    def of(cls, data: DataKey, vault: str) -> Subkeys:
        """Those of a data key, in the vault of that id."""
        salt = bytes.fromhex(vault)

        def use(name: str) -> bytes:
            return derived(data.material, salt, name)

        return cls(data, use("records"), use("names"), use("manifest"), use("commitment").hex())

    def name(self, name: str) -> str:
        """The name of a record, as a file has it."""
        return hmac.digest(self.names, name.encode("ascii"), "sha256").hex()


def derived(material: bytes, salt: bytes, use: str) -> bytes:
    """A key of 32 bytes for one use: HKDF-SHA256."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY_BYTES, salt, _CONTEXT + use.encode("ascii")).derive(material)


def sealed(key: bytes, content: bytes, bound: str, chance: Callable[[int], bytes]) -> Sealed:
    """`content`, sealed under `key` with a new nonce, and bound to a text."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = chance(NONCE_BYTES)
    return Sealed(nonce, AESGCM(key).encrypt(nonce, content, bound.encode("utf-8")))


def unsealed(key: bytes, nonce: bytes, content: bytes, bound: str) -> bytes | None:
    """What was sealed; None where it was not sealed so, with this key and bound to this."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(nonce, content, bound.encode("utf-8"))
    except InvalidTag:
        return None


def are_equal(one: str, other: str) -> bool:
    """Whether two texts of ASCII are the same, in constant time."""
    return hmac.compare_digest(one, other)
