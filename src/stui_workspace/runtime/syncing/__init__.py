"""Keeping the workspace file together with its other versions, whoever made them.

Loaded at its first use: most starts find nothing beside the file.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from stui_workspace.runtime.syncing.attending import attend
    from stui_workspace.runtime.syncing.attention import Attention, Copy
    from stui_workspace.runtime.syncing.going_back import restore, undo_merge, versions
    from stui_workspace.runtime.syncing.merged import Effect, Merged, effect_of, merges

__all__ = [
    "Attention",
    "Copy",
    "Effect",
    "Merged",
    "attend",
    "effect_of",
    "merges",
    "restore",
    "undo_merge",
    "versions",
]

_MODULES: Final = {
    "Attention": "attention",
    "Copy": "attention",
    "attend": "attending",
    **dict.fromkeys(("Effect", "Merged", "effect_of", "merges"), "merged"),
    "restore": "going_back",
    "undo_merge": "going_back",
    "versions": "going_back",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
