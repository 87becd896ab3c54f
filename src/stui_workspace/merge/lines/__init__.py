"""Merging by lines: what is the same, diff3, and conflict markers written and read.

Knows nothing of YAML, and loads fast: a merge driver starts cold with it.
"""

from __future__ import annotations

from stui_workspace.merge.lines.diff3 import Agreed, Clash, Region, merge_lines
from stui_workspace.merge.lines.marking import Labels, marked
from stui_workspace.merge.lines.matching import matching
from stui_workspace.merge.lines.texts import lines_of, merge_text
from stui_workspace.merge.lines.unmarking import Unmarked, unmarked

__all__ = [
    "Agreed",
    "Clash",
    "Labels",
    "Region",
    "Unmarked",
    "lines_of",
    "marked",
    "matching",
    "merge_lines",
    "merge_text",
    "unmarked",
]
