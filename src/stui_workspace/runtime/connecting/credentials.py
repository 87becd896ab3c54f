"""What backends are made with: where they keep things, and the secret that they may ask for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from stui_workspace.connections.kinds import Setting
from stui_workspace.errors import SecretError
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.runtime.services import Services


def secret_of(credential: str | None, environ: Mapping[str, str]) -> str | None:
    """The value of a secret; None where the connection names none.

    It is looked for in the variable `STUI_SECRET_` with the name in capitals: that of
    `keyring:orders/image` is in `STUI_SECRET_ORDERS_IMAGE`.

    Raises:
        SecretError: There is none of that name.
    """
    if credential is None:
        return None
    variable = variable_of(credential)
    if variable not in environ:
        raise SecretError(credential, f"it is not to be had; set `{variable}` for this program")
    return environ[variable]


def setting_of(spec: ConnectionSpec, root: Path, services: Services, client: str) -> Setting:
    """What the backend of a connection of the project at `root` is made with.

    Args:
        spec: Of the connection.
        root: The folder of the project.
        services: Where things are kept, and the environment.
        client: Who comes, within this workspace.
    """
    folder = services.locations.workspace(root)
    return Setting(
        root,
        client=f"{folder.path.name}/{client}",
        environ=services.environ,
        folder=folder.backends,
        secret=lambda: secret_of(spec.credential, services.environ),
    )


def variable_of(credential: str) -> str:
    """The environment variable that a secret is looked for in.

    >>> variable_of("keyring:orders/image")
    'STUI_SECRET_ORDERS_IMAGE'
    """
    name = credential.partition(":")[2] or credential
    return "STUI_SECRET_" + re.sub(r"[^A-Za-z0-9]", "_", name).upper()
