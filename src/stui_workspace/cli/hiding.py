"""Values as they may be printed: a secret that somebody wrote into a file is not among them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from stui_workspace.cli.telling import tell
from stui_workspace.model.paths import NodePath
from stui_workspace.model.references import reference_of
from stui_workspace.model.values import Plain
from stui_workspace.schema.findings import without_secrets as without_secrets_in
from stui_workspace.schema.leaks import is_leak, leaks_at

HIDDEN: Final = "***"
_SECRET_PLACE: Final = "credential"  # noqa: S105 (the name of a key)

_TOLD: Final = re.compile(
    r"[?&;#][\w.-]{0,40}(?:token|key|secret|passw(?:or)?d|auth|sig|signature)=[^&;]", re.IGNORECASE
)
"""Where an address tells a secret to whom it goes."""


def without_secrets(value: Plain, path: NodePath = ()) -> tuple[Plain, int]:
    """`value` with `***` in the place of what may be a secret, and how often that is so.

    References to secrets stay, and so does whatever no rule knows for a secret.

    Args:
        value: What a file says.
        path: Where it says so.
    """
    hiding = _Hiding()
    return hiding.shown(value, path), hiding.count


def tell_hidden(count: int) -> None:
    """Say how many values are not shown, where there are any."""
    if count:
        many = "a value is" if count == 1 else f"{count} values are"
        tell(f"{many} not shown: a secret may stand there", kind="note")


class _Hiding:
    def __init__(self) -> None:
        self.count = 0
        self._seen: dict[int, bool] = {}

    def shown(self, value: Plain, path: NodePath, *, in_secret: bool = False) -> Plain:
        in_secret = in_secret or path[-1:] == (_SECRET_PLACE,)
        if isinstance(value, Mapping):
            return {
                self._key(key): self.shown(item, (*path, key), in_secret=in_secret)
                for key, item in value.items()
            }
        if isinstance(value, (list, tuple)):
            return [
                self.shown(item, (*path, index), in_secret=in_secret)
                for index, item in enumerate(value)
            ]
        if value is None or isinstance(value, bool):
            return value
        if not self._is_secret(str(value), path, in_secret=in_secret):
            return value
        self.count += 1
        return HIDDEN

    def _key(self, key: str) -> str:
        shown = without_secrets_in(key)
        self.count += shown != key
        return shown

    def _is_secret(self, text: str, path: NodePath, *, in_secret: bool) -> bool:
        if in_secret:
            return reference_of(text) is None
        if path[-1:] == ("url",) and _TOLD.search(text):
            return True
        if is_leak(path[-1] if path else None, text):
            return True
        return any(leaks_at(path or ("",), text, self._seen))
