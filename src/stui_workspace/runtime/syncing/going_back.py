"""Going back: to a version that was seen or written before, and to before the last merge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from stui_workspace.errors import EditError, NotFoundError, StorageError, UsageError
from stui_workspace.merge import Policy, merge3
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.revision import Revision, revision_of
from stui_workspace.runtime.contents import read_file
from stui_workspace.runtime.leaking import refuse_new_leaks, without_leaks
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.settling.standing import store_of
from stui_workspace.runtime.syncing.neighbours import neighbours_of
from stui_workspace.runtime.syncing.noting import Notebook
from stui_workspace.runtime.writing import write
from stui_workspace.storage.atomic import save
from stui_workspace.storage.generations.store import Generation, Origin
from stui_workspace.storage.project import Project
from stui_workspace.sync.copies import MERGE_NOTE, RESTORE_NOTE, UNDO_NOTE, undo_note
from stui_workspace.sync.guards import doubt_about

_SHORTEST = 4
_LIST = "`stui sync log` lists what there is"


@dataclass(frozen=True, slots=True)
class WentBack:
    """What going back came to."""

    file: Path
    before: Revision | None
    """What the file said; None where there was none."""
    after: Revision
    copy: str | None = None
    """The conflict copy that was put back beside the file."""


def versions(project: Project, services: Services) -> tuple[Generation, ...]:
    """Every version of the workspace file and its copies that is kept, the oldest first.

    Raises:
        DiskError: What is kept cannot be read.
    """
    return tuple(book_of(project, services).log)


def version(project: Project, services: Services, name: str) -> tuple[Generation, bytes]:
    """A version and its bytes.

    Args:
        project: Whose workspace file.
        services: Where versions are kept.
        name: Its revision, or the beginning of it.

    Raises:
        NotFoundError: No version begins so.
        UsageError: More than one does.
        DiskError: It is damaged, or cannot be read.
    """
    book = book_of(project, services)
    found = {one.revision: one for one in book.log if one.revision.startswith(name)}
    if len(name) < _SHORTEST or not found:
        raise NotFoundError("version", name, _LIST)
    if len(found) > 1:
        raise UsageError(f"more than one version begins with `{name}`", "write more of it")
    one = next(iter(found.values()))
    return one, book.store.read(one.revision)


def version_at(project: Project, services: Services, at: float) -> Generation:
    """What the workspace file said at a time, in seconds since 1970.

    Raises:
        UsageError: Nothing is kept from so long ago.
        DiskError: What is kept cannot be read.
    """
    log = [one for one in versions(project, services) if one.origin is not Origin.COPY]
    before = [one for one in log if one.at <= at]
    if not before:
        raise UsageError("no version is kept from so long ago", _LIST)
    return before[-1]


def restore(project: Project, services: Services, name: str) -> WentBack:
    """Make the workspace file say what it said in a version. What it says now is kept first.

    Raises:
        NotFoundError: There is no such version.
        UsageError: The name is not enough.
        StorageError: The file was not written, and is as it was.
    """
    _, content = version(project, services, name)
    book, file = book_of(project, services), _file(project, services)
    ours = _kept_now(book, file, project, services)
    refuse_new_leaks(file, ours, content)
    book.note(content, Origin.SELF, note=RESTORE_NOTE)
    before = None if ours is None else revision_of(ours)
    write(file, project.root, content, before, services)
    return WentBack(file, before, revision_of(content))


def undo_merge(project: Project, services: Services) -> WentBack:
    """Take the last automatic merge back: the file is without it, and the copy beside it again.

    What was changed in the file since stays, where that can be told apart.

    Raises:
        NotFoundError: No merge is known, or it is taken back already.
        EditError: The places of the merge were changed since.
        StorageError: The file was not written, and is as it was.
    """
    book, file = book_of(project, services), _file(project, services)
    merge, theirs = _last_merge(book)
    ours = _kept_now(book, file, project, services) or b""
    merged, before = book.store.read(merge.revision), book.store.read(merge.parents[0])
    text = _taken_back(merged, ours, before)
    refuse_new_leaks(file, ours, text)
    copy = copy_of(theirs, book)
    book.note(text, Origin.SELF, note=undo_note(theirs))
    write(file, project.root, text, revision_of(ours), services)
    _forget_questions(file, project, services, theirs)
    if copy is not None:
        with suppress(StorageError):  # there is one of that name already
            path = project.root / copy
            save(services.fs, path, book.store.read(theirs), expected=None)
    return WentBack(file, revision_of(ours), revision_of(text), copy)


def book_of(project: Project, services: Services) -> Notebook:
    """The versions of the workspace file.

    Raises:
        DiskError: What is kept cannot be read.
    """
    return Notebook.of(project, _file(project, services), services, check=False)


def _file(project: Project, services: Services) -> Path:
    return neighbours_of(project, services).file


def _kept_now(book: Notebook, file: Path, project: Project, services: Services) -> bytes | None:
    """What the file says, which is kept before anything is written over it."""
    content = read_file(file, project.root, services)
    if content is not None and not book.knows(revision_of(without_leaks(content))):
        book.note(content, Origin.EDITOR)
    return content


def _last_merge(book: Notebook) -> tuple[Generation, Revision]:
    """The last merge that is not taken back, and the revision of the copy that it merged."""
    for one, theirs, is_taken_back in merges_in(book.log):
        if not is_taken_back:
            return one, theirs
    raise NotFoundError("merge to take back in", book.file, _LIST)


def merges_in(log: Sequence[Generation]) -> Iterator[tuple[Generation, Revision, bool]]:
    """Each merge, the last one first, with the copy that it merged, and whether it was taken back.

    Args:
        log: Of the workspace file and its copies, the oldest first.
    """
    undone: list[str] = []
    for one in reversed(log):
        if one.note.startswith(UNDO_NOTE):
            undone.append(one.note)
        elif one.note == MERGE_NOTE and len(one.parents) == 2:  # noqa: PLR2004 (what it is made of)
            note = undo_note(one.parents[1])
            is_taken_back = note in undone
            if is_taken_back:
                undone.remove(note)
            yield one, one.parents[1], is_taken_back


def _taken_back(merged: bytes, now: bytes, before: bytes) -> bytes:
    """The file as it is now without what the merge brought."""
    found = merge3(merged, now, before, Policy.published())
    if not found.is_clean or doubt_about(found.text) is not None:
        raise EditError(
            "the file was changed in the same places since that merge",
            "`stui sync log` and `stui sync restore` bring an earlier version back as a whole",
        )
    return found.text


def copy_of(theirs: Revision, book: Notebook) -> str | None:
    """What the copy of that content was called last; None where that is not known."""
    names = [one.note for one in book.log if one.origin is Origin.COPY and one.revision == theirs]
    return names[-1] if names else None


def _forget_questions(file: Path, project: Project, services: Services, theirs: Revision) -> None:
    """Close what is asked about the merge, which is not there any more."""
    store = store_of(project.root, services)
    for one in store.find(file).records:
        if one.record.is_open and revision_of(one.record.sides.theirs) == theirs:
            with suppress(StorageError):
                store.replace(one.name, replace(one.record, is_open=False))
