"""The vault as one of the places that keep secrets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from stui_workspace.errors import StuiError
from stui_workspace.secrets.envelope import Envelope
from stui_workspace.secrets.store import (
    Done,
    Got,
    Locked,
    Missing,
    Removed,
    Stored,
    Trouble,
    Unavailable,
)
from stui_workspace.secrets.vault.errors import WrongKeyError
from stui_workspace.secrets.vault.keys import Key
from stui_workspace.secrets.vault.opening import unlock
from stui_workspace.secrets.vault.places import Tools, VaultPlace
from stui_workspace.secrets.vault.vault import Vault

_T = TypeVar("_T")
_UNLOCK: Final = "`stui vault unlock`"


class VaultStore:
    """A vault, unlocked anew for each call: what has the key decides how long it stays unlocked."""

    def __init__(
        self, place: VaultPlace, key_source: Callable[[], Key | None], tools: Tools | None = None
    ) -> None:
        self._place = place
        self._key_source = key_source
        self._tools = tools or Tools()

    @property
    def label(self) -> str:
        return "the vault"

    def get(self, name: str) -> Got:
        return self._with_vault(lambda vault: vault.get(name))

    def put(self, name: str, envelope: Envelope) -> Stored:
        def put(vault: Vault) -> Done:
            vault.put(name, envelope)
            return Done()

        return self._with_vault(put)

    def remove(self, name: str) -> Removed:
        return self._with_vault(lambda vault: Done() if vault.remove(name) else Missing())

    def _with_vault(self, deed: Callable[[Vault], _T]) -> _T | Trouble:
        try:
            key = self._key_source()
            if key is None:
                return Locked("the vault is locked", _UNLOCK)
            return deed(unlock(self._place, key, tools=self._tools))
        except WrongKeyError as error:
            return Locked(error.reason, _UNLOCK)
        except StuiError as error:
            return Unavailable(str(error), error.next_step)
