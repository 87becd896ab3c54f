"""From three versions of one file to the next step: nothing here reads, writes or waits.

Base is what was last agreed on, ours is what we hold, theirs is what the file says. The rules are
those of docs/explanation/synchronisation.md; `Replica` is the state that they are applied to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from stui_workspace.merge import Conflict, Policy, merge3
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


@dataclass(frozen=True, slots=True)
class Replica:
    """One file as one program holds it."""

    base: bytes | None = None
    ours: bytes | None = None

    def edited(self, ours: bytes) -> Replica:
        """The replica after an edit of ours."""
        return replace(self, ours=ours)


@dataclass(frozen=True, slots=True)
class Move:
    """What a step comes to."""

    replica: Replica
    plan: Plan
    write: bytes | None = None
    """What to write into the file, if it still says what it said; None for nothing."""
    conflicts: tuple[Conflict, ...] = ()
    """What a person has to decide. Until then the base stays where it is, and so do both sides."""


def advance(
    replica: Replica, theirs: bytes | None, policy: Policy, *, lasting: bool = False
) -> Move:
    """The replica after a look at the file, and what to write.

    Where something is to be written, the replica returned is the one after the writing: who could
    not write goes on with the one before.
    """
    plan = next_step(replica.base, replica.ours, theirs, lasting=lasting)
    match plan.step:
        case Step.RELOAD | Step.AGREE:
            return Move(Replica(theirs, theirs), plan)
        case Step.SAVE:
            return Move(Replica(replica.ours, replica.ours), plan, write=replica.ours)
        case Step.MERGE:
            return _merged(replica, theirs or b"", plan, policy)
        case Step.REST | Step.KEEP:
            return Move(replica, plan)


def _merged(replica: Replica, theirs: bytes, plan: Plan, policy: Policy) -> Move:
    result = merge3(replica.base or b"", replica.ours or b"", theirs, policy)
    if not result.is_clean:
        return Move(replica, plan, conflicts=result.conflicts)
    agreed = Replica(result.text, result.text)
    return Move(agreed, plan, write=None if result.text == theirs else result.text)
