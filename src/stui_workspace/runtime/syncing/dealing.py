"""What becomes of each conflict copy in one pass."""

from __future__ import annotations

from contextlib import suppress

from stui_workspace.errors import DiskError, StaleRevisionError, StuiError
from stui_workspace.model.records import replace
from stui_workspace.model.revision import Revision, revision_of
from stui_workspace.repository.standing import is_at_work, repository_of, tracked_in
from stui_workspace.runtime.contents import read_file
from stui_workspace.runtime.leaking import line_of_leak
from stui_workspace.runtime.syncing.attention import (
    AGAIN_SECONDS,
    DISK_SECONDS,
    Attention,
    Copy,
    Wish,
)
from stui_workspace.runtime.syncing.joining import Joiner
from stui_workspace.runtime.syncing.neighbours import COPY_BYTES, Neighbours, read_copy
from stui_workspace.runtime.syncing.noting import Notebook
from stui_workspace.runtime.syncing.questions import Questions, questions_about
from stui_workspace.storage.generations.store import Origin
from stui_workspace.storage.project import Project
from stui_workspace.sync.copies import Action, Known, Verdict, can_stand_alone, verdict_on
from stui_workspace.sync.names import Certainty, Name

_TRIES = 4
"""So often a copy is decided on anew where a sync tool or a person writes the file meanwhile."""


class Dealer:
    """Deals with the copies of one pass, one after the other."""

    def __init__(self, project: Project, book: Notebook, around: Neighbours, wish: Wish) -> None:
        self._project = project
        self._services = book.services
        self._book = book
        self._around = around
        self._wish = wish
        self._wrote = False
        self._due: float | None = None
        self._asked: Questions | None = None
        """Known until something is written: to ask is to merge again."""
        weak = [name for name, one in around.copies if one.certainty is not Certainty.STRONG]
        self._tracked = tracked_in(project.root, weak) if weak else frozenset()

    def deal(self, found: Attention) -> Attention:
        """What was found before, with the copies in it."""
        copies = tuple(self._copy(name, sort) for name, sort in self._around.copies)
        return replace(
            found, file=self._around.file, copies=copies, wrote=self._wrote, due=self._due
        )

    def _later(self, due: float | None) -> None:
        if due is not None:
            self._due = due if self._due is None else min(self._due, due)

    def _content(self) -> bytes | None:
        """What the workspace file says now; None where it is not there."""
        return read_file(self._around.file, self._project.root, self._services)

    def _copy(self, name: str, sort: Name) -> Copy:
        problem: StuiError | None = None
        seconds = AGAIN_SECONDS
        for _ in range(_TRIES):
            try:
                return self._dealt_with(name, sort)
            except StaleRevisionError as error:
                problem = error
                self._asked = None
                self._look_again()
            except StuiError as error:
                problem, seconds = error, DISK_SECONDS
                break
        self._later(self._services.clock() + seconds)
        return Copy(name, sort, Action.FAILED, str(problem))

    def _look_again(self) -> None:
        """Keep what the file says now, which is not what was decided on."""
        with suppress(StuiError):  # it is told when the copy is dealt with
            content = self._content()
            if content is not None:
                self._book.see(content, self._around, is_watched=self._wish.patience > 0)

    def _dealt_with(self, name: str, sort: Name) -> Copy:
        content = read_copy(self._project.root / name, self._services)
        if content is None:
            return Copy(name, sort, Action.CONTAINED, "it went away by itself")
        if len(content) > COPY_BYTES:
            return Copy(name, sort, Action.LEFT, "it is too large to be a workspace file")
        revision = revision_of(content)
        verdict = verdict_on(name, sort, content, self._known(name, revision))
        if self._wish.is_certain(name, sort) or verdict.action is not Action.LEFT:
            self._book.note(content, Origin.COPY, note=name)
        leak = None if verdict.action is Action.LEFT else self._leak(name, content)
        if leak is not None:
            return Copy(name, sort, Action.FAILED, leak, revision=revision)
        verdict = self._held_up(verdict)
        self._later(verdict.due)
        copy = Copy(name, sort, verdict.action, verdict.reason, revision=revision)
        if self._wish.check or copy.is_there:
            return replace(copy, conflicts=self._questions().asked.get(revision, ()))
        self._asked = None
        joiner = Joiner(self._project, self._services, self._book, self._around.file)
        done = joiner.join(copy, content, self._content())
        self._wrote = self._wrote or joiner.wrote
        return done

    def _leak(self, name: str, content: bytes) -> str | None:
        """Why nothing is merged while a secret is in it; None where none is."""
        sides = ((name, content), (self._around.file.name, self._content()))
        for where, said in sides:
            line = line_of_leak(said, self._around.file)
            if line is not None:
                return f"{where}:{line} holds a secret, and nothing that holds one is merged"
        return None

    def _known(self, name: str, revision: Revision) -> Known:
        questions, content = self._questions(), self._content()
        return Known(
            content,
            self._book.log,
            self._services.clock(),
            self._wish.patience,
            questions.asked,
            questions.settled,
            self._wish.wanted,
            self._machines(),
            self._tracked,
            self._first() if content is None else "",
            self._services.taken_away.get((self._project.root / name, revision), ()),
        )

    def _first(self) -> str:
        """The copy that becomes the workspace file, which is not there; empty for none."""
        for name, sort in self._around.copies:
            if self._wish.is_certain(name, sort):
                with suppress(DiskError):
                    content = read_copy(self._project.root / name, self._services)
                    if content is not None and can_stand_alone(content):
                        return name
        return ""

    def _questions(self) -> Questions:
        if self._asked is None:
            self._asked = questions_about(self._around.file, self._project.root, self._services)
        return self._asked

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
