"""What is to become of a conflict copy: the decision, from everything that is known of it.

A copy is archived before anything is decided, so nothing here can lose its content; what it must
not do is to take something out of the workspace file that somebody wrote into it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from enum import StrEnum
from typing import Final

from stui_workspace.model.records import dataclass, field
from stui_workspace.model.revision import Revision, revision_of
from stui_workspace.storage.generations.store import Generation, Origin
from stui_workspace.sync.bases import ancestors_of
from stui_workspace.sync.guards import Doubt, doubt_about
from stui_workspace.sync.likeness import strange
from stui_workspace.sync.names import Certainty, Kind, Name

COPIES: Final = 12
"""So many copies may come within `COPIES_SECONDS`; more than that are two programs that keep
answering each other."""
COPIES_SECONDS: Final = 600.0

SETTLE_SECONDS: Final = 1.0
"""How long a copy of our own lies there before it is merged and removed: other machines may still
be fetching it, and are left with half a file where it goes away too soon."""
GONE_SECONDS: Final = 2.0
"""A workspace file that is missing for so long is gone; editors and sync tools take less time."""
AT_ONCE: Final = 2
"""So often the same is done to a copy without waiting; after that, it takes longer each time."""
AGAIN_SECONDS: Final = 60.0
"""How much longer it takes each time that the same copy is to become the workspace file."""

MERGE_NOTE: Final = "merge"
UNDO_NOTE: Final = "undo"
RESTORE_NOTE: Final = "restore"

_WORD: Final = re.compile(r"-([a-z]+)(?:-\d+)?\.[A-Za-z]+\Z")
_BY_HAND: Final = "finder/explorer copy"
"""What the classifier calls the names that file managers give to the copies that a person makes."""


class Action(StrEnum):
    """What became of a copy, or is to become of it."""

    MERGED = "merged"
    """Its changes are in the workspace file now, and it is gone."""
    CONTAINED = "contained"
    """The workspace file had everything of it, and it is gone."""
    ADOPTED = "adopted"
    """It is the workspace file now."""
    ASKED = "asked"
    """What it says is merged but for some places, about which a person is asked; it stays."""
    WAITING = "waiting"
    """It is looked at again later."""
    LEFT = "left"
    """It is none of ours, as far as can be told, and is left alone."""
    FAILED = "failed"
    """It could not be dealt with."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do with a copy. `MERGED` is an order to merge: the merge may come to `ASKED`."""

    action: Action
    reason: str
    due: float | None = None
    """When to look at it again, by our clock; None for no special time."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when a copy is decided on."""

    content: bytes | None
    """Of the workspace file; None where there is none."""
    log: Sequence[Generation]
    """Of the workspace file and its copies, the oldest first."""
    now: float
    patience: float = 0.0
    """Seconds that a copy made by another machine waits for that machine to merge it."""
    undecided: Collection[Revision] = ()
    """Copies of which a person is being asked already."""
    settled: Collection[Revision] = ()
    """Copies about which a person was asked, and has answered."""
    wanted: Collection[str] = ()
    """Names that a person asked for by name."""
    machines: Collection[str] = ()
    """What this and other machines are called, in lower case."""
    tracked: Collection[str] = field(default=())
    """Names that git tracks: files that somebody means to keep."""
    first: str = ""
    """The first by name of the copies that can become the file, where there is none."""
    taken: Sequence[float] = ()
    """When this very copy was taken away before, and came back; the oldest first."""


def verdict_on(name: str, sort: Name, copy: bytes, known: Known) -> Verdict:
    """What to do with a conflict copy.

    Args:
        name: Of the file.
        sort: What its name says.
        copy: Its content, which is archived.
        known: Everything else.
    """
    found = (*_on_a_stranger(name, sort, copy, known), *_on_a_version(name, copy, known))
    verdict = next(one for one in found if one is not None)
    if verdict.action in _TAKING and known.content is not None:
        return _once_more(known.taken, known, "it came back again and again") or verdict
    return verdict


def _on_a_version(name: str, copy: bytes, known: Known) -> Iterator[Verdict | None]:
    """What to do with a version of the workspace: the first verdict that there is."""
    if known.content is None:
        yield _alone(name, copy, known)
        return
    ours, theirs = revision_of(known.content), revision_of(copy)
    if ours == theirs:
        yield Verdict(Action.CONTAINED, "the workspace file says the same")
    if theirs in known.undecided:
        yield Verdict(Action.ASKED, "some places of it wait for you")
    is_taken_back = _is_taken_back(theirs, known.log)
    if is_taken_back and name not in known.wanted:
        yield Verdict(Action.LEFT, "you took its merge back")
    if theirs in known.settled and not is_taken_back:
        yield Verdict(Action.CONTAINED, "you settled it")
    if theirs in ancestors_of(known.log, ours):
        yield Verdict(Action.CONTAINED, "the workspace file was made from it")
    doubt = doubt_about(known.content)
    if doubt is not None:
        yield Verdict(Action.WAITING, f"the workspace file is in doubt: {doubt}")
    yield _too_many(known)
    if ours in ancestors_of(known.log, theirs):
        merged = [one.at for one in known.log if one.revision == theirs and one.note == MERGE_NOTE]
        yield _once_more(merged, known, "it was set aside again and again")
        yield Verdict(Action.ADOPTED, "it was made from what the workspace file says")
    yield _too_early(theirs, known)
    yield Verdict(Action.MERGED, "both sides changed it")


def _alone(name: str, copy: bytes, known: Known) -> Verdict:
    """What to do with a copy where there is no workspace file, which may be on its way.

    Where there are several, each machine could make a file out of another one, and a sync tool
    would find a new conflict: so the first by name is it, and whoever made that.
    """
    if name != known.first:
        return Verdict(Action.WAITING, f"{known.first} becomes the workspace file first")
    if known.patience > 0:
        seen = [one for one in known.log if one.revision == revision_of(copy)]
        is_ours = any(one.origin in _MADE_HERE for one in seen)
        longest = GONE_SECONDS if is_ours else known.patience
        again = [one for one in seen if one.note == MERGE_NOTE][1:]
        longest += len(again) * AGAIN_SECONDS  # a sync tool takes the file away each time
        due = (seen[-1].at if seen else known.now) + longest
        waits = _until(due, known, "the workspace file is not there at the moment", longest)
        if waits is not None:
            return waits
    return Verdict(Action.ADOPTED, "there is no workspace file, and this is a version of it")


def _on_a_stranger(name: str, sort: Name, copy: bytes, known: Known) -> Iterator[Verdict | None]:
    """Why it is left alone; nothing for a version of the workspace."""
    is_wanted = name in known.wanted
    is_certain = is_wanted or sort.certainty is Certainty.STRONG
    if sort.kind is not Kind.CONFLICT and not is_wanted:
        yield Verdict(Action.LEFT, "its name is no conflict copy's that stui knows")
    if not is_certain and sort.tool == _BY_HAND:
        yield Verdict(Action.LEFT, "a person made this copy")
    if not is_certain and _is_word(name, known.machines):
        yield Verdict(Action.LEFT, "its name may be one that a person gave it")
    if not is_certain and name in known.tracked:
        yield Verdict(Action.LEFT, "git tracks it: somebody means to keep it")
    doubt = doubt_about(copy)
    if doubt in (Doubt.EMPTY, Doubt.MARKED):
        yield Verdict(Action.LEFT, str(doubt))
    against = strange(copy, known.content, closely=not is_certain)
    if against is not None:
        yield Verdict(Action.LEFT, str(against))


def can_stand_alone(copy: bytes) -> bool:
    """Whether a copy can become the workspace file where there is none."""
    return doubt_about(copy) is None and strange(copy, None) is None


def _is_word(name: str, machines: Collection[str]) -> bool:
    """Whether the tail of a name is a plain word, as in `-prod.yaml`, and no machine's name."""
    found = _WORD.search(name)
    return found is not None and found[1] not in machines


def _is_taken_back(theirs: Revision, log: Sequence[Generation]) -> bool:
    """Whether the last that was done with it was that a person undid its merge."""
    done = [
        one.note
        for one in log
        if (one.origin is Origin.SELF and theirs in one.parents) or one.note == undo_note(theirs)
    ]
    return bool(done) and done[-1] == undo_note(theirs)


def undo_note(theirs: Revision) -> str:
    """How the log says that the merge of a copy was taken back."""
    return f"{UNDO_NOTE} {theirs}"


def _too_early(theirs: Revision, known: Known) -> Verdict | None:
    """Why it is too early to merge; None if it is not."""
    if known.patience <= 0:
        return None
    seen = [one.at for one in known.log if one.revision == theirs and one.origin is Origin.COPY]
    first = seen[-1] if seen else known.now
    if any(one.revision == theirs and one.origin in _MADE_HERE for one in known.log):
        return _until(first + SETTLE_SECONDS, known, "the sync tool may be at it", SETTLE_SECONDS)
    why = "the machine that made it may merge it first"
    return _until(first + known.patience, known, why, known.patience)


def _once_more(times: Sequence[float], known: Known, why: str) -> Verdict | None:
    """Why it is too early to do again what was done at those times; None if it is not.

    Where a sync tool takes it back each time, because several machines do the same at the same
    moment, one of them has to do it alone. Each has a patience of its own, so that the longer they
    wait, the farther they are apart.
    """
    if known.patience <= 0 or len(times) < AT_ONCE:
        return None
    longest = known.patience * (len(times) - AT_ONCE + 1)
    return _until(times[-1] + longest, known, why, longest)


def _too_many(known: Known) -> Verdict | None:
    """That so many copies came that it is better to wait; None where it is not."""
    if known.patience <= 0:
        return None
    copies = {one.revision: one.at for one in known.log if one.origin is Origin.COPY}
    recent = sorted(at for at in copies.values() if 0 <= known.now - at < COPIES_SECONDS)
    if len(recent) > COPIES:
        return Verdict(
            Action.WAITING,
            f"{len(recent)} copies came within minutes: two programs may be answering each other",
            due=recent[-1 - COPIES] + COPIES_SECONDS,
        )
    return None


def _until(due: float, known: Known, why: str, longest: float) -> Verdict | None:
    """That it waits until `due`; None where that is past, or but for a clock put back would be."""
    if known.now < due <= known.now + longest:
        return Verdict(Action.WAITING, why, due)
    return None


_TAKING: Final = (Action.MERGED, Action.CONTAINED, Action.ADOPTED)
"""Those that end with the copy taken away."""
_MADE_HERE: Final = (Origin.SELF, Origin.EDITOR)
