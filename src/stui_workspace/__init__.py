"""Sessions for terminal workbenches, as plain YAML files.

Importing this package loads nothing but itself; each name is loaded at its first use (PEP 562).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stui_workspace import errors
    from stui_workspace.api import (
        BufferView,
        Choice,
        Conflict,
        ConnectionView,
        Diagnostic,
        Difference,
        Document,
        Event,
        FileProblems,
        MergeResult,
        OpenRequest,
        Receipt,
        Revision,
        Seen,
        Session,
        Start,
        StuiError,
        Take,
        TranscriptEntry,
        Workspace,
        Written,
        check,
        conflicts,
        delete_value,
        diff_texts,
        edit,
        events,
        load,
        loads,
        merge_texts,
        open_session,
        resolve,
        revision_of,
        save,
        set_key,
        set_value,
        watch_file,
        words_of,
    )

__version__ = "0.1.0"

__all__ = [
    "BufferView",
    "Choice",
    "Conflict",
    "ConnectionView",
    "Diagnostic",
    "Difference",
    "Document",
    "Event",
    "FileProblems",
    "MergeResult",
    "OpenRequest",
    "Receipt",
    "Revision",
    "Seen",
    "Session",
    "Start",
    "StuiError",
    "Take",
    "TranscriptEntry",
    "Workspace",
    "Written",
    "__version__",
    "check",
    "conflicts",
    "delete_value",
    "diff_texts",
    "edit",
    "errors",
    "events",
    "load",
    "loads",
    "merge_texts",
    "open_session",
    "resolve",
    "revision_of",
    "save",
    "set_key",
    "set_value",
    "watch_file",
    "words_of",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from stui_workspace import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted(__all__)
