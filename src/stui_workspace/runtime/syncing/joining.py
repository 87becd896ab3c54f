"""Putting a copy into the workspace file: merge, write, and only then take the copy away."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from stui_workspace.errors import DiskError, StaleRevisionError
from stui_workspace.merge import Labels, Policy, Take, merge3
from stui_workspace.model.records import replace
from stui_workspace.model.revision import revision_of
from stui_workspace.repository.standing import repository_of, stages_of
from stui_workspace.runtime.leaking import refuse_new_leaks
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.settling.keeping import keep_merge
from stui_workspace.runtime.syncing.attention import Copy
from stui_workspace.runtime.syncing.claiming import claimed_base, sync_wishes
from stui_workspace.runtime.syncing.noting import Notebook, modified
from stui_workspace.runtime.writing import write
from stui_workspace.storage.conflicts.records import Sides
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.generations.store import Origin
from stui_workspace.storage.project import Project
from stui_workspace.sync.bases import bases_of
from stui_workspace.sync.consensus import agreed_base
from stui_workspace.sync.copies import MERGE_NOTE, Action
from stui_workspace.sync.guards import doubt_about, has_shrunk

_ANSWERS: Final = {"ours": Take.OURS, "theirs": Take.THEIRS}


class Joiner:
    """Carries out one verdict."""

    def __init__(self, project: Project, services: Services, book: Notebook, file: Path) -> None:
        self._project = project
        self._services = services
        self._book = book
        self._file = file
        self.wrote = False
        """Whether the workspace file has a new content."""

    def join(self, copy: Copy, content: bytes, ours: bytes | None) -> Copy:
        """The copy after it was dealt with as its action says.

        Raises:
            StorageError: Something was not written or not taken away; nothing is lost.
        """
        match copy.action:
            case Action.ADOPTED:
                self._write(ours, content)
            case Action.MERGED if ours is not None:
                copy = self._merged(copy, ours, content)
        if not copy.is_there:
            self._remove(copy.name, content)
        return copy

    def _merged(self, copy: Copy, ours: bytes, theirs: bytes) -> Copy:
        policy = Policy.published()
        times = [modified(one) for one in (self._project.root / copy.name, self._file)]
        written = min((one for one in times if one is not None), default=None)
        sides = Sides(self._base(ours, theirs, written, policy), ours, theirs)
        result = merge3(sides.base, ours, theirs, policy)
        answer = _ANSWERS.get(str(sync_wishes(ours).get("conflicts")))
        if result.conflicts and answer is not None:
            choices = {str(one.path): answer for one in result.conflicts}
            result = merge3(sides.base, ours, theirs, policy, choices=choices)
        if result.is_clean:
            self._write(ours, result.text, theirs)
            if result.text == ours:
                return replace(copy, action=Action.CONTAINED, reason=_NOTHING_NEW)
            return copy
        self._note(result.text, ours, theirs)
        kept = keep_merge(
            self._file,
            self._project.root,
            sides,
            self._services,
            labels=Labels(self._file.name, "as far as is known", copy.name),
            expected=revision_of(ours),
        )
        self.wrote = self.wrote or kept.text != ours
        paths = tuple(str(one.path) for one in kept.left)
        count = len(paths)
        reason = f"{count} place{'s' * (count != 1)} of it wait{'s' * (count == 1)} for you"
        return replace(copy, action=Action.ASKED, reason=reason, conflicts=paths)

    def _base(self, ours: bytes, theirs: bytes, written: float | None, policy: Policy) -> bytes:
        """What both began from, as far as anybody can tell; empty where nobody can."""
        if repository_of(self._project.root) is not None:
            stages = stages_of(self._project.root, self._file.name)
            if stages is not None and stages.base is not None:
                return stages.base
        if has_shrunk(ours, theirs) or has_shrunk(theirs, ours):
            return b""  # one of them may have been cut off: nothing is deleted because of that
        claimed = claimed_base(
            self._project.root, revision_of(ours), revision_of(theirs), self._services
        )
        known = None if claimed is None else self._book.content(claimed)
        if known is not None and doubt_about(known) is None:
            return known
        found = bases_of(self._book.log, revision_of(ours), revision_of(theirs), written=written)
        contents = [self._book.content(one) for one in found]
        usable = [one for one in contents if one is not None and doubt_about(one) is None]
        return agreed_base(usable, ours, theirs, policy)

    def _note(self, text: bytes, ours: bytes, theirs: bytes) -> None:
        """Note what is about to be written: so it is known for ours, however early it is seen."""
        parents = (revision_of(ours), revision_of(theirs))
        if text != ours:
            self._book.note(text, Origin.SELF, parents=parents, note=MERGE_NOTE)

    def _write(self, ours: bytes | None, text: bytes, theirs: bytes | None = None) -> None:
        if text == ours:
            return
        refuse_new_leaks(self._file, ours, text)
        if theirs is None:
            self._book.note(text, Origin.SELF, note=MERGE_NOTE)
        else:
            self._note(text, ours or b"", theirs)
        expected = None if ours is None else revision_of(ours)
        write(self._file, self._project.root, text, expected, self._services)
        self.wrote = True

    def _remove(self, name: str, content: bytes) -> None:
        """Take the copy away, if it still says what was merged and the merge is in the file."""
        path = self._project.root / name
        with explained(path):
            found = self._services.fs.read(path)
        if found is None:
            return
        if found != content:
            raise StaleRevisionError(path, expected=revision_of(content), found=revision_of(found))
        if self._book.content(revision_of(content)) != content:
            raise DiskError(path, "it stays, because its content is not kept anywhere else")
        with explained(path):
            self._services.fs.remove(path)
        taken = self._services.taken_away.setdefault((path, revision_of(content)), [])
        taken.append(self._services.clock())


_NOTHING_NEW: Final = "the workspace file had everything of it"
