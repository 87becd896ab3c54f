"""Connections of `kind: python`."""

from __future__ import annotations

from stui_workspace.connections.backend import Backend
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.python.backend import PythonBackend
from stui_workspace.connections.python.launch import check_environment
from stui_workspace.model.workspace import ConnectionSpec


def make(spec: ConnectionSpec, setting: Setting) -> Backend:
    """The embedded backend of a connection.

    Raises:
        UsageError: Its environment would change which code is loaded.
    """
    check_environment(spec)
    return PythonBackend(spec, setting.root, setting.environ)
