"""From three versions of one file to the next step: nothing here reads, writes or waits.

Base is what was last agreed on, ours is what we hold, theirs is what the file says. The rules are
those of docs/explanation/synchronisation.md; `replica.Replica` is the state they are applied to.
"""

from __future__ import annotations

from enum import StrEnum

from stui_workspace.model.records import dataclass
from stui_workspace.sync.guards import Doubt, doubt_about


class Step(StrEnum):
    """What to do next."""

    REST = "rest"
    RELOAD = "reload"
    """Take over what the file says."""
    SAVE = "save"
    """Write ours into the file."""
    AGREE = "agree"
    """Both sides came to the same: note that, and no more."""
    MERGE = "merge"
    KEEP = "keep"
    """There is no file, or what it says is in doubt: keep ours, say so, and look again."""


@dataclass(frozen=True, slots=True)
class Plan:
    step: Step
    doubt: Doubt | None = None
    """Why the file is not taken at its word."""


def next_step(
    base: bytes | None, ours: bytes | None, theirs: bytes | None, *, lasting: bool = False
) -> Plan:
    """The next step of a file.

    Args:
        base: What was last agreed on; None for no file.
        ours: What we hold; None for nothing.
        theirs: What the file says; None for no file.
        lasting: Whether the file has said so for a while. A loss of most of a file that lasts is
            meant: it is reloaded where nothing of ours is at stake. Nothing else changes.
    """
    if theirs == ours:
        return Plan(Step.REST if ours == base else Step.AGREE)
    if theirs in (None, base):  # nothing new in the file: it is gone, or as it was
        is_new = ours is not None and (theirs is not None or base is None)
        return Plan(Step.SAVE if is_new else Step.KEEP)
    doubt = doubt_about(theirs, ours if ours is not None else base)
    if doubt is not None and not (doubt is Doubt.SHRUNK and lasting and ours == base):
        return Plan(Step.KEEP, doubt)
    return Plan(Step.RELOAD if ours in (base, None) else Step.MERGE, doubt)
