"""The merge by meaning, as git wants it: a clean text, or one with conflict markers."""

from __future__ import annotations

from stui_workspace.gitdriver.linewise import (
    by_lines,
    has_markers,
    in_one_conflict,
    labels_of,
    without_markers,
)
from stui_workspace.gitdriver.outcome import Outcome, Sides
from stui_workspace.gitdriver.request import Names
from stui_workspace.merge import Conflict, Policy, merge3_marked
from stui_workspace.model.printable import printable_line


def by_meaning(sides: Sides, names: Names, size: int) -> Outcome:
    """Both sides' changes, put together by what they mean in a workspace file."""
    sides = sides._replace(base=without_markers(sides.base))
    result, text = merge3_marked(
        *sides, policy=Policy.published(), labels=labels_of(names), size=size
    )
    if result.is_clean:
        return Outcome(result.text, is_clean=True)
    left = tuple(sentence_of(conflict) for conflict in result.conflicts)
    return Outcome(surely_marked(text, sides, names, size), is_clean=False, left=left)


def sentence_of(conflict: Conflict) -> str:
    """A conflict in a line, without any value: where it is, and why."""
    return printable_line(f"conflict at {conflict.path}: {conflict.reason}", 300)


def surely_marked(text: bytes, sides: Sides, names: Names, size: int) -> bytes:
    """The merged text with markers. Without any, a conflict would look as if it were settled."""
    if has_markers(text, size):
        return text
    lines = by_lines(sides, names, size)
    return in_one_conflict(sides, names, size) if lines.is_clean else lines.text
