"""What two versions began from, as far as this machine's own log of versions can tell.

Never the last content seen: when a sync tool resolves a conflict, the winner comes first and the
loser beside it, and a base that is one of the two takes the other's changes back. An older version
is safe: at worst it asks too much. So there are two, and only what both lead to is done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stui_workspace.model.revision import Revision
from stui_workspace.storage.generations.store import Generation, Origin

_REMOTE = (Origin.SYNC, Origin.GIT)


def bases_of(
    log: Sequence[Generation],
    ours: Revision,
    theirs: Revision,
    *,
    written: float | None = None,
) -> tuple[Revision, ...]:
    """The revisions to merge against, the likeliest first: none, one, or two.

    They are the last version that came from another machine before either of the two was there,
    and the oldest one that is kept.

    Args:
        log: Of the file, the oldest first.
        ours: What the file says.
        theirs: What the conflict copy says.
        written: When the older of the two says that it was written, in seconds since 1970. What
            was seen here only later may be of the other branch: a machine that is new to the
            folder has seen nothing else.
    """
    before = [one for one in _before((ours, theirs), log) if written is None or one.at <= written]
    remote = [one.revision for one in before if one.origin in _REMOTE]
    chosen = dict.fromkeys((*remote[-1:], *(one.revision for one in before[:1])))
    return tuple(one for one in chosen if one not in (ours, theirs))


def ancestors_of(log: Iterable[Generation], revision: Revision) -> frozenset[Revision]:
    """Every version that is known for sure to be part of this one; not itself.

    Only what we wrote ourselves has parents. That a version came after another says nothing: it
    may have come from another machine, whose author never saw the other.
    """
    parents: dict[Revision, set[Revision]] = {}
    for one in log:
        parents.setdefault(one.revision, set()).update(one.parents)
    found: set[Revision] = set()
    left = [revision]
    while left:
        new = parents.get(left.pop(), set()) - found
        found |= new
        left.extend(new)
    return frozenset(found - {revision})


def _before(pair: tuple[Revision, Revision], log: Sequence[Generation]) -> tuple[Generation, ...]:
    """What was logged before either of the two was, be it as a copy."""
    seen: list[Generation] = []
    for one in log:
        if one.revision in pair:
            break
        if one.origin is not Origin.COPY:
            seen.append(one)
    return tuple(seen)
