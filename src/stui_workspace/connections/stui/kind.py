"""Connections of `kind: stui`."""

from __future__ import annotations

from stui_workspace.connections.backend import Backend
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.stui.backend import StuiBackend
from stui_workspace.model.workspace import ConnectionSpec


def make(spec: ConnectionSpec, setting: Setting) -> Backend:
    """The client of one server. An address that leads nowhere is told of by its `start`."""
    return StuiBackend(spec, setting)
