"""What a person does about what came back of a session, and about what merges did to its file."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from stui_workspace.errors import DiskError
from stui_workspace.runtime.own_connections import OwnConnections
from stui_workspace.storage.project import FILE_NAMES, Project, find_project

if TYPE_CHECKING:
    from pathlib import Path

    from stui_workspace.history.episodes import Episode
    from stui_workspace.merge import Choice
    from stui_workspace.runtime.receipts.rebuilding import Rebuild
    from stui_workspace.runtime.settling import Decided, Standing
    from stui_workspace.runtime.syncing import Effect, Merged
    from stui_workspace.runtime.syncing.going_back import WentBack


class Tended(OwnConnections):
    """The part of a session that has to do with what did not come together by itself."""

    # The receipt.

    def rebuild(self, name: str) -> Rebuild | None:
        """What is gone with the last life of a connection, and what would bring it back.

        None where it is down, or still in the life that it was in. Nothing is evaluated.

        Raises:
            NotFoundError: The workspace has no such connection.
        """
        from stui_workspace.runtime.receipts.rebuilding import rebuild_in

        episodes: tuple[Episode, ...] = ()
        with suppress(DiskError):  # the transcript tells as much as it has
            episodes = self.connection_history(name)
        return rebuild_in(self._receiving.parts, name, episodes)

    # What merges did, and what they left.

    def conflicts(self) -> Standing:
        """What is in conflict in the workspace file.

        Raises:
            DiskError: It cannot be read.
        """
        from stui_workspace.runtime.settling import conflicts_in

        return conflicts_in(self._file_now(), self.project.root, self._services)

    def settle(self, conflict: str, choice: Choice) -> Decided:
        """Settle one conflict of the workspace file.

        Raises:
            StuiError: It is not settled, and the file is as it was.
        """
        from stui_workspace.runtime.settling import settle

        return settle(self._file_now(), self.project.root, conflict, choice, self._services)

    def settle_rest(self) -> Decided:
        """Write what the markers in the file come to, where nothing of it is left to choose.

        Raises:
            StuiError: It was not written, and the file is as it was.
        """
        from stui_workspace.runtime.settling import settle_all

        return settle_all(self._file_now(), self.project.root, None, self._services)

    def unsettle(self) -> Decided:
        """Take back what was settled last in the workspace file.

        Raises:
            StuiError: Nothing was, or its place was changed since; the file is as it was.
        """
        from stui_workspace.runtime.settling import undo

        return undo(self._file_now(), self.project.root, self._services)

    def merges(self) -> tuple[Merged, ...]:
        """What was merged into the workspace file without asking, the last one first.

        Raises:
            DiskError: It cannot be read.
        """
        from stui_workspace.runtime.syncing import merges

        return merges(self._project_now(), self._services)

    def effect_of_merge(self, merge: Merged) -> Effect:
        """What a merge did, by key path.

        Raises:
            DiskError: It cannot be read.
        """
        from stui_workspace.runtime.syncing import effect_of

        return effect_of(merge, self._project_now(), self._services)

    def undo_merge(self) -> WentBack:
        """Take the last merge back that stands.

        Raises:
            StuiError: There is none, or its places were changed since; the file is as it was.
        """
        from stui_workspace.runtime.syncing import undo_merge

        return undo_merge(self._project_now(), self._services)

    def _file_now(self) -> Path:
        """The workspace file, or where it would be."""
        project = self._project_now()
        return project.file or project.root / FILE_NAMES[0]

    def _project_now(self) -> Project:
        """The project with the files that it has by now."""
        return find_project(self.project.root, self._services.home)
