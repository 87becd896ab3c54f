"""What the sessions screen and the start screen have in common: reading, and showing what is read.

Files are read in a thread of their own, and the rows are made once for each reading: there may be
thousands of sessions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from stui_workspace.errors import NotFoundError
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.sessions.catalogue import Catalogue, Details
from stui_workspace.runtime.sessions.recent import Recent
from stui_workspace.runtime.sessions.resumable import Resumable
from stui_workspace.tui.scrollback import Row
from stui_workspace.tui.sessions.details import project_rows, session_rows
from stui_workspace.tui.sessions.rows import PROJECT, project_entry, session_entry
from stui_workspace.tui.themes import Paint
from stui_workspace.tui.twofold import Entry, Twofold

T = TypeVar("T")

_AROUND: Final = 3
"""Cells of the details that the frame and the scrollbar take."""


class Sessions(Twofold[T]):
    """A list of sessions, and of the projects that were open on this machine."""

    EMPTY = "No session is kept of this project yet."

    def __init__(self, catalogue: Catalogue, current: str = "") -> None:
        """A screen on the sessions of a project, of which `current` is open here."""
        super().__init__()
        self.catalogue = catalogue
        self.current = current
        self.sessions: Sequence[Resumable] = ()
        self.projects: Sequence[Recent] = ()
        self._known: dict[tuple[str, float], Details] = {}
        self._wanted: str | None = None
        self._painted: tuple[object, list[Entry]] = (None, [])
        self._reading = 0

    def shown(self) -> tuple[Sequence[Resumable], Sequence[Recent]]:
        """What of what was read is in the list."""
        return self.sessions, self.projects

    def note(self) -> str:
        sessions, projects = (len(some) for some in self.shown())
        more = f"{projects} project{'' if projects == 1 else 's'}" if projects else ""
        return " · ".join(filter(None, (str(sessions) if sessions else "", more)))

    def on_mount(self) -> None:
        self.work(self.read_again())

    async def read_again(self, mark: str | None = None) -> None:
        """Read everything anew, and mark that row."""
        rows, recents = await asyncio.to_thread(self._read)
        self.sessions = rows
        root = self.catalogue.project.root
        self.projects = [one for one in recents if one.root != root]
        self._reading += 1
        self._known.clear()
        self.follow()
        if mark is not None:
            self.mark(mark)

    def _read(self) -> tuple[Sequence[Resumable], Sequence[Recent]]:
        return self.catalogue.rows(), self.catalogue.recents()

    def entries(self, paint: Paint, width: int) -> Iterable[Entry]:
        sessions, projects = self.shown()
        key = (self._reading, paint, width, len(sessions), len(projects), self.current)
        if self._painted[0] != key:
            now, room = self.catalogue.clock(), (paint, width)
            self._painted = (
                key,
                [
                    *(session_entry(one, self.current, now, room) for one in sessions),
                    *(project_entry(one, now, room) for one in projects),
                ],
            )
        return self._painted[1]

    def details(self, key: str) -> tuple[str, Sequence[Row]]:
        now = self.catalogue.clock()
        project = self.project_at(key)
        if project is not None:
            return printable_line(project.name, 60), list(project_rows(project, now))
        one = self.session_at(key)
        found = self._known.get((key, one.meta.saved))
        if found is None and self._wanted != key:
            self._wanted = key
            self.work(self._learn(key, one.meta.saved))
        width = self.query_one("#details").size.width - _AROUND
        title = printable_line(one.meta.name or one.handle, 60)
        return title, list(session_rows(one, found, (now, width), is_here=key == self.current))

    async def _learn(self, key: str, saved: float) -> None:
        await asyncio.sleep(0)
        if key == self.marked or self.marked is None:
            self._known[(key, saved)] = await asyncio.to_thread(self.catalogue.details, key)
        self._wanted = None
        if self.is_attached:
            self.follow()

    def session_at(self, key: str) -> Resumable:
        """The session of that row.

        Raises:
            NotFoundError: It is of none.
        """
        for one in self.sessions:
            if one.handle == key:
                return one
        raise NotFoundError("session", key, "mark one")

    def project_at(self, key: str) -> Recent | None:
        """The project of that row; None where it is of a session."""
        if not key.startswith(PROJECT):
            return None
        return next((one for one in self.projects if f"{PROJECT}{one.root}" == key), None)

    @property
    def marked_session(self) -> Resumable:
        """The session that is marked.

        Raises:
            NotFoundError: None is.
        """
        return self.session_at(self.marked or "")
