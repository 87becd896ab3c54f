"""Windows' Credential Manager, by way of the `keyring` library's calls and none of its choices."""

from __future__ import annotations

from typing import Any, Final

from keyring.backends import Windows
from keyring.errors import PasswordDeleteError

from stui_workspace.secrets.keyring.items import VAULT_STEP
from stui_workspace.secrets.keyring.patience import Patience
from stui_workspace.secrets.store import Trouble, Unavailable

_LOCAL_MACHINE: Final = 2
"""By default credentials roam to the user's other machines."""
_NO_SESSION: Final = 1312
_BAD_STUB: Final = 1783
_TROUBLES: Final[dict[int, Trouble]] = {
    _NO_SESSION: Unavailable("this logon session has no credentials, as over SSH", VAULT_STEP),
    _BAD_STUB: Unavailable("it is too long for Windows' Credential Manager", VAULT_STEP),
}


class CredentialPasswords:
    """The credentials of this user on this machine."""

    label = "Windows Credential Manager"

    def __init__(self) -> None:
        if Windows.missing_deps:
            raise ImportError("no way to call Windows")
        # Its own __init__ would set attributes, methods included, from the environment.
        self._credentials: Any = Windows.WinVaultKeyring.__new__(Windows.WinVaultKeyring)
        self._credentials.persist = _LOCAL_MACHINE

    def begin(self, _patience: Patience) -> None:
        """Nothing: Windows asks nobody."""

    def read(self, service: str, user: str) -> str | None:
        """The password; None where there is none."""
        password: str | None = self._credentials.get_password(service, user)
        return password

    def write(self, service: str, user: str, text: str) -> None:
        """Set it, twice where there was one.

        What is replaced lives on under the name `user@service`; the second time that is the new
        one.
        """
        is_replaced = self.read(service, user) is not None
        self._credentials.set_password(service, user, text)
        if is_replaced:
            self._credentials.set_password(service, user, text)

    def delete(self, service: str, user: str) -> bool:
        """Whether there was one; now there is none."""
        try:
            self._credentials.delete_password(service, user)
        except PasswordDeleteError:  # raised where there is none, and for nothing else
            return False
        return True

    def trouble(self, error: Exception) -> Trouble:
        """What an error number of Windows means."""
        number = getattr(error, "winerror", None)
        if number in _TROUBLES:
            return _TROUBLES[number]
        shown = f"error {number}" if isinstance(number, int) else type(error).__name__
        return Unavailable(f"the Credential Manager failed ({shown})")
