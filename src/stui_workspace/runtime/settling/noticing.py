"""What a session says of merges that wait for a person."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from stui_workspace.errors import StuiError
from stui_workspace.runtime.events import CopyFound, Event, Notice, Reloaded
from stui_workspace.runtime.services import Services
from stui_workspace.storage.project import Project


class ConflictTeller:
    """Tells of conflicts where there are more than there were when it looked last."""

    def __init__(
        self, project: Callable[[], Project], services: Services, tell: Callable[[Event], None]
    ) -> None:
        self._project = project
        self._services = services
        self._tell = tell
        self._count = 0

    def look(self, *, is_told: bool = False) -> None:
        """Look how many there are, and tell of more, if nobody has told of them already."""
        count = open_count(self._project(), self._services)
        if count > self._count and not is_told:
            self._tell(conflict_notice(count))
        self._count = count

    def told(self, event: Event) -> None:
        """Look again after an event that may have brought some, or ended some."""
        if isinstance(event, CopyFound):
            self.look(is_told=bool(event.conflicts))
        elif isinstance(event, Reloaded):
            self.look()


def open_count(project: Project, services: Services) -> int:
    """How many places of the workspace file are undecided; 0 where that cannot be read.

    Markers are not counted here: they are a problem of the file.
    """
    with suppress(StuiError, OSError):
        folder = services.locations.workspace(project.root)
        if project.file is None or not services.fs.names(folder.conflicts):
            return 0
        from stui_workspace.runtime.settling.standing import conflicts_in

        standing = conflicts_in(project.file, project.root, services)
        return 0 if standing.has_markers else standing.left_count
    return 0


def conflict_notice(count: int) -> Notice:
    """The notice that something in the workspace file is undecided."""
    what = f"{count} conflict{'' if count == 1 else 's'} of a merge to settle"
    return Notice(
        f"{what}; the file has ours there", "`stui conflicts`", warning=True, action="conflicts"
    )
