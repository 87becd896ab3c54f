"""What machines claim about their own versions, and the base that follows from it.

Where a workspace asks for it, each machine keeps a list beside the workspace file of the versions
that were made on it, with what each was made from: hashes only, one writer for each list. With the
lists of both sides at hand the base of a conflict is known instead of guessed. A claim is made from
a guess, too (was it an edit made here?), so it counts only where nothing speaks against it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

from stui_workspace.model.records import dataclass
from stui_workspace.model.revision import Revision

LINES: Final = 200
"""Claims that a list is cut back to, the newest, when it has twice as many."""
_REVISION: Final = re.compile(r"[0-9a-f]{32}\Z")
_MOST_PARENTS: Final = 8


@dataclass(frozen=True, slots=True)
class Claim:
    """One version, by the machine that it was made on."""

    revision: Revision
    parents: frozenset[Revision]
    """What it was made from."""
    machine: str
    """The name of the list."""


def line_of(claim: Claim) -> bytes:
    """The claim as a line of its machine's list."""
    record = {"revision": claim.revision, "parents": sorted(claim.parents)}
    return json.dumps(record).encode("ascii") + b"\n"


def claims_in(content: bytes, machine: str) -> tuple[Claim, ...]:
    """The claims in a list; what is no claim is passed over."""
    found = (_claim_in(line, machine) for line in content.split(b"\n")[-2 * LINES - 1 :])
    return tuple(one for one in found if one is not None)


def common_base(claims: Iterable[Claim], ours: Revision, theirs: Revision) -> Revision | None:
    """The version that two versions both began from; None where the claims do not tell for sure.

    They do not where two machines claim different things of one version, where both versions are
    claimed by one machine alone, and where there is more than one nearest ancestor.
    """
    parents: dict[Revision, frozenset[Revision]] = {}
    machines: dict[Revision, set[str]] = {}
    for one in claims:
        if parents.setdefault(one.revision, one.parents) != one.parents:
            return None
        machines.setdefault(one.revision, set()).add(one.machine)
    if ours not in machines or theirs not in machines:
        return None
    if len(machines[ours] | machines[theirs]) < 2:  # noqa: PLR2004 (it takes two to differ)
        return None
    common = _line_of_descent(ours, parents) & _line_of_descent(theirs, parents)
    older = {one for each in common for one in _line_of_descent(each, parents) - {each}}
    nearest = common - older
    return next(iter(nearest)) if len(nearest) == 1 else None


def _line_of_descent(
    revision: Revision, parents: Mapping[Revision, frozenset[Revision]]
) -> set[Revision]:
    """The version itself and all that it comes from."""
    found = {revision}
    left = [revision]
    while left:
        new = parents.get(left.pop(), frozenset()) - found
        found |= new
        left.extend(new)
    return found


def _claim_in(line: bytes, machine: str) -> Claim | None:
    try:
        found: object = json.loads(line) if line else None
    except (ValueError, RecursionError):
        return None
    match found:
        case {"revision": str(revision), "parents": [*parents]} if _REVISION.match(revision):
            known = [one for one in parents if isinstance(one, str) and _REVISION.match(one)]
            if len(known) == len(parents) <= _MOST_PARENTS:
                return Claim(Revision(revision), frozenset(map(Revision, known)), machine)
    return None
