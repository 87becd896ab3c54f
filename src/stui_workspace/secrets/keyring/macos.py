"""The Keychain of macOS, by way of the `keyring` library's calls to it and none of its choices."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes.util import find_library
from typing import Any, Final

from keyring.backends import macOS
from keyring.errors import KeyringLocked, PasswordDeleteError

from stui_workspace.secrets.keyring.items import VAULT_STEP
from stui_workspace.secrets.keyring.patience import Patience
from stui_workspace.secrets.store import Locked, Trouble, Unavailable

_NOT_FOUND: Final = -25300
_CANCELLED: Final = -128
_AUTH_FAILED: Final = -25293
_NO_INTERACTION: Final = -25308
_TROUBLES: Final[dict[int, Trouble]] = {
    _CANCELLED: Locked("the Keychain asked, and was not allowed to give it"),
    _AUTH_FAILED: Locked("the Keychain was not unlocked, or does not trust this program"),
    _NO_INTERACTION: Locked("the Keychain is locked, and cannot ask here"),
    -25291: Unavailable("there is no Keychain here", VAULT_STEP),
    -25307: Unavailable("there is no default Keychain", VAULT_STEP),
    -67030: Unavailable("the Keychain does not take calls of an unsigned Python", VAULT_STEP),
}


def allow_interaction(*, is_allowed: bool) -> None:
    """Whether the Keychain may show a window because of this program.

    Where the system has no such switch nothing changes, and the limit of time holds.
    """
    try:
        security = ctypes.CDLL(find_library("Security"))
        security.SecKeychainSetUserInteractionAllowed(ctypes.c_ubyte(is_allowed))
    except (OSError, AttributeError):
        return


class KeychainPasswords:
    """The user's default Keychain."""

    label = "macOS Keychain"

    def __init__(self, allow: Callable[..., None] = allow_interaction) -> None:
        if not hasattr(macOS, "api"):
            raise ImportError("no way to call macOS")
        # Its own __init__ would set attributes, methods included, from the environment.
        self._keychain: Any = macOS.Keyring.__new__(macOS.Keyring)
        self._keychain.keychain = None
        self._allow = allow

    def begin(self, patience: Patience) -> None:
        """Say whether the Keychain may ask. It does not tell when it does, so wait long then."""
        if patience.may_prompt:
            patience.asks()
        self._allow(is_allowed=patience.may_prompt)

    def read(self, service: str, user: str) -> str | None:
        """The password; None where there is none."""
        password: str | None = self._keychain.get_password(service, user)
        return password

    def write(self, service: str, user: str, text: str) -> None:
        """Set it: the old one is deleted, and the new one added."""
        self._keychain.set_password(service, user, text)

    def delete(self, service: str, user: str) -> bool:
        """Whether there was one; now there is none."""
        try:
            self._keychain.delete_password(service, user)
        except PasswordDeleteError as error:
            if _status(error) == _NOT_FOUND:
                return False
            raise
        return True

    def trouble(self, error: Exception) -> Trouble:
        """What a status of the Keychain means."""
        status = _status(error)
        if status in _TROUBLES:
            return _TROUBLES[status]
        if isinstance(error, KeyringLocked):
            return Locked()
        shown = type(error).__name__ if status is None else f"status {status}"
        return Unavailable(f"the Keychain failed ({shown})")


def _status(error: Exception) -> int | None:
    """The number that the Keychain gave: the library keeps it in what its own error came from."""
    cause = error.__cause__
    match () if cause is None else cause.args:
        case (int() as status, *_):
            return status
        case _:
            return None
