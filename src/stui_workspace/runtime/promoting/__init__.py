"""What of a session may become the workspace file's: as hunks, and each of them only if picked."""

from stui_workspace.runtime.promoting.hunks import Hunk, HunkKind, hunks_of
from stui_workspace.runtime.promoting.scene import Scene, Wish
from stui_workspace.runtime.promoting.taking import Taken, hunks_called, take, undo

__all__ = [
    "Hunk",
    "HunkKind",
    "Scene",
    "Taken",
    "Wish",
    "hunks_called",
    "hunks_of",
    "take",
    "undo",
]
