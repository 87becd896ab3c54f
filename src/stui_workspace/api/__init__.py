"""The library's functions and values: what another program needs to have sessions of its own.

`import stui_workspace` has the same names. Each is loaded at its first use (PEP 562): who only
checks a file loads nothing that runs a session.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from stui_workspace import errors
    from stui_workspace.api.deciding import conflicts, resolve
    from stui_workspace.api.files import check, edit, load, loads, save, set_key
    from stui_workspace.api.following import open_session, watch_file
    from stui_workspace.api.texts import diff_texts, merge_texts
    from stui_workspace.document import Document, set_value
    from stui_workspace.document import delete as delete_value
    from stui_workspace.errors import StuiError
    from stui_workspace.merge import Choice, Conflict, MergeResult, Take, Written
    from stui_workspace.merge.differing import Difference
    from stui_workspace.model.diagnostics import Diagnostic, FileProblems
    from stui_workspace.model.receipt import Receipt
    from stui_workspace.model.revision import Revision, revision_of
    from stui_workspace.model.session import TranscriptEntry
    from stui_workspace.model.workspace import Workspace
    from stui_workspace.runtime import events
    from stui_workspace.runtime.event_words import words_of
    from stui_workspace.runtime.events import Event
    from stui_workspace.runtime.request import OpenRequest, Start
    from stui_workspace.runtime.session import Session
    from stui_workspace.runtime.sightings import Seen
    from stui_workspace.runtime.views import BufferView, ConnectionView

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

_HOMES: Final = {
    "api.deciding": ("conflicts", "resolve"),
    "api.files": ("check", "edit", "load", "loads", "save", "set_key"),
    "api.following": ("open_session", "watch_file"),
    "api.texts": ("diff_texts", "merge_texts"),
    "document": ("Document", "delete_value", "set_value"),
    "errors": ("StuiError",),
    "merge": ("Choice", "Conflict", "MergeResult", "Take", "Written"),
    "merge.differing": ("Difference",),
    "model.diagnostics": ("Diagnostic", "FileProblems"),
    "model.receipt": ("Receipt",),
    "model.revision": ("Revision", "revision_of"),
    "model.session": ("TranscriptEntry",),
    "model.workspace": ("Workspace",),
    "runtime.event_words": ("words_of",),
    "runtime.events": ("Event",),
    "runtime.request": ("OpenRequest", "Start"),
    "runtime.session": ("Session",),
    "runtime.sightings": ("Seen",),
    "runtime.views": ("BufferView", "ConnectionView"),
}
_MODULES: Final = {name: module for module, names in _HOMES.items() for name in names}
_WHOLE: Final = {"errors": "errors", "events": "runtime.events"}
"""Modules that are public as such: every class in them, by its name."""
_NAMED_OTHERWISE: Final = {"delete_value": "delete"}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"stui_workspace.{_WHOLE.get(name) or _MODULES[name]}")
    return module if name in _WHOLE else getattr(module, _NAMED_OTHERWISE.get(name, name))
