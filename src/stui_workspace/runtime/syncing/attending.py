"""One pass: note what the file says, keep what its copies say, and put together what belongs so."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from typing import Final

from stui_workspace.errors import LockTimeoutError, StorageError, StuiError
from stui_workspace.model.revision import revision_of
from stui_workspace.repository.standing import is_at_work, repository_of, tracked_in
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.settling.standing import read_file
from stui_workspace.runtime.syncing.attention import Attention, Copy
from stui_workspace.runtime.syncing.claiming import claim, wants_claims
from stui_workspace.runtime.syncing.joining import Joiner
from stui_workspace.runtime.syncing.neighbours import COPY_BYTES, Neighbours, neighbours_of
from stui_workspace.runtime.syncing.noting import Notebook
from stui_workspace.runtime.syncing.questions import Questions, questions_about
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.generations import Origin
from stui_workspace.storage.lock import hold
from stui_workspace.storage.project import Project
from stui_workspace.sync.copies import Action, Known, Verdict, verdict_on
from stui_workspace.sync.names import Certainty, Name

AGAIN_SECONDS: Final = 1.0
"""When to look again after something was in the way for a moment."""
LOCK_SECONDS: Final = 10.0
_NO_PATIENCE: Final = 0.0


def attend(
    project: Project,
    services: Services,
    *,
    patience: float = _NO_PATIENCE,
    check: bool = False,
    wanted: Collection[str] = (),
) -> Attention:
    """What became of the workspace file and its copies in one pass.

    Never raises for what is on the disk.

    Args:
        project: Where to look. Its file need not be there.
        services: The disk, the clock, and where things are kept.
        patience: Seconds that a copy which another machine made is left to that machine, counted
            from when it was first seen. 0 where nobody looked until now, or a person asked.
        check: Write nothing at all; the actions are then those that would be taken.
        wanted: Names of copies to merge although they look like somebody's own files.
    """
    guard = services.locations.workspace(project.root).locks / "sync.lock"
    try:
        with nullcontext() if check else hold(guard, 0.0 if patience else LOCK_SECONDS):
            around = neighbours_of(project, services)
            passing = _Pass(project, services, around, (patience, check, wanted))
            return passing.run()
    except LockTimeoutError:
        due = services.clock() + AGAIN_SECONDS
        return Attention(project.file, due=due, problems=() if patience else (_BUSY,))
    except StorageError as error:
        return Attention(project.file, problems=(str(error),))


_BUSY: Final = "another stui is at it for this project at the moment"


@dataclass(slots=True)
class _State:
    wrote: bool = False
    due: float | None = None

    def later(self, due: float | None) -> None:
        if due is not None:
            self.due = due if self.due is None else min(self.due, due)


class _Pass:
    def __init__(
        self,
        project: Project,
        services: Services,
        around: Neighbours,
        wish: tuple[float, bool, Collection[str]],
    ) -> None:
        self._project = project
        self._services = services
        self._around = around
        self._patience, self._check, self._wanted = wish
        self._book = Notebook.of(project, around.file, services, check=self._check)
        self._state = _State()
        self._problems: list[str] = []
        self._tracked: Collection[str] | None = None

    def run(self) -> Attention:
        self._archive()
        content = self._content()
        if content is not None:
            try:
                self._book.see(content, self._around, is_watched=self._patience > 0)
            except StorageError as error:
                self._problems.append(str(error))
        copies = tuple(self._copy(name, sort) for name, sort in self._around.copies)
        if not self._check and wants_claims(content):
            claim(self._project.root, self._book.log, self._services)
        file = self._around.file
        is_file = self._around.is_there or self._state.wrote or bool(copies)
        return Attention(
            file if is_file else None,
            copies,
            self._state.wrote,
            self._state.due,
            tuple(self._problems),
        )

    def _archive(self) -> None:
        """Keep what the copies say, before anything else.

        Some tools delete what they have put aside. And what is noted after a copy was there is no
        version that it could have begun from.
        """
        for name, sort in self._around.copies:
            if self._is_certain(name, sort):
                with suppress(StuiError):  # it is told when the copy is dealt with
                    content = self._read(name)
                    if content is not None and len(content) <= COPY_BYTES:
                        self._book.note(content, Origin.COPY, note=name)

    def _is_certain(self, name: str, sort: Name) -> bool:
        return sort.certainty is Certainty.STRONG or name in self._wanted

    def _read(self, name: str) -> bytes | None:
        path = self._project.root / name
        with explained(path):
            return self._services.fs.read(path, COPY_BYTES + 1)

    def _content(self) -> bytes | None:
        """What the workspace file says now; None where it is not there."""
        return read_file(self._around.file, self._project.root, self._services)

    def _copy(self, name: str, sort: Name) -> Copy:
        try:
            return self._dealt_with(name, sort)
        except StuiError as error:
            self._state.later(self._services.clock() + AGAIN_SECONDS)
            return Copy(name, sort, Action.FAILED, str(error))

    def _dealt_with(self, name: str, sort: Name) -> Copy:
        content = self._read(name)
        if content is None:
            return Copy(name, sort, Action.CONTAINED, "it went away by itself")
        if len(content) > COPY_BYTES:
            return Copy(name, sort, Action.LEFT, "it is too large to be a workspace file")
        revision = revision_of(content)
        verdict = verdict_on(name, sort, content, self._known(sort))
        if self._is_certain(name, sort) or verdict.action is not Action.LEFT:
            self._book.note(content, Origin.COPY, note=name)
        verdict = self._held_up(verdict)
        self._state.later(verdict.due)
        copy = Copy(name, sort, verdict.action, verdict.reason, revision=revision)
        if self._check or copy.is_there:
            return replace(copy, conflicts=self._questions().asked.get(revision, ()))
        joiner = Joiner(self._project, self._services, self._book, self._around.file)
        done = joiner.join(copy, content, self._content())
        self._state.wrote = self._state.wrote or joiner.wrote
        return done

    def _known(self, sort: Name) -> Known:
        if sort.certainty is not Certainty.STRONG and self._tracked is None:
            weak = [n for n, s in self._around.copies if s.certainty is not Certainty.STRONG]
            self._tracked = tracked_in(self._project.root, weak)
        questions = self._questions()
        return Known(
            self._content(),
            self._book.log,
            self._services.clock(),
            self._patience,
            questions.asked,
            questions.settled,
            self._wanted,
            self._machines(),
            self._tracked or (),
            next((n for n, one in self._around.copies if self._is_certain(n, one)), ""),
        )

    def _questions(self) -> Questions:
        return questions_about(self._around.file, self._project.root, self._services)

    def _machines(self) -> frozenset[str]:
        """What the machines are called that this one knows of."""
        names = set(self._services.fs.names(self._services.locations.history))
        return frozenset({*names, self._services.machine.lower()})

    def _held_up(self, verdict: Verdict) -> Verdict:
        """The verdict, or that something is in the way of carrying it out now."""
        if verdict.action not in (Action.MERGED, Action.ADOPTED, Action.CONTAINED):
            return verdict
        repository = repository_of(self._project.root)
        if repository is not None and is_at_work(repository):
            due = self._services.clock() + AGAIN_SECONDS
            return Verdict(Action.WAITING, "git is at work in this folder", due)
        return verdict
