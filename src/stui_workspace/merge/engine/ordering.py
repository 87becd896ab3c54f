"""The order of a merged collection: whose it is, and where what the other side added goes."""

from __future__ import annotations

from collections.abc import Sequence as List

from stui_workspace.merge.engine.matching import Triple
from stui_workspace.model.records import dataclass, replace


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The surviving members in order."""

    triples: tuple[Triple, ...]
    took: str
    """`ours`, `theirs` or `same`: whose reordering it is."""
    clash: bool
    """Whether both sides reordered, and not alike."""


def arrange(base: List[Triple], ours: List[Triple], theirs: List[Triple]) -> Arrangement:
    """The order of what survives, given the surviving triples in the order of each side.

    A one-sided reorder wins; of two, ours. What only one side has goes right after its nearest
    preceding sibling, else before its nearest following one; of two at one spot, ours first.
    """
    line = _arranged(base, ours, theirs)
    there = set(map(id, line.triples))
    if all(id(t) in there for t in base):
        return line
    return replace(line, triples=_on_ours(set(), line.triples, base))


def _arranged(base: List[Triple], ours: List[Triple], theirs: List[Triple]) -> Arrangement:
    old = [id(t) for t in base if not t.is_note]
    mine = [id(t) for t in ours if not t.is_note]
    others = [id(t) for t in theirs if not t.is_note]
    common = set(old) & set(mine) & set(others)
    first, second, third = (
        [which for which in order if which in common] for order in (old, mine, others)
    )
    by_ours, by_theirs = second != first, third != first
    if by_theirs and not by_ours:
        return Arrangement(_on_theirs(set(map(id, base)), ours, theirs), "theirs", clash=False)
    clash = by_ours and by_theirs and second != third
    return Arrangement(
        _on_ours(set(map(id, base)), ours, theirs), "ours" if by_ours else "same", clash
    )


def _on_ours(base: set[int], ours: List[Triple], theirs: List[Triple]) -> tuple[Triple, ...]:
    """Ours in their order; what only theirs has behind the additions of ours at the same spot."""
    old = base | {id(t) for t in theirs}
    top, runs = _runs(ours, theirs)
    mine = {id(t) for t in ours}
    following = next((t for t in theirs if id(t) in mine), None)
    line: list[Triple] = []
    waiting: list[Triple] = []
    for triple in ours:
        if waiting and id(triple) in old:
            line += waiting
            waiting = []
        if triple is following:
            line += top
        line.append(triple)
        waiting = [*waiting, *runs.get(id(triple), ())]
    return (*line, *waiting, *(top if following is None else ()))


def _on_theirs(base: set[int], ours: List[Triple], theirs: List[Triple]) -> tuple[Triple, ...]:
    """Theirs in their order, but for what both added; what ours has more before their additions."""
    mine = {id(t) for t in ours}
    order = [t for t in theirs if id(t) in base or id(t) not in mine]
    top, runs = _runs(order, ours)
    line = [t for triple in order for t in (triple, *runs.get(id(triple), ()))]
    there = {id(t) for t in order}
    following = next((id(t) for t in ours if id(t) in there), None)
    at = next((n for n, t in enumerate(line) if id(t) == following), 0)
    while top and at > 0 and id(line[at - 1]) not in base | mine:
        at -= 1
    return (*line[:at], *top, *line[at:])


def _runs(line: List[Triple], others: List[Triple]) -> tuple[list[Triple], dict[int, list[Triple]]]:
    """What `line` lacks of the others: before their first that it has, and behind each."""
    there = {id(t) for t in line}
    top: list[Triple] = []
    runs: dict[int, list[Triple]] = {}
    run = top
    for triple in others:
        if id(triple) in there:
            run = runs.setdefault(id(triple), [])
        else:
            run.append(triple)
    return top, runs


def recent(
    base: List[Triple], ours: List[Triple], theirs: List[Triple], limit: int | None
) -> tuple[Triple, ...]:
    """The merge of two lists with the most recent first.

    What was opened since is in front, ours first; what one side removed is gone, but not what
    only fell off its end.
    """
    removed = _removed(base, ours, limit) | _removed(base, theirs, limit)
    front = dict.fromkeys(_opened(base, ours) + _opened(base, theirs))
    line = [t for t in dict.fromkeys((*front, *base)) if id(t) not in removed]
    return tuple(line[:limit])


def _removed(base: List[Triple], side: List[Triple], limit: int | None) -> set[int]:
    """What a side took out; of a full list nobody knows whether it did."""
    if limit is not None and len(side) >= limit:
        return set()
    return {id(t) for t in base} - {id(t) for t in side}


def _opened(base: List[Triple], side: List[Triple]) -> list[Triple]:
    """The shortest beginning of `side` behind which the order of the base is kept."""
    place = {id(t): n for n, t in enumerate(base)}
    start = len(side)
    last = len(base)
    while start and place.get(id(side[start - 1]), last) < last:
        start -= 1
        last = place[id(side[start])]
    return list(side[:start])
