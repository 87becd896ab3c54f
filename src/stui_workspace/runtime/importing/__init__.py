"""Workspaces of other programs, read as values: bytes in, a workspace and what is missing out.

Pure: nothing is run, looked up or connected, and nothing but the given bytes is read.
"""

from stui_workspace.runtime.importing.draft import Note
from stui_workspace.runtime.importing.reading import KINDS, NAMES, Imported, imported

__all__ = ["KINDS", "NAMES", "Imported", "Note", "imported"]
