"""Whether this machine has seen a workbench without a workspace file before."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from stui_workspace.errors import DiskError
from stui_workspace.runtime.services import Services
from stui_workspace.storage.atomic import save_own

_NAME: Final = "greeted"
_CONTENT: Final = b"The hint in a folder without a workspace file was shown once.\n"


def is_new_here(services: Services) -> bool:
    """Whether the hint was never shown on this machine; from now on it was.

    Nothing is shown where that cannot be kept: it would be shown each time.
    """
    path = services.locations.state / _NAME
    if path.exists():
        return False
    with suppress(DiskError):
        save_own(services.fs, path, _CONTENT)
        return True
    return False
