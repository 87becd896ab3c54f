"""Variables that make the `keyring` library run code, or replace parts of it.

We never ask that library for its choice of a keyring, so they do nothing to us; programs that we
start might.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_PREFIX: Final = "PYTHON_KEYRING_"
"""`PYTHON_KEYRING_BACKEND` names a class to import."""
_PROPERTY: Final = "KEYRING_PROPERTY_"
"""What follows it is set on the keyring, methods too. It counts anywhere in a name."""
_PATH: Final = "KEYCHAIN_PATH"


def hostile_variables(environ: Mapping[str, str]) -> tuple[str, ...]:
    """The names of such variables that are set, in order; their values are nobody's business."""
    return tuple(sorted(name for name in environ if _is_hostile(name.upper())))


def without_hostile(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without them, to be handed on."""
    return {name: value for name, value in environ.items() if not _is_hostile(name.upper())}


def _is_hostile(name: str) -> bool:
    return name.startswith(_PREFIX) or _PROPERTY in name or name == _PATH
