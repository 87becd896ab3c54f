"""The files of an open workspace: read together, and looked at again when something changed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from stui_workspace.errors import DiskError, UnusableError, UsageError
from stui_workspace.model.diagnostics import FileProblems
from stui_workspace.model.records import dataclass, field, replace
from stui_workspace.model.revision import revision_of
from stui_workspace.model.workspace import Workspace
from stui_workspace.runtime.loading import Loaded, Selection, furnished, load
from stui_workspace.runtime.pads import Source, source_of
from stui_workspace.runtime.services import Services
from stui_workspace.schema import Resolved
from stui_workspace.storage.atomic import WORKSPACE_BYTES, read_workspace
from stui_workspace.storage.disk_errors import MissingFileError
from stui_workspace.storage.locations import CONFIG_NAME
from stui_workspace.storage.project import FILE_NAMES, OVERLAY_NAME, Project, workspace_file_in
from stui_workspace.watch.signature import places_of

_TRIES = 3
"""So often files are read anew that changed meanwhile."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the files say now, or why they say nothing that can be used."""

    loaded: Loaded | None = None
    """None where they cannot be used."""
    sources: Mapping[str, Source] = field(default_factory=dict)
    """Of each buffer of the workspace."""
    problems: tuple[FileProblems, ...] = ()
    trouble: DiskError | UsageError | None = None
    """What keeps a file from being read at all."""
    gone: bool = False
    """Whether the workspace file, which was there before, is not there any more."""

    @property
    def usable(self) -> bool:
        return self.loaded is not None

    @property
    def standing(self) -> tuple[FileProblems, ...]:
        """What is to be shown as long as it is so: what keeps files from being used, or written."""
        return tuple(one for one in self.problems if one.has_errors or not self.usable)


def look(project: Project, services: Services, selection: Selection) -> Look:
    """What the files of the project say now, read while they held still if they ever do.

    Raises:
        NotFoundError: There is no such environment.
    """
    names = (*FILE_NAMES, OVERLAY_NAME)
    places = places_of([project.root / name for name in names], project.root)
    for _ in range(_TRIES - 1):
        before = places.glance()
        found = _look(project, services, selection)
        if places.glance() == before:
            return found
    return _look(project, services, selection)


def _look(project: Project, services: Services, selection: Selection) -> Look:
    try:
        now = _again(project)
    except UsageError as error:
        return Look(trouble=error)
    if project.file is not None and now.file is None:
        return Look(gone=True)
    try:
        loaded = load(now, services, selection, provisional=True)
    except UnusableError as error:
        return Look(problems=error.problems)
    except MissingFileError:
        return Look(gone=True)
    except DiskError as error:
        return Look(trouble=error)
    return Look(loaded, read_sources(loaded.workspace, now.root), loaded.problems)


def nothing(project: Project) -> Loaded:
    """What is shown of a workspace whose files cannot be used and never could."""
    return Loaded(project, furnished(Workspace(), project.root.name), Resolved({}, {}))


def read_sources(workspace: Workspace, root: Path) -> dict[str, Source]:
    """The text of each buffer that the workspace describes."""
    return {
        name: source_of(spec) if spec.file is None else _source_in(root / spec.file, root)
        for name, spec in workspace.buffers.items()
    }


def watched(loaded: Loaded, services: Services) -> tuple[Path, ...]:
    """Every file that a change of could matter to the workspace."""
    root, file = loaded.project.root, loaded.project.file
    named = [root / spec.file for spec in loaded.workspace.buffers.values() if spec.file]
    own = () if file is None else (file,)  # first: beside it copies of it may come
    return (
        *dict.fromkeys((*own, *(root / name for name in FILE_NAMES))),
        root / OVERLAY_NAME,
        services.locations.config / CONFIG_NAME,
        *named,
    )


def _again(project: Project) -> Project:
    """The same project, with the files that are there now."""
    file = project.file
    if file is None or file.name in FILE_NAMES:
        file = workspace_file_in(project.root)
    elif not os.path.lexists(file):
        file = None
    overlay = project.root / OVERLAY_NAME
    return replace(
        project,
        file=file,
        overlay=overlay if os.path.lexists(overlay) else None,
    )


def _source_in(path: Path, root: Path) -> Source:
    try:
        content = read_workspace(path, root)
        if len(content) > WORKSPACE_BYTES:
            return Source(problem=f"{path.name} is larger than {WORKSPACE_BYTES >> 20} MiB")
        return Source(content.decode("utf-8"), revision=revision_of(content))
    except MissingFileError:
        return Source(problem=f"{path.name} is not there")
    except DiskError as error:
        return Source(problem=f"{path.name}: {error.reason}")
    except UnicodeDecodeError:
        return Source(problem=f"{path.name} is not UTF-8 text")
