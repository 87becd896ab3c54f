"""Connections of `kind: pty`."""

from __future__ import annotations

import sys

from stui_workspace.connections.backend import Backend
from stui_workspace.connections.kinds import Setting
from stui_workspace.connections.python.launch import check_environment
from stui_workspace.errors import UsageError
from stui_workspace.model.workspace import ConnectionSpec


def make(spec: ConnectionSpec, setting: Setting) -> Backend:
    """The backend of a connection to a REPL in a terminal.

    Raises:
        UsageError: Its environment would change which code is loaded, or there are no such
            terminals on this system.
    """
    if sys.platform == "win32":
        raise UsageError(
            f"connection `{spec.name}` needs a pseudo-terminal, which is a thing of Unix",
            "use `kind: socket` or `kind: python`",
        )
    check_environment(spec)
    from stui_workspace.connections.terminal.backend import TerminalBackend

    return TerminalBackend(spec, setting)
