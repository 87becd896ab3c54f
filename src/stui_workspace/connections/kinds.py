"""Which backend a connection has, by its kind."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from stui_workspace.connections.backend import Backend
from stui_workspace.errors import UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.workspace import ConnectionSpec

_PLANNED: Final = ("stui", "jupyter", "socket", "pty")


def make_backend(spec: ConnectionSpec, root: Path) -> Backend:
    """The backend of a connection of the project at `root`; nothing runs before its `start`.

    Raises:
        UsageError: This version has no backend of that kind, or may not start it as it is asked to.
    """
    if spec.kind != "python":
        raise _unknown(spec)
    from stui_workspace.connections.python.backend import PythonBackend
    from stui_workspace.connections.python.launch import check_environment

    check_environment(spec)
    return PythonBackend(spec, root)


def _unknown(spec: ConnectionSpec) -> UsageError:
    kind = printable_line(spec.kind, 40)
    if spec.kind in _PLANNED:
        reason = f"connections of kind `{kind}` are part of the format, but not yet of this version"
        next_step = "use a newer stui for it; this one connects to kind `python` only"
    else:
        reason = f"there is no kind of connection `{kind}`"
        next_step = f"set `connections.{spec.name}.kind` to `python`"
    return UsageError(f"connection `{spec.name}`: {reason}", next_step)
