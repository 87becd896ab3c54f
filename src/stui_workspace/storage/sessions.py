"""Session files: what this machine remembers of a workbench, as YAML that people can read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from stui_workspace.document import Limits, parse, to_yaml
from stui_workspace.errors import (
    DiskError,
    EditError,
    InvalidDocumentError,
    NotFoundError,
    VersionError,
)
from stui_workspace.model.formats import SESSION_FORMAT
from stui_workspace.model.revision import Revision
from stui_workspace.model.session import Items, SessionMeta, SessionState
from stui_workspace.model.values import Plain
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.ending import Ending, ended, ending_of
from stui_workspace.storage.filesystem import FileSystem, RealFileSystem
from stui_workspace.storage.glances import head_in, head_of
from stui_workspace.storage.items import BUFFER, CONNECTION, ItemProblem, items_of, state_from
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.lock import Lock, try_hold
from stui_workspace.storage.mending import mended
from stui_workspace.storage.snapshots import FILE_NAME as SNAPSHOTS_NAME
from stui_workspace.storage.snapshots import Snapshot, SnapshotStore
from stui_workspace.storage.trash import Trash
from stui_workspace.storage.whole import NotOursError, copy_apart, read_whole, set_apart

FORMAT_KEY = "stui-session"
BESIDE_KEY = "beside"
"""What a copy beside the workspace says of itself: `storage.beside`."""

HEADER = """\
# What this machine remembers of a workbench. stui writes this file while a session is open;
# close the session before you change it by hand. Nothing here is needed to open the workspace.
"""

SESSION_LIMITS = Limits(
    file_bytes=256 << 20,
    warn_bytes=None,
    scalar_length=128 << 20,
    key_length=4096,
    nodes=1_000_000,
)
"""A session file is our own, and a buffer may be large."""

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}\Z")
_SUFFIX = ".yaml"

_MISSING = ItemProblem("session", "its file is gone; the newest snapshot stands in")

FIRST_NAME = "main"
"""The session that a first start makes."""


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

    @property
    def count(self) -> int:
        """How many sessions there are, readable or not.

        Raises:
            DiskError: Their folder cannot be read.
        """
        return len(self._ids())

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
                place = self.folder.snapshots_of(name) / SNAPSHOTS_NAME
                if name not in known and self.fs.read(place, 1) is not None:
                    yield name

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
            raise NotFoundError("session", session, "`stui session ls` shows what there is")
        items: Items = {} if found is None else found.items
        state, problems = state_from(items)
        damaged = () if found is None else found.problems
        return LoadedSession(
            _named(state, session),
            (problem, *damaged, *problems),
            from_snapshot=found is not None,
        )


def is_session_id(text: str) -> bool:
    """Whether the text can name a session: short, lower case, safe as a file name everywhere."""
    return _ID.match(text) is not None


def session_yaml(state: SessionState) -> str:
    """The text of the session file.

    Half a character (a lone surrogate, as broken output has them) becomes U+FFFD: no YAML can hold
    it, and it must not keep the rest from being saved.
    """
    return yaml_of(plain_of(items_of(state)), HEADER)


def yaml_of(plain: Plain, header: str) -> str:
    """A document below its header, with U+FFFD for half a character."""
    try:
        return header + to_yaml(plain)
    except EditError:
        return header + to_yaml(_whole_characters(plain))


def _whole_characters(value: Plain) -> Plain:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {str(_whole_characters(key)): _whole_characters(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [_whole_characters(one) for one in value]
    return value


def plain_of(items: Items) -> dict[str, Plain]:
    """The document of a session file: items of one kind gathered under one key."""
    plain: dict[str, Plain] = {FORMAT_KEY: SESSION_FORMAT}
    for key in ("meta", "layout", "preferences"):
        if key in items:
            plain[key] = items[key]
    for key, prefix in (("buffers", BUFFER), ("connections", CONNECTION)):
        gathered = {n.removeprefix(prefix): v for n, v in items.items() if n.startswith(prefix)}
        if gathered:
            plain[key] = gathered
    plain |= {key: items[key] for key in ("transcript", "outbox") if key in items}
    return plain


def items_in(plain: Plain) -> dict[str, Plain]:
    """The items of a session file's document; what has no place is an item of its own key."""
    if not isinstance(plain, Mapping):
        return {}
    items: dict[str, Plain] = {}
    prefixes = {"buffers": BUFFER, "connections": CONNECTION}
    for key, value in plain.items():
        if key in prefixes and isinstance(value, Mapping):
            items |= {prefixes[key] + name: one for name, one in value.items()}
        elif key not in (FORMAT_KEY, BESIDE_KEY):
            items[key] = value
    return items


class DamagedError(Exception):
    """The file is no session; the message says why, in one clause."""


def read_items(content: bytes) -> dict[str, Plain]:
    """The items in the bytes of a session file.

    Raises:
        DamagedError: They are no session.
        VersionError: They are of a newer format.
    """
    return items_in(read_plain(content, SESSION_LIMITS))


def read_plain(content: bytes, limits: Limits) -> Mapping[str, Plain]:
    """The document in the bytes of a session file.

    Raises:
        DamagedError: They are no session.
        VersionError: They are of a newer format.
    """
    try:
        plain = parse(content, limits).plain()
    except InvalidDocumentError as error:
        raise DamagedError("the file is not YAML any more") from error
    return of_a_session(plain)


def of_a_session(plain: Plain) -> Mapping[str, Plain]:
    """The document itself, if it is one of a session.

    Raises:
        DamagedError: It is none.
        VersionError: It is of a newer format.
    """
    if not isinstance(plain, Mapping) or FORMAT_KEY not in plain:
        raise DamagedError(f"the file has no key `{FORMAT_KEY}`")
    version = plain[FORMAT_KEY]
    if isinstance(version, int) and version > SESSION_FORMAT:
        raise VersionError(version, SESSION_FORMAT)
    return plain


def _named(state: SessionState, session: str) -> SessionState:
    """The state under the name of its file, which is the one that counts."""
    meta = state.meta
    return replace(state, meta=replace(meta, id=session, name=meta.name or session))
