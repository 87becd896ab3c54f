"""What a keyring of an operating system is to us: items by service and user, and ways to fail."""

from __future__ import annotations

import hmac
from typing import Final, Protocol, TypeAlias

from stui_workspace.model.records import dataclass
from stui_workspace.model.references import is_secret_name
from stui_workspace.secrets.envelope import Envelope, opened
from stui_workspace.secrets.keyring.patience import Patience
from stui_workspace.secrets.secret import Secret
from stui_workspace.secrets.store import (
    Done,
    Locked,
    Missing,
    Removed,
    Stored,
    TimedOut,
    Trouble,
    Unavailable,
)

USER: Final = "credential"
"""The user name of every item of ours: one service a secret."""
LONGEST: Final = 1_200
"""UTF-16 units of what is stored. Windows takes 2,560 bytes; a secret is to fit everywhere."""
VAULT_STEP: Final = "`stui vault init` makes a vault, an encrypted file that needs no keyring"

Foreign: TypeAlias = Secret | Missing | Locked | Unavailable | TimedOut
Read: TypeAlias = str | Missing | Locked | Unavailable


@dataclass(frozen=True, slots=True)
class Item:
    """Where one secret of ours is kept."""

    name: str

    @property
    def service(self) -> str:
        return f"stui:{self.name}"

    @property
    def spare(self) -> str:
        """The service of the copy that stands by while the item itself is replaced."""
        return f"stui-spare:{self.name}"

    @property
    def label(self) -> str:
        """What people see in their keyring's own window."""
        return f"stui: {self.name}"


class Items(Protocol):
    """One kind of keyring. Raises whatever it likes: `trouble` says what that means."""

    def look(self, patience: Patience) -> str | Unavailable:
        """What it is called, for people, if it can be used here at all. Opens no item."""

    def read(self, item: Item, patience: Patience) -> Read:
        """The text of an item of ours."""

    def write(self, item: Item, text: str, patience: Patience) -> Stored:
        """Keep the text: written, read back, compared, and only then is the old one dropped."""

    def remove(self, item: Item, patience: Patience) -> Removed:
        """Drop an item of ours."""

    def read_foreign(self, service: str, user: str, patience: Patience) -> Read:
        """The text of an item that another program keeps."""

    def trouble(self, error: Exception) -> Trouble:
        """What an exception of the calls above means. Says nothing of the exception's own words."""


def item_of(name: str) -> Item | Unavailable:
    """The item of a secret."""
    return Item(name) if is_secret_name(name) else Unavailable("no secret can be called so")


def sealed(envelope: Envelope) -> str | Unavailable:
    """The text that is stored, if a keyring has room for it."""
    text = envelope.sealed()
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST:
        return Unavailable(
            "it is too long for a keyring",
            "keep it in the vault: `vault:` in the place of `keyring:`",
        )
    return text


def unsealed(item: Item, text: str) -> Envelope | Unavailable:
    """The envelope in the text of an item of ours."""
    envelope = opened(text)
    if envelope is None:
        return Unavailable(
            "what the keyring has under this name was not written by stui",
            f"`stui secret set {item.name}` replaces it",
        )
    return envelope


def why_no_pair(service: str, user: str) -> Unavailable | None:
    """Why no item is looked up so: an empty part finds any item, and NUL cuts a name short."""
    for part in (service, user):
        if not part or "\0" in part or any("\ud800" <= one <= "\udfff" for one in part):
            return Unavailable("the service and the user of a keyring item are both plain words")
    return None


def same(ours: str, theirs: object) -> bool:
    """Whether the store gave back what it was given, compared in constant time."""
    return isinstance(theirs, str) and hmac.compare_digest(
        ours.encode("utf-8", "surrogatepass"), theirs.encode("utf-8", "surrogatepass")
    )


NOT_KEPT: Final = Unavailable("the keyring did not give back what it was to keep", VAULT_STEP)
DONE: Final = Done()
MISSING: Final = Missing()
