"""Which keyring this machine has: one of a short list, chosen by its operating system alone."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from stui_workspace.secrets.keyring.guarded import KeyringStore
from stui_workspace.secrets.keyring.items import VAULT_STEP, Items
from stui_workspace.secrets.keyring.patience import Limits
from stui_workspace.secrets.store import Unavailable


def find_store(
    environ: Mapping[str, str],
    *,
    seconds: float = 5.0,
    prompt_seconds: float = 120.0,
    may_prompt: bool = False,
    platform: str = sys.platform,
) -> KeyringStore | Unavailable:
    """The keyring of this machine, or why it has none.

    One that is there and does not answer is a store all the same, whose calls say so at once: a
    weaker place must not stand in for it.

    Args:
        environ: Where the session bus is named.
        seconds: For each call.
        prompt_seconds: For a person to answer the keyring's own question.
        may_prompt: Whether it may ask one.
        platform: As `sys.platform` has it.
    """
    try:
        items = _items(environ, platform)
    except ImportError:
        return Unavailable("the library for this system's keyring is not installed", VAULT_STEP)
    store = KeyringStore(items, Limits(seconds, prompt_seconds), may_prompt=may_prompt)
    trouble = store.look()
    return trouble if isinstance(trouble, Unavailable) else store


def _items(environ: Mapping[str, str], platform: str) -> Items:
    if platform == "darwin":
        from stui_workspace.secrets.keyring.macos import KeychainPasswords
        from stui_workspace.secrets.keyring.native import NativeItems

        return NativeItems(KeychainPasswords())
    if platform == "win32":
        from stui_workspace.secrets.keyring.native import NativeItems
        from stui_workspace.secrets.keyring.windows import CredentialPasswords

        return NativeItems(CredentialPasswords())
    from stui_workspace.secrets.keyring.secret_service import SecretServiceItems

    return SecretServiceItems(environ)
