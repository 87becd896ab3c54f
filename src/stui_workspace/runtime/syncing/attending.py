"""One pass: note what the file says, keep what its copies say, and put together what belongs so."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import nullcontext, suppress
from typing import Final

from stui_workspace.errors import LockTimeoutError, StorageError, StuiError
from stui_workspace.model.records import replace
from stui_workspace.runtime.contents import read_file
from stui_workspace.runtime.services import Services
from stui_workspace.runtime.syncing.attention import AGAIN_SECONDS, Attention, Wish
from stui_workspace.runtime.syncing.neighbours import (
    COPY_BYTES,
    Neighbours,
    neighbours_of,
    read_copy,
)
from stui_workspace.runtime.syncing.noting import Notebook
from stui_workspace.storage.generations.store import Origin
from stui_workspace.storage.lock import hold
from stui_workspace.storage.project import Project

LOCK_SECONDS: Final = 10.0
_NO_PATIENCE: Final = 0.0
_BUSY: Final = "another stui is at it for this project at the moment"
_LATER: Final = "try again in a moment"


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
            return _passed(project, services, around, Wish(patience, check, frozenset(wanted)))
    except LockTimeoutError:
        due = services.clock() + AGAIN_SECONDS
        problems = () if patience else (_BUSY,)
        return Attention(project.file, due=due, problems=problems, next_step=_LATER)
    except StorageError as error:
        return Attention(project.file, problems=(str(error),), next_step=error.next_step)


def _passed(project: Project, services: Services, around: Neighbours, wish: Wish) -> Attention:
    book = Notebook.of(project, around.file, services, check=wish.check)
    _archive(book, project, around, wish)
    content = read_file(around.file, project.root, services)
    found = Attention(around.file if around.is_there else None)
    if content is not None:
        try:
            book.see(content, around, is_watched=wish.patience > 0)
        except StorageError as error:
            found = replace(found, problems=(str(error),), next_step=error.next_step)
    if around.copies:
        from stui_workspace.runtime.syncing.dealing import Dealer

        found = Dealer(project, book, around, wish).deal(found)
    if content is not None and b"lineage" in content and not wish.check:
        from stui_workspace.runtime.syncing.claiming import claim, wants_claims

        if wants_claims(content):
            claim(project.root, book.log, services)
    return found


def _archive(book: Notebook, project: Project, around: Neighbours, wish: Wish) -> None:
    """Keep what the copies say, before anything else.

    Some tools delete what they have put aside. And what is noted after a copy was there is no
    version that it could have begun from.
    """
    for name, sort in around.copies:
        if wish.is_certain(name, sort):
            with suppress(StuiError):  # it is told when the copy is dealt with
                content = read_copy(project.root / name, book.services)
                if content is not None and len(content) <= COPY_BYTES:
                    book.note(content, Origin.COPY, note=name)
