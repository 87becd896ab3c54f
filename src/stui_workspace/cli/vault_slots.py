"""What opens the vault: its slots in words, and the one for the keyring of this system."""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING

from stui_workspace.cli.vault_keys import keyring_now
from stui_workspace.errors import SecretError
from stui_workspace.model.printable import printable_line
from stui_workspace.secrets.store import Done, Store, TimedOut, Unavailable
from stui_workspace.secrets.vault import (
    SlotKind,
    SlotLook,
    VaultError,
    VaultPlace,
    WrongKeyError,
    unlock,
)
from stui_workspace.secrets.vault.agent.sources import envelope_of, key_of_keyring, keyring_name
from stui_workspace.secrets.vault.keys import RawKey

if TYPE_CHECKING:
    from stui_workspace.secrets.store import Locked

_LABEL = 60  # code points


def slot_line(slot: SlotLook) -> str:
    """A slot on one line, safe to show."""
    label = printable_line(slot.label, _LABEL)
    return f"{printable_line(slot.id, _LABEL)}  {slot.kind:10}  {label}  ({slot.cost})"


def slot_record(slot: SlotLook) -> dict[str, object]:
    """A slot as JSON."""
    return {"id": slot.id, "kind": str(slot.kind), "label": slot.label, "cost": slot.cost}


def slot_name(slot: SlotLook) -> str:
    """What to call a slot in a sentence."""
    return f"{slot.id} ({slot.kind}, {printable_line(slot.label, _LABEL)})"


def default_label(kind: SlotKind) -> str:
    """What a slot is called that nobody gave a name: a keyring belongs to a machine."""
    return f"keyring of {platform.node() or 'this machine'}" if kind is SlotKind.KEYRING else kind


def new_keyring_key(store: Store | Unavailable) -> RawKey:
    """A new key for the keyring of this system.

    Raises:
        SecretError: There is no keyring here.
    """
    if isinstance(store, Unavailable):
        raise _no_keyring(store.reason, store.next_step)
    return RawKey.new(SlotKind.KEYRING, os.urandom)


def keep_in_keyring(store: Store | Unavailable, key: RawKey, vault: str) -> None:
    """Let the keyring keep a key of a vault; it was read back when this returns.

    Raises:
        SecretError: The keyring did not take it.
    """
    stored = (
        store
        if isinstance(store, Unavailable)
        else store.put(keyring_name(vault), envelope_of(key))
    )
    if not isinstance(stored, Done):
        raise _no_keyring(*_why(stored))


def keyring_key(place: VaultPlace, vault: str) -> RawKey | None:
    """The key that this system's keyring has, if it opens the vault."""
    key = key_of_keyring(keyring_now(), vault)
    if key is None:
        return None
    try:
        unlock(place, key)
    except WrongKeyError:
        return None
    return key


def forget_orphan(place: VaultPlace, vault: str) -> None:
    """Take the key out of the keyring if it opens the vault no more."""
    store = keyring_now()
    key = key_of_keyring(store, vault)
    if key is None or isinstance(store, Unavailable):
        return
    try:
        unlock(place, key)
    except WrongKeyError:
        store.remove(keyring_name(vault))
    except VaultError:
        return  # whatever is wrong with it, the key may still be needed


def _why(trouble: Locked | Unavailable | TimedOut) -> tuple[str, str | None]:
    if isinstance(trouble, TimedOut):
        return f"it did not answer within {trouble.seconds:g} s", None
    return trouble.reason, trouble.next_step if isinstance(trouble, Unavailable) else None


def _no_keyring(reason: str, next_step: str | None) -> SecretError:
    error = VaultError("the keyring of this system", reason)
    error.next_step = next_step or "`stui secret doctor` says what is wrong with it"
    return error
