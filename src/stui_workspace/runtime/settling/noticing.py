"""What a session says of merges that wait for a person."""

from __future__ import annotations

from contextlib import suppress

from stui_workspace.errors import StuiError
from stui_workspace.runtime.events import Notice
from stui_workspace.runtime.services import Services
from stui_workspace.storage.project import Project


def conflict_notice(project: Project, services: Services) -> Notice | None:
    """The notice that something in the workspace file is undecided; None where nothing is.

    Markers are not told here: they are a problem of the file.
    """
    with suppress(StuiError, OSError):
        folder = services.locations.workspace(project.root)
        if project.file is None or not services.fs.names(folder.conflicts):
            return None
        from stui_workspace.runtime.settling.standing import conflicts_in

        standing = conflicts_in(project.file, project.root, services)
        count = standing.left_count
        if count and not standing.has_markers:
            what = f"{count} conflict{'' if count == 1 else 's'} of a merge to settle"
            return Notice(f"{what}; the file has ours there", "`stui conflicts`", warning=True)
    return None
