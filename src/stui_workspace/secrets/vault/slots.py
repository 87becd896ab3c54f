"""Slots: the data key of a vault, wrapped once for each key that opens it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from stui_workspace.errors import UsageError
from stui_workspace.model.records import dataclass, replace
from stui_workspace.secrets.vault.errors import TamperedError, VaultError, WrongKeyError
from stui_workspace.secrets.vault.format import LONGEST_LABEL, SUBJECT, Header, Slot
from stui_workspace.secrets.vault.kdf import Kdf, UnavailableKdfError, available
from stui_workspace.secrets.vault.keys import DataKey, NewKey, Passphrase, SlotKind
from stui_workspace.secrets.vault.sealing import (
    NONCE_BYTES,
    Subkeys,
    are_equal,
    derived,
    sealed,
    unsealed,
)

_ID_BYTES: Final = 8
_SALT_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Wrapping:
    """How new slots are made."""

    kdf: Kdf
    chance: Callable[[int], bytes]


def new_slot(header: Header, data: DataKey, key: NewKey, label: str, wrapping: Wrapping) -> Slot:
    """A slot for a key.

    Raises:
        UsageError: The label cannot be kept.
    """
    if not 0 < len(label) <= LONGEST_LABEL or not label.isprintable():
        raise UsageError(
            "that is no label for a slot", f"use 1 to {LONGEST_LABEL} printable characters"
        )
    chance = wrapping.chance
    kdf = available(wrapping.kdf) if isinstance(key, Passphrase) else None
    salt = chance(_SALT_BYTES)
    secret = _derived(key, kdf, salt)
    slot = Slot(
        id=chance(_ID_BYTES).hex(),
        kind=key.kind,
        kdf=kdf,
        salt=salt.hex(),
        commitment=_commitment(secret),
        label=label,
        nonce=chance(NONCE_BYTES).hex(),
        wrapped="",
    )
    nonce = bytes.fromhex(slot.nonce)
    whole = sealed(_wrapping_key(secret), data.material, _bound(header, slot), lambda _count: nonce)
    return replace(slot, wrapped=whole.content.hex())


def open_slots(header: Header, slots: Iterable[Slot], key: NewKey) -> tuple[Slot, DataKey] | None:
    """The slot that a key opens, and the data key in it; None where it opens none.

    Raises:
        TamperedError: It is the right key, and what it opens is not what was wrapped.
        WrongKeyError: There is no slot for keys of that kind.
        VaultError: This system lacks the derivation that the slot was made with.
    """
    mine = [slot for slot in slots if slot.kind is key.kind]
    if not mine:
        raise WrongKeyError(SUBJECT, f"it has no slot for a {_called(key.kind)}")
    for slot in mine:
        secret = _derived(key, slot.kdf, bytes.fromhex(slot.salt))
        if are_equal(_commitment(secret), slot.commitment):
            return slot, _unwrapped(header, slot, secret)
    return None


def wrong(kind: SlotKind) -> WrongKeyError:
    """What is said of a key that opens no slot."""
    return WrongKeyError(SUBJECT, f"the {_called(kind)} is wrong")


def _unwrapped(header: Header, slot: Slot, secret: bytes) -> DataKey:
    nonce, wrapped = bytes.fromhex(slot.nonce), bytes.fromhex(slot.wrapped)
    data = unsealed(_wrapping_key(secret), nonce, wrapped, _bound(header, slot))
    if data is None:
        raise TamperedError(
            SUBJECT, f"slot {slot.id} or the header was changed, or is of another vault"
        )
    found = DataKey(data)
    if not are_equal(Subkeys.of(found, header.vault).commitment, header.commitment):
        raise TamperedError(
            SUBJECT, f"the key in slot {slot.id} is not the one that the header names"
        )
    return found


def _derived(key: NewKey, kdf: Kdf | None, salt: bytes) -> bytes:
    if kdf is None:
        return derived(key.material, salt, f"{key.kind} key")
    try:
        return kdf.derive(key.material, salt)
    except UnavailableKdfError as error:
        raise VaultError(SUBJECT, f"this system cannot do {error}, which the slot needs") from error
    except MemoryError as error:
        raise VaultError(SUBJECT, f"there is not enough memory for {kdf}") from error


def _commitment(secret: bytes) -> str:
    return derived(secret, b"", "slot commitment").hex()


def _wrapping_key(secret: bytes) -> bytes:
    return derived(secret, b"", "slot wrapping")


def _bound(header: Header, slot: Slot) -> str:
    return f"{header.line()}\n{slot.head()}"


def _called(kind: SlotKind) -> str:
    return {
        SlotKind.PASSPHRASE: "passphrase",
        SlotKind.KEYRING: "key from a keyring",
        SlotKind.FILE: "key from a file",
    }[kind]
