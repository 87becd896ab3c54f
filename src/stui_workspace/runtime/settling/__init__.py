"""Settling what merges left for a person: which conflicts are open, choosing, and undoing that.

The conflicts of a file are in its markers, or in records beside it where it holds the provisional
document. Both are shown and settled in the same way.

What is needed is loaded at its first use (PEP 562): each start of a session asks here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from stui_workspace.runtime.settling.deciding import Decided, settle, settle_all
    from stui_workspace.runtime.settling.keeping import keep_merge
    from stui_workspace.runtime.settling.settlement import Settlement
    from stui_workspace.runtime.settling.showing import Shown, shown
    from stui_workspace.runtime.settling.standing import OpenMerge, Standing, conflicts_in
    from stui_workspace.runtime.settling.undoing import undo

__all__ = [
    "Decided",
    "OpenMerge",
    "Settlement",
    "Shown",
    "Standing",
    "conflicts_in",
    "keep_merge",
    "settle",
    "settle_all",
    "shown",
    "undo",
]

_MODULES: Final = {
    **dict.fromkeys(("Decided", "settle", "settle_all"), "deciding"),
    "keep_merge": "keeping",
    "Settlement": "settlement",
    **dict.fromkeys(("Shown", "shown"), "showing"),
    **dict.fromkeys(("OpenMerge", "Standing", "conflicts_in"), "standing"),
    "undo": "undoing",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
