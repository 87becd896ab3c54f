"""The generations of a workspace's files: every version that this machine saw or wrote.

A content is stored under its own hash before a line of the log names it, and deleted only after
the last line that names it is gone. Whoever writes holds the lock: naming a content while another
deletes it would lose it, and an append that fails takes back whatever was appended after it began.

Where the lock cannot be had, because its holder hangs or there is no place for it, a version is put
aside: into a file of its own, content and all. Nobody deletes one before it is in the log, and a
holder of the lock knows those only that were there when it began; so nothing that such a holder
still does can lose it, whenever it goes on. The next one who gets the lock takes it into the log.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack, suppress
from typing import Final

from stui_workspace.errors import DiskError, LockTimeoutError, NotFoundError, StorageError
from stui_workspace.model.revision import Revision, revision_of
from stui_workspace.storage.atomic import sweep
from stui_workspace.storage.blobs import DAMAGED_NEXT_STEP, BlobStore, check_size, is_revision
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem
from stui_workspace.storage.generations.asides import Aside, Asides
from stui_workspace.storage.generations.log import (
    Entry,
    Generation,
    GenerationLog,
    Known,
    Line,
    Origin,
    line_with,
)
from stui_workspace.storage.generations.retention import TOTAL_BYTES, kept
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.lock import hold

PATIENCE: Final = 2.0
"""Seconds to wait for the lock before a version is put aside."""
LOG_NAME: Final = "log.jsonl"
LOCK_NAME: Final = "generations.lock"

_NAMED: Final = re.compile(rb"[0-9a-f]{32}")
"""What may be the name of a content, in a line that only a newer stui understands."""


class GenerationStore:
    """The generations of one workspace. Several programs may have one at the same time.

    A store remembers what it read, and looks again at what has changed only. It is for one thread.
    """

    def __init__(
        self, folder: WorkspaceFolder, fs: FileSystem | None = None, *, patience: float = PATIENCE
    ) -> None:
        fs = fs or RealFileSystem()
        self._folder = folder.generations
        self._lock = folder.locks / LOCK_NAME
        self._patience = patience
        self._log = GenerationLog(self._folder / LOG_NAME, fs)
        self._blobs = BlobStore(self._folder / "blobs", fs)
        self._asides = Asides(self._folder / "asides", fs)
        self._whole: set[Revision] = set()
        """Contents that were there and undamaged when we looked."""

    def put(self, generation: Generation, content: bytes) -> bool:
        """Keep a version, durably when this returns, and return whether it is news.

        It is none where the newest entry of the file says the same already; of a conflict copy,
        where any entry does. The content is there then, too: a damaged one is written anew.

        Raises:
            DiskError: It was not kept, or is larger than 4 MiB. What was kept before still is.
            ValueError: `content` is not of that revision, or the log could not say so.
        """
        check_size(generation.file, content)
        if revision_of(content) != generation.revision:
            raise ValueError(f"not the content of {generation.revision}")
        line_with(Entry(generation, 0))
        if self._stands_for_sure(generation) and self._is_whole(content):
            return False
        with ExitStack() as stack:
            try:
                stack.enter_context(hold(self._lock, self._patience))
            except StorageError:
                return self._put_aside(generation, content)
            if self._take_in_asides():
                return self._put(generation, content)
        return self._put_aside(generation, content)  # after the others

    def log(self, file: str | None = None) -> tuple[Generation, ...]:
        """The versions of a file, or of all files, in the order in which they were put.

        Raises:
            DiskError: The log cannot be read.
        """
        known, asides = self._look()
        entries = [*known.entries, *(aside.entry for aside in asides)]
        return tuple(
            entry.generation for entry in entries if file is None or entry.generation.file == file
        )

    def read(self, revision: Revision) -> bytes:
        """The content of that revision, and never any other bytes.

        Raises:
            NotFoundError: It was never put, or is pruned.
            DiskError: It is damaged or missing, or cannot be read.
        """
        if not is_revision(revision):
            raise _unknown(revision)
        damage: DiskError | None = None
        for look in (self._blobs.read, self._asides.content_of, self._blobs.read):
            try:  # again, because an aside may have become a blob between the two
                content = look(revision)
            except DiskError as error:
                damage = error
                continue
            if content is not None:
                return content
        if damage is not None:
            raise damage
        if all(one.revision != revision for one in self.log()):
            raise _unknown(revision)
        raise DiskError(
            self._blobs.path_of(revision), "the stored content is missing", DAMAGED_NEXT_STEP
        )

    def prune(self, now: float, pinned: Collection[Revision] = ()) -> int:
        """Forget the versions that need not be kept, and return how many.

        Nothing is forgotten while another stui writes: it is its turn then.

        Args:
            now: The time.
            pinned: What must stay, however old it is and whatever it takes.

        Raises:
            DiskError: Nothing was forgotten; also where there can be no lock.
        """
        with ExitStack() as stack:
            try:
                stack.enter_context(hold(self._lock, self._patience))
            except LockTimeoutError:
                return 0
            self._take_in_asides()
            count, left = self._forget(now, pinned)
            sweep(self._folder, now)
            self._asides.sweep(now)
            self._blobs.sweep(_named_in(left), now)
        return count

    def _look(self) -> tuple[Known, list[Aside]]:
        """The log, and what is not in it yet. Asides first: they leave only for the log."""
        asides = self._asides.find()
        known = self._log.known()
        return known, [aside for aside in asides if aside.entry.tag not in known.tags]

    def _stands_for_sure(self, generation: Generation) -> bool:
        """Whether it is there already, and nobody can be pruning it at this moment.

        Nobody prunes the newest version of a file, nor an aside. A conflict copy that is in the
        log can be pruned; whether it stands is known under the lock only.
        """
        known, asides = self._look()
        late = Known.of(aside.entry for aside in asides)
        if generation.origin is Origin.COPY or generation.file in late.heads:
            return late.says(generation)
        return known.says(generation)

    def _is_whole(self, content: bytes) -> bool:
        revision = revision_of(content)
        if revision in self._whole:
            return True
        if self._blobs.holds(content) or self._asides.content_of(revision) is not None:
            self._whole.add(revision)
            return True
        return False

    def _put(self, generation: Generation, content: bytes) -> bool:
        packed_bytes = self._blobs.keep(content)
        self._whole.add(generation.revision)
        if self._log.known().says(generation):
            return False
        self._log.append(Entry(generation, packed_bytes))
        return True

    def _put_aside(self, generation: Generation, content: bytes) -> bool:
        self._asides.add(generation, content)
        return True

    def _take_in_asides(self) -> bool:
        """Take the asides into the log in their order, and return whether all are in it now.

        Also one that says what an old line says already: the old line may be about to go.
        """
        for aside in self._asides.find():
            opened = self._asides.open(aside.name)
            if opened is None:
                continue
            entry, content = opened
            try:
                self._blobs.keep(content)
                if entry.tag not in self._log.known().tags:
                    self._log.append(entry)
            except StorageError:
                return False
            with suppress(StorageError):
                self._asides.remove(aside.name)
        return True

    def _forget(self, now: float, pinned: Collection[Revision]) -> tuple[int, Sequence[Line]]:
        """How many versions were forgotten, and the lines that are left."""
        lines, damaged_count = self._log.lines()
        left = kept(lines, now, pinned, TOTAL_BYTES)
        if len(left) == len(lines) and not damaged_count:
            return 0, lines
        self._log.replace(left)
        self._whole.clear()
        self._blobs.remove(_named_in(lines) - _named_in(left))
        return len(lines) - len(left), left


def _named_in(lines: Iterable[Line]) -> frozenset[Revision]:
    """The contents of the lines; of one that only a newer stui understands, all it may mean."""
    found: set[Revision] = set()
    for line in lines:
        if line.entry is not None:
            found.add(line.entry.generation.revision)
        else:
            found.update(Revision(name.decode()) for name in _NAMED.findall(line.text))
    return frozenset(found)


def _unknown(revision: Revision) -> NotFoundError:
    return NotFoundError("version", revision, "`stui sync log` lists the versions that are kept")


__all__ = [
    "PATIENCE",
    "Generation",
    "GenerationStore",
    "Origin",
]
