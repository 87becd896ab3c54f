"""What is promised of the values that the library's functions hand out, besides its own names."""

from __future__ import annotations

from typing import Final

SESSION: Final = (
    *("id", "name", "project", "workspace", "preferences", "problems", "file_gone", "receipt"),
    *("is_modified", "saved_at", "transcript"),
    *("buffers", "buffer", "edit", "place_cursor", "add_buffer", "close_buffer", "revert_buffer"),
    *("save_buffer", "prefer", "connections", "connection", "connect", "disconnect", "retry"),
    *("interrupt", "restart", "unapproved", "grant", "evaluate", "recall", "outbox"),
    *("send_waiting", "discard_waiting", "save", "subscribe"),
)
"""What of a session is for everybody; the rest is the workbench's own, and may change."""

VALUES: Final = {
    "merge": ("Decision", "ItemKey", "MergePath"),
    "merge.differing": ("Kind",),
    "model.diagnostics": ("Severity", "Span"),
    "model.receipt": ("Outcome", "Restored"),
    "model.session": ("BufferState", "Waiting"),
    "model.workspace": ("BufferSpec", "ConnectionSpec", "Preferences", "SnippetSpec"),
    "storage.project": ("Project",),
}
"""The types of their fields, by module."""
