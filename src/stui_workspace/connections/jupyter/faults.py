"""What went wrong on this machine, as the end of an attempt."""

from __future__ import annotations

import errno

from stui_workspace.errors import ConnectionLostError
from stui_workspace.model.printable import printable_line

_TOO_MANY = (errno.EMFILE, errno.ENFILE)


def lost_by(name: str, error: Exception) -> ConnectionLostError:
    """The end of an attempt to connect `name`, by an error of the system or of a library."""
    if isinstance(error, ConnectionLostError):
        return error
    if isinstance(error, ModuleNotFoundError):
        reason = f"kernels need `{error.name}`, which is not installed"
        step = "pip install 'stui-workspace[jupyter]'"
        return ConnectionLostError(name, reason, step, is_final=True)
    if getattr(error, "errno", None) in _TOO_MANY:  # zmq has its own class of errors
        return ConnectionLostError(name, "too many open files", "raise the limit: `ulimit -n`")
    said = error.strerror if isinstance(error, OSError) else ""
    return ConnectionLostError(name, printable_line(said or f"{type(error).__name__}: {error}"))
