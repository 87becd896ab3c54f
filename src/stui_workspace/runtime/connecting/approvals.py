"""Which form of each connection was approved, and which one waits until a person looked at it.

A form that was let through is kept, frozen: program, address and snippets as they were looked up
then. Should the file say something else later, this is what goes on, and what is reached again
when the link falls, for as long as its grant stands. Nothing of the new form is used meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum, auto
from pathlib import Path
from typing import Final

from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.workspace import ConnectionSpec, Guard, SnippetSpec
from stui_workspace.runtime.consent import Consent
from stui_workspace.trust import Allow, Changed, Claim, Deny, changed_of, differences

_GUARDS: Final = (Guard.FREE, Guard.CONFIRM, Guard.READ_ONLY)
"""From the weakest."""


class Verdict(Enum):
    """What to do about what the file says of a connection that somebody wants."""

    SAME = auto()
    """It means what it meant: only looks may be other."""
    TAKE = auto()
    """It was approved, or nothing was let through yet and the attempt will be judged."""
    WAIT = auto()
    """A person has to look at it, and was not told yet."""
    WAITS = auto()
    """The same, and they were told."""


@dataclass(frozen=True, slots=True)
class Review:
    """What a person is shown before they approve a connection."""

    claim: Claim
    changed: tuple[Changed, ...] = ()
    """What is other than in what runs, or was approved last."""
    runs_on: bool = False
    """Whether an approved form is in use meanwhile."""
    approved_at: float | None = None
    """When the form that it is compared with was approved, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    spec: ConnectionSpec
    claim: Claim


class Approvals:
    """What stands and what waits, by the name of the connection."""

    def __init__(self, consent: Consent) -> None:
        self._consent = consent
        self._stands: dict[str, Claim] = {}
        self._waits: dict[str, _Waiting] = {}

    def authorize(self, spec: ConnectionSpec) -> Allow | Deny:
        """Whether an attempt may be made, with the grants of now; and to exactly what.

        While another form waits, that is the one that stood before, as it was looked up then.
        """
        name = spec.name
        claim = self._stands[name] if name in self._waits else self._consent.claim(spec)
        answer = self._consent.judge(claim)
        if isinstance(answer, Allow):
            self._stands[name] = claim
        return answer

    def weigh(self, spec: ConnectionSpec) -> Verdict:
        """What to do about a connection that is wanted, and that the file describes like this."""
        stood, claim = self._stands.get(spec.name), self._consent.claim(spec)
        if stood is None:
            return Verdict.TAKE
        if claim.digest == stood.digest:
            self._waits.pop(spec.name, None)
            return Verdict.SAME
        if isinstance(self._consent.judge(claim), Allow):
            self._waits.pop(spec.name, None)
            self._stands[spec.name] = claim
            return Verdict.TAKE
        before = self._waits.get(spec.name)
        self._waits[spec.name] = _Waiting(spec, claim)
        is_told = before is not None and before.claim.digest == claim.digest
        return Verdict.WAITS if is_told else Verdict.WAIT

    def granted(self) -> tuple[ConnectionSpec, ...]:
        """Those that waited and were approved meanwhile, here or by another program."""
        found = [
            one.spec
            for one in self._waits.values()
            if isinstance(self._consent.judge(one.claim), Allow)
        ]
        for spec in found:
            self._stands[spec.name] = self._waits.pop(spec.name).claim
        return tuple(found)

    def drop(self, name: str) -> ConnectionSpec | None:
        """Forget what stood, for nothing of it is in use any more; what waited, if anything did."""
        self._stands.pop(name, None)
        waiting = self._waits.pop(name, None)
        return None if waiting is None else waiting.spec

    def changes(self, name: str) -> tuple[Changed, ...]:
        """What is other in the form that waits than in the one in use; empty where none waits."""
        waiting = self._waits.get(name)
        if waiting is None:
            return ()
        return changed_of(differences(self._stands[name].projection, waiting.claim.projection))

    def refusals(self, name: str) -> tuple[str, ...]:
        """Why no consent can allow the form that waits; empty where one can, or none waits."""
        waiting = self._waits.get(name)
        return () if waiting is None else waiting.claim.refusals

    def review(self, claim: Claim) -> Review:
        """What to show of a claim."""
        name, answer = claim.connection, self._consent.judge(claim)
        at = self._consent.approved_at(self._stands.get(name, claim))
        if name in self._waits:
            changed = changed_of(differences(self._stands[name].projection, claim.projection))
            return Review(claim, changed, runs_on=True, approved_at=at)
        changed = changed_of(answer.changed) if isinstance(answer, Deny) else ()
        return Review(claim, changed, approved_at=at)

    def set_up(
        self, spec: ConnectionSpec, snippets: Mapping[str, SnippetSpec]
    ) -> Iterator[SnippetSpec]:
        """What sets a connection up: as it was approved where it is in use, else as it is now."""
        stood = self._stands.get(spec.name)
        for name in spec.setup if stood is None else stood.spec.setup:
            text = None if stood is None else stood.sources.get(name)
            if stood is None and name in snippets:
                yield snippets[name]
            elif text is not None:
                yield replace(snippets.get(name, SnippetSpec(name, text)), source=text)

    def awaited(self) -> tuple[Path, ...]:
        """The files that would be there if what waits were approved."""
        return tuple(self._consent.path_of(one.claim) for one in self._waits.values())


def guarded_at_least(spec: ConnectionSpec, other: ConnectionSpec) -> ConnectionSpec:
    """`spec` with the stricter guard of both: to be careful needs nobody's approval."""
    return replace(spec, guard=max(spec.guard, other.guard, key=_GUARDS.index))
