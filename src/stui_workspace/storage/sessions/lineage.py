"""Where a session's texts come from, when several machines go on with one another's sessions.

Kept on this machine, one file for each session: which copy of it lies beside the workspace, what
it took over from other machines, and the revisions of texts that its own texts are newer than.
With the same knowledge in every copy, going on elsewhere and coming back finds the newer text
instead of two that differ.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from math import isfinite
from pathlib import Path

from stui_workspace.model.records import dataclass, field, replace
from stui_workspace.model.revision import Revision, revision_of
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem
from stui_workspace.storage.locations import WorkspaceFolder

_LIMIT = 4 << 20
_COPY_BYTES = 64 << 20
"""Many times what we write into a copy."""
_MOST_TAKEN = 20
_MOST_REVISIONS = 50
"""Of one buffer; one is added each time that a machine goes on with another's session."""

After = Mapping[str, tuple[Revision, ...]]
"""By buffer: the texts that were there before its own, here or on another machine."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken over from a session of another machine, the last time."""

    writer: str
    """The id of that machine."""
    session: str
    saved: float
    """By the clock of that machine."""
    texts: Mapping[str, Revision] = field(default_factory=dict)
    """The text of each buffer as it was then."""


@dataclass(frozen=True, slots=True)
class Lineage:
    file: str = ""
    """The path of the session's copy; empty where there is none."""
    revisions: tuple[Revision, ...] = ()
    """What we wrote into it: the last time, or the time before if the last one failed."""
    saved: float = 0.0
    """When the session was saved that we wrote there."""
    after: After = field(default_factory=dict)
    taken: tuple[Taken, ...] = ()

    @property
    def origins(self) -> tuple[tuple[str, str], ...]:
        """Machine and name of each session that this one goes on with."""
        return tuple((one.writer, one.session) for one in self.taken)

    def taken_from(self, writer: str, session: str) -> Taken | None:
        """What was taken over from that session before."""
        return next((t for t in self.taken if (t.writer, t.session) == (writer, session)), None)

    def with_taken(self, taken: Taken, after: After) -> Lineage:
        """The lineage after one more take-over."""
        others = [
            one for one in self.taken if one.session != taken.session or one.writer != taken.writer
        ]
        return replace(self, taken=(*others, taken)[-_MOST_TAKEN:], after=after)


def joined(*lists: Iterable[Revision]) -> tuple[Revision, ...]:
    """All revisions, each once; of too many the oldest go."""
    return tuple(dict.fromkeys(one for some in lists for one in some))[-_MOST_REVISIONS:]


def load_lineage(folder: WorkspaceFolder, session: str, fs: FileSystem) -> Lineage:
    """What is known of a session; a damaged file knows nothing.

    Raises:
        DiskError: It cannot be read.
    """
    path = folder.lineage_of(session)
    with explained(path):
        content = fs.read(path, _LIMIT)
    try:
        found = json.loads(content or b"null")
    except (ValueError, RecursionError):
        found = None
    return _lineage_of(found) if isinstance(found, dict) else Lineage()


def save_lineage(folder: WorkspaceFolder, session: str, lineage: Lineage, fs: FileSystem) -> None:
    """Keep it, durably.

    Raises:
        DiskError: It was not kept.
    """
    content = json.dumps(asdict(lineage), sort_keys=True, default=dict)
    save_own(fs, folder.lineage_of(session), content.encode("ascii"))


def forget_copy(folder: WorkspaceFolder, session: str, fs: FileSystem) -> None:
    """Delete the session's copy beside the workspace, if it is still as we wrote it.

    Raises:
        DiskError: It cannot be deleted.
    """
    lineage = load_lineage(folder, session, fs)
    if lineage.file:
        path = Path(lineage.file)
        with explained(path):
            content = fs.read(path, _COPY_BYTES)  # one that has more is not as we wrote it
            if content is not None and revision_of(content) in lineage.revisions:
                fs.remove(path)


def revisions_by_buffer(value: object) -> dict[str, tuple[Revision, ...]]:
    """The revisions of each buffer in a plain value from outside, as far as it has any."""
    if not isinstance(value, Mapping):
        return {}
    return {
        name: joined(Revision(one) for one in some[-_MOST_REVISIONS:] if isinstance(one, str))
        for name, some in value.items()
        if isinstance(name, str) and isinstance(some, list)
    }


def _lineage_of(found: Mapping[str, object]) -> Lineage:
    file, saved, revisions, taken = (
        found.get(key) for key in ("file", "saved", "revisions", "taken")
    )
    return Lineage(
        file if isinstance(file, str) else "",
        tuple(Revision(one) for one in revisions if isinstance(one, str))
        if isinstance(revisions, list)
        else (),
        _number(saved),
        revisions_by_buffer(found.get("after")),
        tuple(_taken_of(one) for one in taken if isinstance(one, dict))
        if isinstance(taken, list)
        else (),
    )


def _taken_of(found: Mapping[str, object]) -> Taken:
    texts = found.get("texts")
    return Taken(
        str(found.get("writer", "")),
        str(found.get("session", "")),
        _number(found.get("saved")),
        {
            name: Revision(one)
            for name, one in (texts.items() if isinstance(texts, dict) else ())
            if isinstance(one, str)
        },
    )


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) and isfinite(value) else 0.0
