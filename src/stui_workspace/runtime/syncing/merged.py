"""What was merged without asking: which merges there were, and what each did, by key path."""

from __future__ import annotations

from stui_workspace.document import Document, Limits, read
from stui_workspace.merge import Policy
from stui_workspace.merge.differing import Difference, differences
from stui_workspace.model.records import dataclass
from stui_workspace.model.revision import Revision
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.syncing.going_back import book_of, copy_of, merges_in
from stui_workspace.runtime.syncing.noting import Notebook
from stui_workspace.storage.project import Project


@dataclass(frozen=True, slots=True)
class Merged:
    """One merge of the workspace file with a copy of it."""

    revision: Revision
    """Of what it came to."""
    at: float
    before: Revision
    """Of what the file said."""
    theirs: Revision
    """Of the copy."""
    copy: str | None = None
    """What the copy was called; None where that is not known any more."""
    is_taken_back: bool = False
    is_next: bool = False
    """Whether it is the one that is taken back next: the last that stands."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a merge did; nothing of it holds a secret. None where a version is lost."""

    brought: tuple[Difference, ...] | None
    """What the file has of the copy since then."""
    stayed: tuple[Difference, ...] | None
    """Where the copy said something else, and the file's own stayed."""


def merges(project: Project, services: Services) -> tuple[Merged, ...]:
    """Every merge that is known of the workspace file, the last one first.

    Raises:
        DiskError: What is kept cannot be read.
    """
    book = book_of(project, services)
    found: list[Merged] = []
    has_next = False
    for one, theirs, is_taken_back in merges_in(book.log):
        is_next = not is_taken_back and not has_next
        has_next = has_next or is_next
        copy = copy_of(theirs, book)
        found.append(
            Merged(one.revision, one.at, one.parents[0], theirs, copy, is_taken_back, is_next)
        )
    return tuple(found)


def effect_of(merge: Merged, project: Project, services: Services) -> Effect:
    """What a merge did, by key path.

    Raises:
        DiskError: What is kept cannot be read.
    """
    book = book_of(project, services)
    before, theirs, after = (
        _document(book, one) for one in (merge.before, merge.theirs, merge.revision)
    )
    return Effect(_between(before, after), _between(theirs, after))


def _between(one: Document | None, other: Document | None) -> tuple[Difference, ...] | None:
    if one is None or other is None:
        return None
    return differences(one, other, Policy.published())


def _document(book: Notebook, revision: Revision) -> Document | None:
    content = book.content(revision)
    return None if content is None else read(content, Limits.anything()).document
