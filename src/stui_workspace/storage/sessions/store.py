"""Session files: what this machine remembers of a workbench, as YAML that people can read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from stui_workspace.errors import DiskError, NotFoundError, VersionError
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.revision import Revision
from stui_workspace.model.session import Items, SessionMeta, SessionState
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.ending import Ending, ended, ending_of
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.lock import Lock, try_hold
from stui_workspace.storage.sessions.format import (
    SESSION_LIMITS,
    DamagedError,
    read_items,
    session_yaml,
)
from stui_workspace.storage.sessions.glances import head_in, head_of
from stui_workspace.storage.sessions.items import ItemProblem, state_from
from stui_workspace.storage.sessions.mending import mended
from stui_workspace.storage.sessions.names import is_session_id
from stui_workspace.storage.snapshots.index import Snapshot
from stui_workspace.storage.snapshots.store import FILE_NAME as SNAPSHOTS_NAME
from stui_workspace.storage.snapshots.store import SnapshotStore
from stui_workspace.storage.trash.trash import Trash
from stui_workspace.storage.whole import NotOursError, copy_apart, read_whole, set_apart

_SUFFIX = ".yaml"

_MISSING = ItemProblem("session", "its file is gone; the newest snapshot stands in")
_ALL_LOST = ItemProblem("session", "its file is gone, and no snapshot of it can be read")


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """One line of the list of sessions."""

    meta: SessionMeta
    path: Path
    problem: str | None = None
    """Why it cannot be loaded as it stands, where it cannot."""

    @property
    def id(self) -> str:
        return self.meta.id


@dataclass(frozen=True, slots=True)
class LoadedSession:
    state: SessionState
    problems: tuple[ItemProblem, ...] = ()
    """What could not be used; everything else is as it was saved."""
    from_snapshot: bool = False
    """Whether the file could not be read and the newest good snapshot stands in."""


class SessionStore:
    """The session files of one workspace."""

    def __init__(self, folder: WorkspaceFolder, fs: FileSystem | None = None) -> None:
        self.folder = folder
        self.fs: FileSystem = fs or RealFileSystem()

    def list(self) -> tuple[SessionSummary, ...]:
        """A summary of each session, the last saved first. Never raises for a bad file."""
        found = [self._summary(name) for name in self._ids()]
        return tuple(sorted(found, key=lambda one: one.meta.saved, reverse=True))

    def names(self) -> frozenset[str]:
        """The id of each session, readable or not.

        Raises:
            DiskError: Their folder cannot be read.
        """
        return frozenset(self._ids())

    def summary(self, session: str) -> SessionSummary | None:
        """The summary of one session; None where there is none. Never raises for a bad file.

        Raises:
            NotFoundError: The text cannot be the name of a session.
        """
        path = self.path_of(session)
        with explained(path):
            is_there = self.fs.read(path, 1) is not None
        return self._summary(session) if is_there else None

    def load(self, session: str) -> LoadedSession:
        """The session as it was saved, as far as it can be used.

        What is not YAML, or cannot be a file of ours, is renamed to `<id>.yaml.damaged-<n>`, never
        deleted, and the newest good snapshot stands in for it. Of a file that is not all there, or
        not as it was written, a copy of that name is kept, and the snapshot fills the gaps.

        Raises:
            NotFoundError: There is neither a file nor a snapshot.
            VersionError: A newer stui wrote it; it must not be written over.
            DiskError: The file cannot be read.
        """
        return self._read(session, may_touch=True)

    def look(self, session: str) -> LoadedSession:
        """The same as `load`, without touching anything: the session may be open elsewhere.

        Raises:
            NotFoundError: There is neither a file nor a snapshot.
            VersionError: A newer stui wrote it.
            DiskError: The file cannot be read.
        """
        return self._read(session, may_touch=False)

    def _read(self, session: str, *, may_touch: bool) -> LoadedSession:
        path = self.path_of(session)
        try:
            content = self._content(path)
            if content is None:
                return self._from_snapshot(session, _MISSING)
            items = read_items(content)
        except DamagedError as error:
            kept = f"; kept as {set_apart(self.fs, path).name}" if may_touch else ""
            return self._from_snapshot(session, ItemProblem("session", f"{error}{kept}"))
        _, ending = ending_of(content)
        if ending is not Ending.WHOLE:
            latest = self._latest(session)
            items, damage = mended(items, None if latest is None else latest.items, ending)
            if damage and may_touch:
                copy_apart(self.fs, path, content)
        else:
            damage = ()
        state, problems = state_from(items)
        return LoadedSession(_named(state, session), (*damage, *problems))

    def peek(self, session: str) -> SessionState | None:
        """The session as its file has it, without touching it; None where none can be read."""
        path = self.path_of(session)
        try:
            content = self._content(path)
            return None if content is None else state_from(read_items(content))[0]
        except (DiskError, VersionError, DamagedError):
            return None

    def save(self, state: SessionState) -> Revision:
        """Write the session file, durably, and return its revision.

        Raises:
            DiskError: It was not written; the file has its old content.
        """
        path = self.path_of(state.meta.id)
        return save_own(self.fs, path, ended(session_yaml(state).encode("utf-8")))

    def acquire(self, session: str, timeout: float = 0.0) -> Lock | None:
        """The lock on writing this session, or None where another stui has it open.

        Args:
            session: Its id.
            timeout: Seconds to wait for another holder.

        Raises:
            DiskError: The lock file cannot be made, or what a removal that was cut short left apart
                cannot be put together.
        """
        self.path_of(session)
        lock = try_hold(self.folder.locks / f"{session}.lock", timeout)
        if lock is not None:
            try:
                Trash(self.folder, self.fs).put_together(session)
            except BaseException:
                lock.release()
                raise
        return lock

    def path_of(self, session: str) -> Path:
        """The file of a session.

        Raises:
            NotFoundError: The text cannot be the name of a session.
        """
        if not is_session_id(session):
            raise NotFoundError("session", session, "`stui session ls` shows their names")
        return self.folder.sessions / f"{session}{_SUFFIX}"

    def _ids(self) -> tuple[str, ...]:
        with explained(self.folder.sessions):
            names = self.fs.names(self.folder.sessions)
        ids = [name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX)]
        ids += self._only_in_snapshots(frozenset(ids))
        return tuple(filter(is_session_id, ids))

    def _summary(self, session: str) -> SessionSummary:
        path = self.path_of(session)
        blank = SessionMeta(session, session, "", 0.0, 0.0, 0.0)
        try:
            head = head_in(self.fs, path)
            if head is None:
                content = self._content(path)
                if content is None:
                    return SessionSummary(blank, path, _MISSING.reason)
                head = head_of(content)
            state, _ = state_from(read_items(head))
        except (DiskError, VersionError, DamagedError) as error:
            return SessionSummary(blank, path, str(error))
        return SessionSummary(_named(state, session).meta, path)

    def _only_in_snapshots(self, known: frozenset[str]) -> Iterator[str]:
        """The sessions with snapshots, whose file may be lost: removing one takes those first."""
        with suppress(DiskError), explained(self.folder.snapshots):
            for name in self.fs.names(self.folder.snapshots):
                if name not in known and self._has_snapshots(name):
                    yield name

    def _has_snapshots(self, session: str) -> bool:
        place = self.folder.snapshots_of(session) / SNAPSHOTS_NAME
        with explained(place):
            return self.fs.read(place, 1) is not None

    def _content(self, path: Path) -> bytes | None:
        try:
            return read_whole(self.fs, path, SESSION_LIMITS.file_bytes)
        except NotOursError as error:
            raise DamagedError(error.reason) from error

    def _latest(self, session: str) -> Snapshot | None:
        return SnapshotStore(self.folder.snapshots_of(session), self.fs).latest()

    def _from_snapshot(self, session: str, problem: ItemProblem) -> LoadedSession:
        found = self._latest(session)
        if found is None and problem is _MISSING:
            if not self._has_snapshots(session):
                raise NotFoundError("session", session, "`stui session ls` shows what there is")
            problem = _ALL_LOST
        items: Items = {} if found is None else found.items
        state, problems = state_from(items)
        damaged = () if found is None else found.problems
        return LoadedSession(
            _named(state, session),
            (problem, *damaged, *problems),
            from_snapshot=found is not None,
        )


class ListedOnce(SessionStore):
    """The same for one start, which asks for the list several times within moments.

    Whatever must be right about it is looked at anew: names that are free, and who has which open.
    """

    _listed: tuple[SessionSummary, ...] | None = None

    def list(self) -> tuple[SessionSummary, ...]:
        """The list as it was at the first time."""
        if self._listed is None:
            self._listed = super().list()
        return self._listed


def _named(state: SessionState, session: str) -> SessionState:
    """The state under the name of its file, which is the one that counts."""
    meta = state.meta
    return replace(state, meta=replace(meta, id=session, name=meta.name or session))
