"""Sessions that were removed, for as long as that can be taken back.

A removal is a record and the session's files, moved into one folder. Where the session file is
decides: while it lies in the trash the session is removed, and while it does not, whatever else of
it lies there belongs back. So a removal moves that file last and taking back moves it first. Of a
session that lost its file, the snapshots decide. The record is in a folder of its own meanwhile:
whoever has the session's lock next looks there, and puts together what a crash left apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from stui_workspace.errors import DiskError, NotFoundError, UsageError
from stui_workspace.model.records import replace
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.sessions.journal import Journal
from stui_workspace.storage.sessions.lineage import forget_copy
from stui_workspace.storage.snapshots.store import FILE_NAME
from stui_workspace.storage.trash.removals import (
    DECIDING,
    RECORD,
    SESSION,
    SNAPSHOTS,
    Removal,
    is_aside,
    removal_named,
    told,
    written,
)

KEPT_SECONDS: Final = 30 * 86400.0
"""How long a removed session can be brought back."""

_LIMIT = 64 << 10


class Trash:
    """What was removed of the sessions of one workspace."""

    def __init__(self, folder: WorkspaceFolder, fs: FileSystem) -> None:
        self._folder = folder
        self._fs = fs
        self._last: int | None = None
        """The highest number given so far, as far as this one knows."""

    def take_in(self, session: str, name: str, at: float) -> Removal:
        """Remove a session whose lock is held: all of it can be brought back.

        Its copy beside the workspace is deleted; the session writes it anew when it is back.

        Args:
            session: Its id.
            name: What people call it.
            at: The time; the same for all that one command removes.

        Raises:
            NotFoundError: There is no such session.
            DiskError: It was not removed.
        """
        places = self._places(session)
        deciding = next((role for role in DECIDING if self._is_there(places[role])), None)
        if deciding is None:
            raise NotFoundError("session", session, "`stui session ls` shows what there is")
        with suppress(DiskError):
            forget_copy(self._folder, session, self._fs)
        parts = tuple(self._existing(session))
        roles = tuple(role for role, _ in parts)
        removal = Removal(self._new_key(session), session, name, at, None, deciding, roles)
        try:
            self._begin(removal)
            for role, path in parts:
                self._move(path, self._part(removal, role))
            self._settle(removal)
        except DiskError:
            with suppress(DiskError):
                self.put_together(session)
            raise
        return removal

    def removals(self) -> tuple[Removal, ...]:
        """What can be brought back, the last removed first.

        Raises:
            DiskError: The trash cannot be read.
        """
        names = self._names(self._folder.trash)
        records = {one.key: one for one in self._records(self._folder.trash, names)}
        begun = self._names(self._folder.underway)
        records |= {one.key: one for one in self._records(self._folder.underway, begun)}
        found = [one for one in records.values() if f"{one.key}.{one.deciding}" in names]
        return tuple(sorted(found, key=lambda one: one.number, reverse=True))

    def give_back(self, removal: Removal, session: str) -> None:
        """Bring a removed session back as `session`, whose lock is held.

        Raises:
            UsageError: There is a session of that id.
            DiskError: It is still in the trash, or `put_together` has to finish it.
        """
        place = self._places(session)[removal.deciding]
        if self._is_there(place):
            raise UsageError(f"there is a session `{session}` already", "choose another name")
        begun = replace(removal, back_as=session)
        self._begin(begun)
        self._move(self._part(removal, removal.deciding), place)
        self._finish(begun)

    def put_together(self, session: str) -> None:
        """Bring back what a removal, or a return, that was cut short left in the trash.

        For the holder of the session's lock. Costs a look into an empty folder, mostly.

        Raises:
            DiskError: Some of it is still there.
        """
        for one in self._records(self._folder.underway, self._names(self._folder.underway)):
            if (one.back_as or one.session) == session:
                if self._is_there(self._part(one, one.deciding)):
                    self._settle(one)
                else:
                    self._finish(one)

    def empty(self, now: float) -> int:
        """Delete for good what was removed long ago, and return how many sessions that were.

        Raises:
            DiskError: Some of it cannot be deleted.
        """
        begun = self._names(self._folder.underway)
        old = [
            one
            for one in self._records(self._folder.trash, self._names(self._folder.trash))
            if one.at is not None and now - one.at > KEPT_SECONDS
        ]
        gone = [one for one in old if f"{one.key}{RECORD}" not in begun]
        for one in gone:
            parts = dict(self._parts(one))
            last = parts.pop(one.deciding, None)
            for path in (*parts.values(), last, self._record(one)):
                if path is not None:
                    self._remove(path)
        return len(gone)

    def _begin(self, removal: Removal) -> None:
        """Record what is about to be done."""
        path = self._folder.underway / f"{removal.key}{RECORD}"
        save_own(self._fs, path, written(removal))

    def _settle(self, removal: Removal) -> None:
        """Put the record of what is in the trash with the rest of it."""
        begun = self._folder.underway / f"{removal.key}{RECORD}"
        if self._is_there(begun):
            self._move(begun, self._record(removal))

    def _finish(self, removal: Removal) -> None:
        """Move back whatever is left of it in the trash, and forget the records.

        What has taken its place meanwhile is not written over; the record stays then.
        """
        session = removal.back_as or removal.session
        places = self._places(session)
        is_all_back = True
        for role, source in self._parts(removal):
            place = places.get(role) or places["journal"].with_name(f"{session}.{role}")
            if self._is_there(place):
                is_all_back = False
            else:
                self._move(source, place)
        if is_all_back:
            self._remove(self._record(removal))
            self._remove(self._folder.underway / f"{removal.key}{RECORD}")

    def _places(self, session: str) -> dict[str, Path]:
        """Where each part of a session belongs; the journals set aside come besides."""
        folder = self._folder
        return {
            "journal": folder.journal_of(session),
            "crashes": folder.crashes_of(session),
            "lineage": folder.lineage_of(session),
            "receipt": folder.receipt_of(session),
            SNAPSHOTS: folder.snapshots_of(session) / FILE_NAME,
            SESSION: folder.sessions / f"{session}.yaml",
        }

    def _existing(self, session: str) -> Iterator[tuple[str, Path]]:
        """Each part that there is with its place; the one that decides last."""
        journal = self._folder.journal_of(session)
        for path in Journal(journal, self._fs).asides():
            yield f"journal{path.name.removeprefix(journal.name)}", path
        for role, path in self._places(session).items():
            if self._is_there(path):
                yield role, path

    def _parts(self, removal: Removal) -> Iterator[tuple[str, Path]]:
        """The parts that lie in the trash, by their roles."""
        for role in self._roles(removal) if removal.roles is None else removal.roles:
            path = self._part(removal, role)
            if self._is_there(path):
                yield role, path

    def _roles(self, removal: Removal) -> Iterator[str]:
        """What its parts are, by what lies there."""
        known = self._places(removal.session)
        prefix = f"{removal.key}."
        for name in self._names(self._folder.trash):
            role = name.removeprefix(prefix)
            if role != name and (role in known or is_aside(role)):
                yield role

    def _part(self, removal: Removal, role: str) -> Path:
        return self._folder.trash / f"{removal.key}.{role}"

    def _record(self, removal: Removal) -> Path:
        return self._folder.trash / f"{removal.key}{RECORD}"

    def _new_key(self, session: str) -> str:
        if self._last is None:
            heads = (name.partition("-")[0] for name in self._names(self._folder.trash))
            self._last = max((int(head) for head in heads if head.isdecimal()), default=0)
        while True:
            self._last += 1
            key = f"{self._last:06d}-{session}"
            taken = (
                self._folder.trash / f"{key}{RECORD}",
                self._folder.underway / f"{key}{RECORD}",
            )
            if not any(self._is_there(path) for path in taken):
                return key

    def _records(self, folder: Path, names: Iterable[str]) -> Iterator[Removal]:
        for name in names:
            blank = removal_named(name)
            if blank is None:
                continue
            with explained(folder / name):
                content = self._fs.read(folder / name, _LIMIT)
            yield told(blank, content or b"")

    # The disk.

    def _names(self, folder: Path) -> tuple[str, ...]:
        with explained(folder):
            return self._fs.names(folder)

    def _is_there(self, path: Path) -> bool:
        with explained(path):
            return self._fs.read(path, 1) is not None

    def _move(self, source: Path, target: Path) -> None:
        with explained(source):
            self._fs.make_folder(target.parent)
            self._fs.move(source, target)

    def _remove(self, path: Path) -> None:
        with explained(path):
            self._fs.remove(path)
