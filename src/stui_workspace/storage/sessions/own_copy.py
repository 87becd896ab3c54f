"""This machine's own copy of a session beside the workspace file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from stui_workspace.errors import DiskError, VersionError
from stui_workspace.model.records import replace
from stui_workspace.model.revision import revision_of
from stui_workspace.model.session import SessionState
from stui_workspace.storage.atomic import save_own
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem
from stui_workspace.storage.locations import WorkspaceFolder
from stui_workspace.storage.machines import Machine
from stui_workspace.storage.sessions.beside import (
    FOLDER,
    LIMITS,
    claims_in,
    copy_bytes,
    file_name,
    sessions_folder,
)
from stui_workspace.storage.sessions.format import DamagedError
from stui_workspace.storage.sessions.lineage import Lineage, forget_copy, load_lineage, save_lineage

_IGNORE_NAME = ".gitignore"
_IGNORE = b"""\
# Unsaved texts of this project's sessions. To share them in git, delete this file.
*
"""
_SPARE_NAMES = 9


class OwnCopy:
    """Writes the copy of one session. One writer at a time: the holder of the session's lock.

    A file is written over only where it has what this machine put there before. Should another
    machine have written it all the same (its state folder was cloned, say), or should it be newer
    than what this machine remembers, the next name is used and the file stays.
    """

    def __init__(
        self,
        root: Path,
        folder: WorkspaceFolder,
        session: str,
        identify: Callable[[], Machine],
        fs: FileSystem,
    ) -> None:
        self.root = root
        self._folder = folder
        self._session = session
        self._identify = identify
        self._fs = fs

    def put(self, state: SessionState) -> Path:
        """Write the copy, durably, and return where it is.

        Raises:
            DiskError: It was not written; what is there is as it was.
            LockTimeoutError: Another stui holds what this one needs.
        """
        machine = self._identify()
        lineage = load_lineage(self._folder, self._session, self._fs)
        content = copy_bytes(state, machine.id, lineage)
        if len(content) > LIMITS.file_bytes:
            most = LIMITS.file_bytes >> 20
            raise DiskError(
                self.root / FOLDER, f"the session has more than {most} MiB", "close large pads"
            )
        folder = self._made()
        target = next((one for one in self._names(folder, machine, lineage)), None)
        if target is None:
            raise DiskError(folder, "every name for it is taken", "delete what nobody needs there")
        before = lineage.revisions[-1:] if lineage.file == str(target) else ()
        written = replace(
            lineage,
            file=str(target),
            revisions=(*before, revision_of(content)),
            saved=state.meta.saved,
        )
        save_lineage(self._folder, self._session, written, self._fs)  # first: what is ours is known
        save_own(self._fs, target, content)
        return target

    def withdraw(self) -> None:
        """Take the copy away; nothing happens where there is none.

        Raises:
            DiskError: It cannot be deleted.
        """
        forget_copy(self._folder, self._session, self._fs)

    def _made(self) -> Path:
        """The folder of the copies, which git ignores unless somebody wants it otherwise."""
        folder = sessions_folder(self.root)
        if folder is None:
            raise DiskError(
                self.root / FOLDER, "it leads out of the project", "put a real folder there"
            )
        with explained(folder):
            folder.parent.mkdir(exist_ok=True)  # readable as the project is, unlike what is in it
            try:
                folder.mkdir()
            except FileExistsError:
                return folder
            with suppress(OSError):
                (folder / _IGNORE_NAME).write_bytes(_IGNORE)
        return folder

    def _names(self, folder: Path, machine: Machine, lineage: Lineage) -> Iterator[Path]:
        """Where the copy may be written, the best first."""
        stems = [*machine.own_names]
        stems += [f"{stems[-1]}-{number}" for number in range(2, _SPARE_NAMES + 1)]
        paths = [folder / file_name(stem, self._session) for stem in stems]
        known = Path(lineage.file) if lineage.file else None
        if known in paths:
            paths.insert(0, known)
        for path in paths:
            if self._is_ours(path, machine, lineage):
                yield path

    def _is_ours(self, path: Path, machine: Machine, lineage: Lineage) -> bool:
        with explained(path):
            content = self._fs.read(path, LIMITS.file_bytes + 1)
        if content is None or revision_of(content) in lineage.revisions:
            return True
        try:
            found = claims_in(content)
        except VersionError:
            return False
        except DamagedError:
            return str(path) == lineage.file
        is_mine = (found.writer, found.meta.id) == (machine.id, self._session)
        return is_mine and found.meta.saved <= lineage.saved
