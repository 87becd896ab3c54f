"""The name of a secret, as a workspace file may say it: where it is kept, and what it is called."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from stui_workspace.model.records import dataclass

_NAME: Final = r"[a-z0-9][a-z0-9._-]{0,62}(?:/[a-z0-9][a-z0-9._-]{0,62}){0,7}"
_REFERENCE: Final = re.compile(rf"(keyring|vault):({_NAME})\Z", re.ASCII)
_SECRET_NAME: Final = re.compile(rf"{_NAME}\Z", re.ASCII)


class Kept(StrEnum):
    """Where a secret is kept."""

    KEYRING = "keyring"
    """In the keyring of the operating system."""
    VAULT = "vault"
    """In our own encrypted file."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The name of a secret. Says nothing of its value, nor whether there is one."""

    kept: Kept
    name: str
    """Such as `orders/image`: at most eight parts of at most 63 ASCII characters each."""

    def __str__(self) -> str:
        return f"{self.kept}:{self.name}"

    @property
    def variable(self) -> str:
        """The environment variable that its value is looked for in first.

        >>> Reference(Kept.KEYRING, "orders/image").variable
        'STUI_SECRET_ORDERS_IMAGE'
        """
        return "STUI_SECRET_" + re.sub(r"[^a-z0-9]", "_", self.name).upper()


def reference_of(text: str) -> Reference | None:
    """The reference that `text` is, or None where it is none."""
    match = _REFERENCE.match(text)
    return None if match is None else Reference(Kept(match[1]), match[2])


def is_secret_name(text: str) -> bool:
    """Whether a secret can be called so."""
    return _SECRET_NAME.match(text) is not None
