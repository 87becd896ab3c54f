"""The canonical style: how a document is written when its author leaves the writing to us.

Only what carries no meaning changes: white space, quotes, and the brackets of collections that do
not fit on their line. docs/reference/canonical-style.md has the rules.
"""

from __future__ import annotations

from stui_workspace.document.formatting.formatter import Formatted, formatted
from stui_workspace.document.formatting.inline import WIDTH

__all__ = ["WIDTH", "Formatted", "formatted"]
