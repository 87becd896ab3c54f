"""What a person does with an open session as a whole, such as going back to a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from stui_workspace.model.paths import NodePath
from stui_workspace.model.values import Plain
from stui_workspace.runtime.tended import Tended

if TYPE_CHECKING:
    from pathlib import Path

    from stui_workspace.model.receipt import Restored
    from stui_workspace.runtime.doctoring.values import Check, Looked
    from stui_workspace.runtime.keeper import Keeper
    from stui_workspace.runtime.promoting.hunks import Hunk
    from stui_workspace.runtime.promoting.new_file import NewFile
    from stui_workspace.runtime.promoting.opened import Promoting
    from stui_workspace.runtime.promoting.taking import Taken
    from stui_workspace.runtime.recovery import Keeping
    from stui_workspace.runtime.searching.live import LiveHistory
    from stui_workspace.runtime.sessions.catalogue import Catalogue
    from stui_workspace.runtime.settings.values import Edited, Setting, Where
    from stui_workspace.runtime.taking_back import Comparison, Moment, TakenBack
    from stui_workspace.runtime.taking_back.live import LivePast
    from stui_workspace.storage.snapshots.index import SnapshotId


class Managed(Tended):
    """The part of a session that has to do with what is kept of it."""

    _begin: Callable[[Coroutine[Any, Any, None]], None]
    _keeper: Keeper
    _keeping: Keeping

    def settings(self) -> tuple[Setting, ...]:
        """Every setting, with what each file and this session say of it, as they are now.

        Raises:
            StuiError: A file cannot be read.
        """
        from stui_workspace.runtime.settings.reading import settings_of, sources_of

        sources = sources_of(self._project_now(), self._services, self._selection)
        return settings_of(sources, self._memory.state.preferences)

    def change_setting(self, path: NodePath, value: Plain, where: Where) -> Edited:
        """Change a setting in one place; None takes it out of there.

        Raises:
            StuiError: It was not changed.
        """
        from stui_workspace.runtime.settings.changing import set_in_file, set_in_session
        from stui_workspace.runtime.settings.values import Where

        if where is Where.SESSION:
            return set_in_session(path, value, self._memory)
        return set_in_file(path, value, where, self._project_now(), self._services)

    def examine(self, check: Check) -> Looked:
        """What a check of the doctor sees now. It may take a while: not for the event loop."""
        from stui_workspace.runtime.doctoring.checks import examine
        from stui_workspace.runtime.doctoring.surroundings import terminal_here
        from stui_workspace.runtime.doctoring.values import Case

        terminal = terminal_here(self._services.environ)
        return examine(check, Case(self._project_now(), self._services, terminal))

    def begin_workspace(self) -> Path:
        """The workspace file that this folder has from now on, written from the quickstart.

        Raises:
            StuiError: It has one, or it could not be written.
        """
        from stui_workspace.runtime.starting.beginning import begin_workspace

        return begin_workspace(self.project.root, self._services).file

    def greets(self) -> bool:
        """Whether a word about what this is belongs on the screen; true once on a machine."""
        from stui_workspace.runtime.starting.greeting import is_new_here

        return self.project.file is None and is_new_here(self._services)

    # The sessions of the project.

    def catalogue(self) -> Catalogue:
        """What is kept of the project's sessions, of which this is one."""
        from stui_workspace.runtime.sessions.catalogue import Catalogue

        return Catalogue(self.project, self._services)

    def rename(self, name: str) -> str:
        """Call this session `name` from now on, and return that.

        Raises:
            UsageError: It cannot be called so, or nothing is kept of it.
            DiskError: It could not be written down.
        """
        from stui_workspace.runtime.sessions.naming import renamed

        state = renamed(self._memory.state, name, self._keeping.store)
        self._keeper.mark(state)
        self._memory.keep(state)
        return state.meta.name

    # What did not come back.

    async def restore_again(self, item: str) -> Restored:
        """Try an item of the receipt again, and return how it is then.

        Raises:
            NotFoundError: The receipt has no such item, or there is nothing to take it from.
            UsageError: There is nothing to be tried.
            DiskError: What it is to come from cannot be read.
        """
        from stui_workspace.runtime.files import look
        from stui_workspace.runtime.receipts.retrying import Retrying, Ways

        read = partial(look, self._project_now(), self._services, self._selection)
        save = partial(self._keeper.save, confirmed=True)
        ways = Ways(read, self.take_back, self._keeping.snapshots, save)
        return await Retrying(self._receiving, ways).again(item)

    # Going back to a snapshot.

    def snapshots(self) -> Sequence[Moment]:
        """The snapshots of this session, the newest first.

        Raises:
            DiskError: They cannot be read.
        """
        return self._past.snapshots()

    def compare(self, snapshot: SnapshotId, other: SnapshotId | None = None) -> Comparison:
        """What of a snapshot is other in another one, or in the session as it is now.

        Raises:
            NotFoundError: There is no snapshot of that name.
            DiskError: They cannot be read.
        """
        return self._past.compare(snapshot, other)

    def take_back(self, snapshot: SnapshotId, only: Sequence[str] = ()) -> TakenBack:
        """Make the session what it was then, as `LivePast.take_back` says.

        Raises:
            NotFoundError: There is no such snapshot or item.
            UsageError: Nothing is kept of this session.
            DiskError: It could not be written; the session is as it was.
        """
        return self._past.take_back(snapshot, only)

    def undo_take_back(self) -> TakenBack:
        """Bring back what the last taking back replaced; the next time, replace it again.

        Raises:
            UsageError: Nothing was taken back since the session was opened.
            DiskError: It could not be written; the session is as it was.
        """
        return self._past.undo()

    def confirm_snapshot(self, snapshot: SnapshotId) -> None:
        """Let a snapshot that lost most of its items count as a state to go back to.

        Raises:
            UsageError: Nothing is kept of this session.
            NotFoundError: There is none of that name.
            DiskError: It could not be recorded.
        """
        self._past.confirm(snapshot)

    @cached_property
    def _past(self) -> LivePast:
        from stui_workspace.runtime.taking_back.live import LivePast, Parts

        return LivePast(
            Parts(
                self._memory,
                self._keeper,
                self._switchboard,
                self._follower,
                self._keeping.snapshots,
                self._services,
                self._begin,
            )
        )

    # What the files may take over.

    def hunks(self) -> tuple[Hunk, ...]:
        """Where this session differs from its files, as hunks to be taken over.

        Raises:
            UsageError: The files cannot be used, or not written.
        """
        return self._promoting.hunks()

    async def look_for_hunks(self) -> tuple[Hunk, ...]:
        """The same, found out beside the event loop: with a long file it takes a while.

        Raises:
            UsageError: The files cannot be used, or not written.
        """
        return await self._promoting.look_for_hunks()

    async def promote(
        self, paths: Sequence[NodePath], edited: Mapping[NodePath, Plain] | None = None
    ) -> Taken:
        """Write the hunks at those key paths into the files, as `Promoting.take` says.

        Raises:
            StuiError: Nothing was written.
        """
        return await self._promoting.take(paths, edited)

    async def unpromote(self) -> Taken:
        """Write the files back as they were before the last `promote`.

        Raises:
            UsageError: Nothing was written.
            StorageError: A file was changed since, or could not be written.
        """
        return await self._promoting.undo()

    @property
    def can_unpromote(self) -> bool:
        return self._promoting.can_undo

    def freeze(self, target: Path, *, force: bool = False) -> NewFile:
        """Write the whole session as a workspace file of its own.

        Raises:
            StuiError: It was not written.
        """
        from stui_workspace.runtime.promoting.new_file import freeze

        return freeze(self._promoting.scene(), target, self._services, force=force)

    @cached_property
    def _promoting(self) -> Promoting:
        from stui_workspace.runtime.promoting.opened import Promoting

        return Promoting(
            self._memory, self._follower, self._switchboard, self._services, self._selection
        )

    # What was evaluated before.

    def history(self) -> LiveHistory:
        """The history of inputs, for somebody who searches it and closes it in the end."""
        from stui_workspace.runtime.searching.live import LiveHistory

        return LiveHistory(self._services, self._inputs, self._folder.path.name)
