"""`stui validate --staged`: what the next commit would have of a workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from stui_workspace.model.diagnostics import FileProblems
from stui_workspace.repository.running import Git
from stui_workspace.repository.staging import Staged, staged_files
from stui_workspace.storage.project import FILE_NAMES, OVERLAY_NAME, SESSIONS_BESIDE

_NAMED_ALIKE: Final = "stui-workspace"


def staged_problems(folder: Path, *, strict: bool) -> Iterator[FileProblems]:
    """What is wrong with each staged file of a workspace.

    Workspace files and overlays are checked as a whole; in conflict copies of them and in the
    sessions that lie beside, secrets alone count.

    Raises:
        UsageError: The folder is in no work tree of git, or git refuses.
        NotFoundError: git is not installed.
    """
    for staged in staged_files(Git(folder), is_of_workspace):
        yield _checked(staged, strict=strict)


def is_of_workspace(path: str) -> bool:
    """Whether a path, with `/`, is one that a workspace consists of, or a copy of such a file."""
    place = PurePosixPath(path)
    if place.parent.parts[-2:] == SESSIONS_BESIDE.parts:
        return True
    if _NAMED_ALIKE not in place.name.lower():
        return False
    from stui_workspace.sync.names import Kind, classify

    if place.name in (*FILE_NAMES, OVERLAY_NAME):
        return True
    versions = (Kind.CONFLICT, Kind.SUSPECT, Kind.BACKUP)
    return any(classify(place.name, name).kind in versions for name in FILE_NAMES)


def _checked(staged: Staged, *, strict: bool) -> FileProblems:
    from stui_workspace.runtime.leaking import kind_of, leaks_of
    from stui_workspace.runtime.loading import check_content

    if staged.path.name in (*FILE_NAMES, OVERLAY_NAME):
        kind = kind_of(staged.path)
        return check_content(staged.content, staged.path, kind, strict=strict).problems
    found = leaks_of(staged.content)
    return FileProblems(staged.path, found.text, found.diagnostics)
