"""What differs between two documents, by meaning: not by lines, and without any secret.

Two versions of one thing are found by their keys, as in a merge, so that what moved is not taken
for removed and added.
"""

from __future__ import annotations

from stui_workspace.merge.differing.differ import differences
from stui_workspace.merge.differing.difference import HIDDEN, Difference, Kind

__all__ = ["HIDDEN", "Difference", "Kind", "differences"]
