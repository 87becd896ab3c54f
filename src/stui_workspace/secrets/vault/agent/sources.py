"""Where the key of a vault comes from when nobody is asked for it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from stui_workspace.errors import StuiError
from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import Store, Unavailable
from stui_workspace.secrets.vault import SlotKind, VaultPlace, look
from stui_workspace.secrets.vault.agent.asking import ask
from stui_workspace.secrets.vault.agent.key_files import read_key_file
from stui_workspace.secrets.vault.agent.places import place_of
from stui_workspace.secrets.vault.errors import VaultError
from stui_workspace.secrets.vault.keys import DataKey, Key, RawKey
from stui_workspace.storage.locations import Locations

KEY_FILE: Final = "STUI_VAULT_KEY_FILE"
"""The variable that names a file with a key: a path is no secret."""

FindKeyring = Callable[[], "Store | Unavailable"]


def key_source(
    locations: Locations, environ: Mapping[str, str], keyring: FindKeyring | None = None
) -> Callable[[], Key | None]:
    """A function that finds the key of this user's vault; None while the vault is locked.

    Asks the agent, reads the file that `STUI_VAULT_KEY_FILE` names, and asks the keyring, if the
    vault has a slot for it. Never asks a person by itself.

    Args:
        locations: Where things of this user are.
        environ: Of this program.
        keyring: Gives the keyring of this system; called only where the vault has a slot for it.

    Raises of the function:
        VaultError: The file that was named is no key, or others may read it.
        DiskError: The vault cannot be read.
    """

    def find() -> Key | None:
        found = look(VaultPlace.of(locations))
        if found is None:
            return None
        key: Key | None = key_of_agent(locations, found.id) or key_of_environment(environ)
        if key is None and keyring is not None and found.has(SlotKind.KEYRING):
            key = key_of_keyring(keyring(), found.id)
        return key

    return find


def key_of_agent(locations: Locations, vault: str) -> DataKey | None:
    """The data key that an agent holds; None where none does."""
    held = ask(place_of(locations), vault)
    try:
        return None if held is None else DataKey(held)
    except ValueError:
        return None


def key_of_environment(environ: Mapping[str, str]) -> RawKey | None:
    """The key in the file that the environment names; None where it names none.

    Raises:
        VaultError: There is no key in it, or others may read it.
    """
    named = environ.get(KEY_FILE, "")
    if not named:
        return None
    try:
        return read_key_file(Path(named))
    except StuiError as trouble:
        error = VaultError(KEY_FILE, str(trouble))
        error.next_step = trouble.next_step
        raise error from trouble


def keyring_name(vault: str) -> str:
    """The name under which the keyring has the key of a vault."""
    return f"stui-vault/{vault}"


def key_of_keyring(store: Store | Unavailable, vault: str) -> RawKey | None:
    """The key of a vault that the keyring has; None where it has none, or is locked itself."""
    if isinstance(store, Unavailable):
        return None
    match store.get(keyring_name(vault)):
        case Envelope(secret):
            try:
                material = base64.b64decode(secret.reveal(), validate=True)
                return RawKey(material, SlotKind.KEYRING)
            except (ValueError, binascii.Error, StuiError):
                return None
        case _:
            return None


def envelope_of(key: RawKey) -> Envelope:
    """What the keyring is to keep: for nobody, so that no connection can ever be sent it."""
    return Envelope(Secret(base64.b64encode(key.material).decode("ascii")), ())
