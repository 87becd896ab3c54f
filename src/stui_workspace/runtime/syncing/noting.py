"""Keeping every version of the workspace file that we see or write, before anything is done."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from stui_workspace.errors import StorageError
from stui_workspace.model.records import dataclass, field
from stui_workspace.model.revision import Revision, revision_of
from stui_workspace.repository.standing import last_written, repository_of
from stui_workspace.runtime.leaking import without_leaks
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.syncing.neighbours import Neighbours
from stui_workspace.storage.generations.store import Generation, GenerationStore, Origin
from stui_workspace.storage.project import Project
from stui_workspace.sync.guards import Doubt, doubt_about
from stui_workspace.sync.origins import Evidence, origin_of


def generations_of(root: Path, services: Services) -> GenerationStore:
    """Where the versions of the files below `root` are kept."""
    return GenerationStore(services.locations.workspace(root), services.fs)


def forget_old(root: Path, services: Services) -> None:
    """Let the oldest versions go that nobody keeps any more; they stay where that cannot be done.

    What a person is being asked about is kept as long as it is asked.
    """
    folder = services.locations.workspace(root)
    with suppress(StorageError, OSError):
        if services.fs.names(folder.generations):
            pinned = _asked_about(root, services) if services.fs.names(folder.conflicts) else set()
            generations_of(root, services).prune(services.clock(), pinned)


def _asked_about(root: Path, services: Services) -> set[Revision]:
    from stui_workspace.storage.conflicts.store import ConflictStore

    kept = ConflictStore(services.locations.workspace(root), services.fs).find().records
    sides = [one.record.sides for one in kept if one.record.is_open]
    return {revision_of(s) for one in sides for s in (one.base, one.ours, one.theirs)}


def note_own(
    path: Path, root: Path, before: bytes | None, after: bytes, services: Services
) -> None:
    """Keep what we are about to write to a file of the project, and what it was made from.

    Called before the writing, so that our own version is known however early it is seen. That it
    could not be kept is no reason not to write: people then have what they had without it.
    """
    with suppress(StorageError):
        before = None if before is None else without_leaks(before)
        after = without_leaks(after)
        store, now = generations_of(root, services), services.clock()
        parents: tuple[Revision, ...] = ()
        if before is not None:
            parents = (revision_of(before),)
            if not any(one.revision == parents[0] for one in store.log(path.name)):
                written = min(modified(path) or now, now)
                store.put(Generation(path.name, parents[0], Origin.EDITOR, written), before)
        own = Generation(path.name, revision_of(after), Origin.SELF, now, parents)
        store.put(own, after)


@dataclass
class Notebook:
    """The versions of one workspace file, as one pass reads and adds to them."""

    store: GenerationStore
    file: str
    services: Services
    log: list[Generation] = field(default_factory=list)
    is_read_only: bool = False

    @classmethod
    def of(cls, project: Project, file: Path, services: Services, *, check: bool) -> Notebook:
        """The notebook of a file.

        Raises:
            DiskError: What is kept cannot be read.
        """
        store = generations_of(project.root, services)
        return cls(store, file.name, services, list(store.log(file.name)), check)

    def knows(self, revision: Revision) -> bool:
        return any(one.revision == revision for one in self.log)

    def note(
        self,
        content: bytes,
        origin: Origin,
        *,
        parents: tuple[Revision, ...] = (),
        note: str = "",
        at: float | None = None,
    ) -> Revision:
        """Keep a version, and return the revision under which it is kept.

        One that is kept already is not kept again. A secret in it is not kept: then the revision
        is that of the version without.

        Raises:
            DiskError: It was not kept.
        """
        content = without_leaks(content)
        revision = revision_of(content)
        one = Generation(
            self.file, revision, origin, self.services.clock() if at is None else at, parents, note
        )
        if not self.is_read_only and not self.store.put(one, content):
            return revision
        self.log.append(one)
        return revision

    def see(self, content: bytes, around: Neighbours, *, is_watched: bool) -> None:
        """Keep what the file says now, if it says something, with a guess at who wrote it.

        Raises:
            DiskError: It was not kept.
        """
        head = next((one for one in reversed(self.log) if one.origin is not Origin.COPY), None)
        if head is not None and head.revision == revision_of(content):
            return
        content = without_leaks(content)
        revision = revision_of(content)
        if head is not None and head.revision == revision:
            return
        if doubt_about(content) not in (None, Doubt.MARKED):
            return
        known = [one for one in self.log if one.revision == revision and one.origin is Origin.SELF]
        if known:  # our own, which came back by whatever way
            self.note(content, Origin.SELF, parents=known[-1].parents)
            return
        evidence = _evidence(around, self.services, is_watched=is_watched)
        written, at = evidence.modified, None
        if not is_watched and written is not None and written < evidence.now:
            at = written  # nobody was here when it came
        self.note(content, origin_of(evidence), at=at)

    def content(self, revision: Revision) -> bytes | None:
        """The bytes of a version; None where they are lost."""
        with suppress(StorageError):
            return self.store.read(revision)
        return None


def _evidence(around: Neighbours, services: Services, *, is_watched: bool) -> Evidence:
    repository = repository_of(around.file.parent)
    now, status = services.clock(), _status(around.file)
    placed = None if status is None else status.st_ctime
    is_known = placed is not None and abs(now - placed) < _CLOCKS_AGREE
    return Evidence(
        now=now,
        modified=None if status is None else status.st_mtime,
        placed=placed if is_known else None,
        is_watched=is_watched,
        git_at=None if repository is None else last_written(repository),
        has_sync_traces=any(map(around.is_fresh(now), around.sync_traces)),
        has_editor_traces=around.has_editor_traces,
    )


_CLOCKS_AGREE = 3600.0
"""Seconds by which the disk's clock may differ from ours to tell us anything."""


def modified(file: Path) -> float | None:
    """When a file says that its content was written; None where it does not tell."""
    status = _status(file)
    return None if status is None else status.st_mtime


def _status(file: Path) -> os.stat_result | None:
    with suppress(OSError):
        return os.stat(file)  # noqa: PTH116 (through a link: it is the content's time)
    return None
