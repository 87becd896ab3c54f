"""Where a person is in settling a merge, as a value: what was chosen, and what is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from stui_workspace.errors import UsageError
from stui_workspace.merge import Choice, Conflict, Take, Written
from stui_workspace.model.records import dataclass, field, replace
from stui_workspace.runtime.settling import Settlement
from stui_workspace.runtime.settling.settlement import fitting


class State(StrEnum):
    """How a conflict stands, in the word that people see."""

    OPEN = "open"
    OURS = "ours"
    THEIRS = "theirs"
    BASE = "base"
    BOTH = "both"
    EDITED = "edited"
    GONE = "gone"
    """Another choice has settled it as well."""


@dataclass(frozen=True)
class Sitting:
    """A merge that is being settled. Choosing and undoing make new ones."""

    settlement: Settlement
    conflicts: tuple[Conflict, ...]
    """All that there ever were, in file order: what is settled stays on the list."""
    at: int = 0
    past: Sitting | None = field(default=None, repr=False)
    """How it was before the last choice."""
    gone: frozenset[str] = frozenset()
    """The paths of what was settled elsewhere: in the file by hand, or by another program."""

    @classmethod
    def begun(cls, settlement: Settlement, gone: frozenset[str] = frozenset()) -> Sitting:
        """At the first conflict that is left; there must have been one."""
        sitting = cls(settlement, settlement.conflicts, gone=gone)
        return sitting if sitting.state(sitting.current) is State.OPEN else sitting.skipped()

    @property
    def current(self) -> Conflict:
        return self.conflicts[self.at]

    @property
    def open(self) -> tuple[Conflict, ...]:
        """What nobody has settled yet."""
        return tuple(one for one in self.settlement.left if str(one.path) not in self.gone)

    @property
    def choice_count(self) -> int:
        return len(self.settlement.choices)

    @property
    def content(self) -> bytes:
        """What would be written: the result, with markers around what is open."""
        return self.settlement.marked_text

    def states(self) -> Iterator[State]:
        """How each conflict stands, in the order of `conflicts`."""
        still = {str(one.path) for one in self.open}
        choices = self.settlement.choices
        for one in self.conflicts:
            path = str(one.path)
            yield State.OPEN if path in still else _state_of(choices.get(path))

    def state(self, conflict: Conflict) -> State:
        """How one of the conflicts stands."""
        return next(
            state
            for one, state in zip(self.conflicts, self.states(), strict=True)
            if one == conflict
        )

    def decided(self, choice: Choice) -> Sitting:
        """The current conflict settled, and the next open one current.

        What was chosen there before is exchanged.

        Raises:
            NotFoundError: Another choice has settled it already.
            UsageError: It cannot be settled in this way.
        """
        conflict = self.current
        path = str(conflict.path)
        if self.settlement.choices.get(path) == fitting(conflict, choice):
            return self.skipped()
        settlement = self._without(path).take(path, choice)
        known = {str(one.path) for one in self.conflicts}
        new = tuple(one for one in settlement.left if str(one.path) not in known)
        after = replace(self, settlement=settlement, conflicts=(*self.conflicts, *new), past=self)
        return after.skipped()

    def undone(self) -> Sitting:
        """As it was before the last choice; the same where there was none."""
        return self if self.past is None else self.past

    def moved(self, step: int) -> Sitting:
        """At the conflict so many further on, or at the last one in that direction."""
        return self.gone_to(self.at + step)

    def gone_to(self, at: int) -> Sitting:
        """At a conflict by its number, from 0."""
        return replace(self, at=min(max(at, 0), len(self.conflicts) - 1))

    def skipped(self) -> Sitting:
        """At the next open conflict, from the start again after the last; here if none is."""
        states = list(self.states())
        count = len(states)
        around = ((self.at + step) % count for step in range(1, count + 1))
        return replace(self, at=next((at for at in around if states[at] is State.OPEN), self.at))

    def can_take(self, choice: Choice) -> bool:
        """Whether such a choice makes any sense for the current conflict."""
        try:
            fitting(self.current, choice)
        except UsageError:
            return False
        return True

    def _without(self, path: str) -> Settlement:
        """The merge as if nothing had been chosen at that path."""
        if path not in self.settlement.choices:
            return self.settlement
        steps = self.settlement.steps
        rest = ({one: choice for one, choice in step.items() if one != path} for step in steps)
        return replace(self.settlement, steps=tuple(step for step in rest if step))


def _state_of(choice: Choice | None) -> State:
    if choice is None:
        return State.GONE
    return State.EDITED if isinstance(choice, Written) else _TAKEN[choice]


_TAKEN = {
    Take.OURS: State.OURS,
    Take.THEIRS: State.THEIRS,
    Take.BASE: State.BASE,
    Take.BOTH: State.BOTH,
}
