"""The three-way merge by meaning: bytes in, ours with splices out, and what is in conflict."""

from __future__ import annotations

from stui_workspace.merge.lines import Labels
from stui_workspace.merge.merging import marked, merge3, merge3_marked
from stui_workspace.merge.paths import ItemKey, MergePath
from stui_workspace.merge.policy import Policy
from stui_workspace.merge.result import (
    Choice,
    Choices,
    Conflict,
    Decision,
    MergeResult,
    Take,
    Written,
)

__all__ = [
    "Choice",
    "Choices",
    "Conflict",
    "Decision",
    "ItemKey",
    "Labels",
    "MergePath",
    "MergeResult",
    "Policy",
    "Take",
    "Written",
    "marked",
    "merge3",
    "merge3_marked",
]
