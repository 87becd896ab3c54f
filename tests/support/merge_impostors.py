"""Merges that are none, each wrong in its own way: what no law may let through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stui_workspace.merge import Choice, Conflict, MergePath, MergeResult, Policy, merge3


def takes_ours(
    base: bytes, ours: bytes, theirs: bytes, *, policy: Policy, choices: Mapping[str, Choice]
) -> MergeResult:
    """Ours, and nothing in conflict."""
    return MergeResult(ours)


def sees_conflict(
    base: bytes, ours: bytes, theirs: bytes, *, policy: Policy, choices: Mapping[str, Choice]
) -> MergeResult:
    """Ours, and everything in conflict."""
    return MergeResult(ours, (Conflict(MergePath(), None, "w1q", "w1q", "x"),))


def puts_together(
    base: bytes, ours: bytes, theirs: bytes, *, policy: Policy, choices: Mapping[str, Choice]
) -> MergeResult:
    """Ours, and what is new in theirs written below as a comment."""
    return MergeResult(ours.removesuffix(b"\n") + b"\n# " + theirs.replace(b"\n", b"\n# "))


def doubles_items(
    base: bytes, ours: bytes, theirs: bytes, *, policy: Policy, choices: Mapping[str, Choice]
) -> MergeResult:
    """The right merge, with an item and a pane twice in the lists that are in it."""
    result = merge3(base, ours, theirs, policy=policy, choices=choices)
    return replace(result, text=result.text + b"extra:\n- id: w1q\n- id: w1q\n")


IMPOSTORS = (takes_ours, sees_conflict, puts_together, doubles_items)
