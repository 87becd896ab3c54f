"""The order of a merged collection: whose it is, and where what the other side added goes."""

from __future__ import annotations

from collections.abc import Sequence as List
from dataclasses import dataclass

from stui_workspace.merge.engine.matching import Triple


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
    old = [id(t) for t in base if not t.is_note]
    mine = [id(t) for t in ours if not t.is_note]
    others = [id(t) for t in theirs if not t.is_note]
    common = set(old) & set(mine) & set(others)
    first, second, third = (
        [which for which in order if which in common] for order in (old, mine, others)
    )
    by_ours, by_theirs = second != first, third != first
    if by_theirs and not by_ours:
        return Arrangement(_on_theirs(ours, theirs), "theirs", clash=False)
    clash = by_ours and by_theirs and second != third
    return Arrangement(_on_ours(ours, theirs), "ours" if by_ours else "same", clash)


def _on_ours(ours: List[Triple], theirs: List[Triple]) -> tuple[Triple, ...]:
    there = {id(t) for t in ours}
    others = {id(t) for t in theirs}
    line = list(ours)
    placed = set(there)
    for place, triple in enumerate(theirs):
        if id(triple) in there:
            continue
        before = next((t for t in reversed(theirs[:place]) if id(t) in placed), None)
        if before is not None:
            at = _index(line, before) + 1
            while at < len(line) and id(line[at]) not in others and line[at].base is None:
                at += 1
        else:
            after = next((t for t in theirs[place + 1 :] if id(t) in placed), None)
            at = _index(line, after) if after is not None else len(line)
        line.insert(at, triple)
        placed.add(id(triple))
    return tuple(line)


def _on_theirs(ours: List[Triple], theirs: List[Triple]) -> tuple[Triple, ...]:
    mine = {id(t) for t in ours}
    line = [t for t in theirs if t.base is not None or id(t) not in mine]
    placed = {id(t) for t in line}
    there = set(placed)
    for place, triple in enumerate(ours):
        if id(triple) in there:
            continue
        before = next((t for t in reversed(ours[:place]) if id(t) in placed), None)
        if before is not None:
            at = _index(line, before) + 1
        else:
            after = next((t for t in ours[place + 1 :] if id(t) in placed), None)
            at = _index(line, after) if after is not None else 0
            while at > 0 and id(line[at - 1]) not in mine and line[at - 1].base is None:
                at -= 1
        line.insert(at, triple)
        placed.add(id(triple))
    return tuple(line)


def _index(line: List[Triple], triple: Triple) -> int:
    return next(n for n, t in enumerate(line) if t is triple)


def recent(
    base: List[Triple], ours: List[Triple], theirs: List[Triple], limit: int | None
) -> tuple[Triple, ...]:
    """The merge of two lists with the most recent first.

    What was opened since is in front, ours first; what one side removed is gone, but not what
    only fell off its end.
    """
    mine, others = _opened(base, ours), _opened(base, theirs)
    front = [*mine, *(t for t in others if not _has(mine, t))]
    kept = [
        t
        for t in base
        if not _has(front, t)
        and (_has(ours, t) or _is_full(ours, limit))
        and (_has(theirs, t) or _is_full(theirs, limit))
    ]
    return tuple([*front, *kept][:limit])


def _opened(base: List[Triple], side: List[Triple]) -> list[Triple]:
    """The shortest beginning of `side` behind which the order of the base is kept."""
    place = {id(t): n for n, t in enumerate(base)}
    start = len(side)
    last = len(base)
    while start and place.get(id(side[start - 1]), last) < last:
        start -= 1
        last = place[id(side[start])]
    return list(side[:start])


def _has(triples: List[Triple], triple: Triple) -> bool:
    return any(t is triple for t in triples)


def _is_full(side: List[Triple], limit: int | None) -> bool:
    return limit is not None and len(side) >= limit
