"""Connections with `hold: true`, of whatever kind."""

from __future__ import annotations

from stui_workspace.connections.backend import Backend
from stui_workspace.connections.holding.backend import HeldBackend
from stui_workspace.connections.kinds import Setting
from stui_workspace.errors import UsageError
from stui_workspace.model.workspace import ConnectionSpec


def held(spec: ConnectionSpec, setting: Setting, backend: Backend) -> Backend:
    """A link to the held backend of the connection; it is started where nobody holds it yet.

    Args:
        spec: Of the connection.
        setting: What it is made with.
        backend: What it would be without being held; never started, but it could be made.

    Raises:
        UsageError: It cannot be held.
    """
    del backend
    if spec.kind == "stui":
        raise UsageError(
            f"connection `{spec.name}`: a server of `kind: stui` goes on by itself",
            f"remove `connections.{spec.name}.hold`",
        )
    if setting.folder is None:
        raise UsageError(
            f"connection `{spec.name}` is to be held, and nothing may be kept here",
            f"remove `connections.{spec.name}.hold`, or open the workspace in the workbench",
        )
    return HeldBackend(spec, setting, setting.folder)
