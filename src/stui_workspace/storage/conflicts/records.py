"""The record of one merge that a person was, or is, needed for.

It keeps the three sides whole and what was chosen since. What is in conflict follows from them by
merging again, so a record never says one thing and the merge another.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from stui_workspace.merge.lines import Labels
from stui_workspace.merge.result import Choice
from stui_workspace.model.records import dataclass
from stui_workspace.model.revision import Revision

SIDE_BYTES: Final = 16 << 20
"""What a side may have: as much as a merge reads."""


class Style(StrEnum):
    """How the file shows that something is undecided."""

    VALID = "valid"
    """Not at all: it is the provisional document."""
    MARKERS = "markers"
    """With conflict markers, as git has them."""


@dataclass(frozen=True, slots=True)
class Sides:
    """The three documents of a merge. Names follow git: `base` is what both began from."""

    base: bytes
    ours: bytes
    theirs: bytes


NO_LABELS: Final = Labels("", "", "")
"""Nobody said what the sides are called."""


@dataclass(frozen=True, slots=True)
class SettledAt:
    """What a person chose in one go, and when."""

    choices: Mapping[str, Choice]
    """By the path of the conflict."""
    at: float


@dataclass(frozen=True, slots=True)
class MergeRecord:
    """One merge of a file that a person was, or is, needed for."""

    file: str
    """Its real path."""
    at: float
    sides: Sides
    revision: Revision
    """Of the file as we wrote it last."""
    labels: Labels = NO_LABELS
    """What people call the sides: `HEAD`, a branch, a machine."""
    style: Style = Style.VALID
    marker_size: int = 7
    policy: Mapping[str, Mapping[str, Any]] | None = None
    """None for the one that is published."""
    steps: tuple[SettledAt, ...] = ()
    is_open: bool = True
    """Whether something was left to settle when it was written."""
    is_merged: bool = True
    """Whether the file is known to have had the merge in it."""
