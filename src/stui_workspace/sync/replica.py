"""One file as one program holds it, and what a look at the disk makes of it."""

from __future__ import annotations

from stui_workspace.merge import Conflict, Policy, merge3
from stui_workspace.model.records import dataclass, replace
from stui_workspace.sync.plan import Plan, Step, next_step


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
