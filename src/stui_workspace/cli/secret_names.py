"""What a person calls a secret, and the reference that it is."""

from __future__ import annotations

import shlex
import sys
from typing import Final

from stui_workspace.cli.options import services_now
from stui_workspace.cli.paint import is_terminal
from stui_workspace.errors import StorageError, UsageError
from stui_workspace.model.references import Kept, Reference, is_secret_name, reference_of
from stui_workspace.secrets.opening import secrets_of
from stui_workspace.secrets.resolving import Secrets

_FORM: Final = (
    "a name is made of small letters, digits, `.`, `_` and `-`, its parts joined by `/`: "
    "`orders/image`; a value is never given on the command line"
)


def secrets_now() -> Secrets:
    """The secrets of this user. Nothing is opened before something is asked for."""
    services = services_now()
    return secrets_of(
        services.locations, services.environ, services.fs, may_prompt=is_terminal(sys.stderr)
    )


def reference_called(text: str, secrets: Secrets, kept: Kept | None = None) -> Reference:
    """The reference that a person means by `orders/image` or `keyring:orders/image`.

    Where only one store has a secret of that name, it is that one; else it is the keyring's.

    Args:
        text: What they wrote. It may be a value by mistake, and is not repeated then.
        secrets: What there is.
        kept: The store that they chose besides; None for no choice.

    Raises:
        UsageError: It is no name, or it may mean two secrets.
    """
    found = reference_of(text)
    if found is not None:
        if kept not in (None, found.kept):
            raise UsageError(
                f"`{found}` is a name of the {found.kept}, and `--{kept}` is another place",
                "leave out one of the two",
            )
        return found
    if not is_secret_name(text):
        raise UsageError("that is no name of a secret", _FORM)
    if kept is not None:
        return Reference(kept, text)
    stores = [one.kept for one in secrets.index.entries() if one.name == text]
    if len(stores) > 1:
        raise UsageError(
            f"both the keyring and the vault have a secret `{text}`",
            f"say which: `keyring:{text}` or `vault:{text}`",
        )
    return Reference(stores[0] if stores else Kept.KEYRING, text)


def known_names(secrets: Secrets) -> tuple[str, ...]:
    """The names of all secrets that are listed or bound, for completion."""
    try:
        listed = [one.name for one in secrets.index.entries()]
    except StorageError:
        listed = []
    return tuple(sorted({*listed, *secrets.bindings().all}))


def command_for(*words: str) -> str:
    """A command to suggest, quoted for a shell."""
    return f"`stui secret {shlex.join(words)}`"
