"""Who wrote a version, judged by what can be seen of it afterwards. A guess, and used as one."""

from __future__ import annotations

from typing import Final

from stui_workspace.model.records import dataclass
from stui_workspace.storage.generations.store import Origin

FRESH_SECONDS: Final = 1.0
"""An editor's save is seen sooner than that. Sync tools set the time of the sender's save, which is
at least as long ago as the transfer took."""
GIT_SECONDS: Final = 2.0
PLACED_SECONDS: Final = 0.3
"""A file that came so long after it was written was put there whole, with its old time."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was seen of a version when it came. Times are seconds since 1970."""

    now: float
    modified: float | None
    """When the file says that it was written."""
    placed: float | None = None
    """When it came to be where it is, as far as the disk tells."""
    is_watched: bool = True
    """Whether somebody looked all the while, so that `now` is when it came."""
    git_at: float | None = None
    """When git last wrote its index, or moved its head."""
    has_sync_traces: bool = False
    """Whether a sync tool's temporary file of it is there."""
    has_editor_traces: bool = False
    """Whether an editor's lock, backup or temporary file of it is there."""


def origin_of(evidence: Evidence) -> Origin:
    """Who wrote it, at a guess.

    In doubt it is an edit made here: that makes the base of a later merge an older one, which may
    ask too much and never takes anything back.
    """
    modified = evidence.modified
    if modified is None or not evidence.is_watched:
        return Origin.EDITOR
    if evidence.has_sync_traces:
        return Origin.SYNC
    if evidence.git_at is not None and abs(evidence.git_at - modified) <= GIT_SECONDS:
        return Origin.GIT
    if evidence.has_editor_traces:
        return Origin.EDITOR
    if evidence.placed is not None and evidence.placed - modified > PLACED_SECONDS:
        return Origin.SYNC
    return Origin.SYNC if abs(evidence.now - modified) > FRESH_SECONDS else Origin.EDITOR
