"""Connections of `kind: socket`."""

from __future__ import annotations

from stui_workspace.connections.backend import Backend
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.lines.backend import LinesBackend
from stui_workspace.model.workspace import ConnectionSpec


def make(spec: ConnectionSpec, setting: Setting) -> Backend:
    """The backend of a link to a REPL. An address that leads nowhere is told of by its `start`."""
    return LinesBackend(spec, setting)
