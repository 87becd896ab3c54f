"""Sessions for terminal workbenches, as plain YAML files.

Importing this package loads nothing but itself; each name is loaded at its first use (PEP 562).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stui_workspace.api import (
        Diagnostic,
        Event,
        FileProblems,
        OpenRequest,
        Receipt,
        Session,
        Start,
        StuiError,
        Workspace,
        check,
        edit,
        load,
        loads,
        open_session,
        set_key,
    )

__version__ = "0.1.0.dev0"

__all__ = [
    "Diagnostic",
    "Event",
    "FileProblems",
    "OpenRequest",
    "Receipt",
    "Session",
    "Start",
    "StuiError",
    "Workspace",
    "__version__",
    "check",
    "edit",
    "load",
    "loads",
    "open_session",
    "set_key",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from stui_workspace import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted(__all__)
