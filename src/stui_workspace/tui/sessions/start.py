"""The start screen: which session to go on in, where only a person can know."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stui_workspace.errors import UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import dataclass, replace
from stui_workspace.runtime.request import OpenRequest, Start
from stui_workspace.runtime.sessions.catalogue import Catalogue
from stui_workspace.runtime.sessions.choice import StartChoice
from stui_workspace.runtime.sessions.recent import Recent
from stui_workspace.runtime.sessions.resumable import Resumable
from stui_workspace.tui.keys import FOOTER_START, START
from stui_workspace.tui.ports import LiveSession
from stui_workspace.tui.scrollback import Row
from stui_workspace.tui.sessions.showing import Sessions


@dataclass(frozen=True, slots=True)
class Started:
    """A session that was chosen and is open, and what to do first in it."""

    session: LiveSession
    then: str | None = None
    """The name of an action of the workbench."""


class StartScreen(Sessions[Started]):
    """Gives the session that was chosen; None where a person leaves."""

    ACTIONS = START
    FOOTER = FOOTER_START
    LIST_TITLE = "Go on in"

    def __init__(
        self,
        choice: StartChoice,
        catalogue: Catalogue,
        request: OpenRequest,
        open_session: Callable[[OpenRequest], LiveSession],
    ) -> None:
        super().__init__(catalogue)
        self._choice = choice
        self._request = replace(request, asked=True)
        self._open_session = open_session
        self._shows_projects = False
        self.sessions = choice.sessions
        self.doers = {
            **self.doers,
            "choose": self._choose,
            "fresh": lambda: self._start(replace(self._request, start=Start.FRESH)),
            "safe": lambda: self._start(replace(self._request, start=Start.SAFE, connect=False)),
            "timeline": lambda: self._choose("timeline"),
            "projects": self._switch_list,
        }

    def shown(self) -> tuple[Sequence[Resumable], Sequence[Recent]]:
        return ((), self.projects) if self._shows_projects else (self.sessions, ())

    def details(self, key: str) -> tuple[str, Sequence[Row]]:
        title, rows = super().details(key)
        if self._shows_projects:
            return title, rows
        why = Row((("△ ", "warn"), (f"{self._choice.reason}: which one?", "text")), hang=2)
        return title, [why, Row((("", "text"),)), *rows]

    def offers(self, name: str) -> bool:
        return not (self._shows_projects and name in ("fresh", "safe", "timeline"))

    async def read_again(self, mark: str | None = None) -> None:
        await super().read_again(mark or self._choice.preferred)

    def _choose(self, then: str | None = None) -> None:
        key = self.marked
        if key is None:
            raise UsageError("nothing is marked", "f starts a new session")
        project = self.project_at(key)
        if project is not None:
            if project.is_missing:
                raise UsageError(f"{project.root} is not there", "connect its disk, and try again")
            self._start(OpenRequest(project.root, asked=True), then)
            return
        one = self.session_at(key)
        if one.beside and one.problem is not None:
            raise UsageError(f"`{printable_line(one.handle)}` cannot be read", "choose another one")
        self._start(replace(self._request, session=one.home or one.handle), then)

    def _start(self, request: OpenRequest, then: str | None = None) -> None:
        self.dismiss(Started(self._open_session(request), then))

    def _switch_list(self) -> None:
        self._shows_projects = not self._shows_projects
        none = "No other project is known here. p shows the sessions of this one."
        self.EMPTY = none if self._shows_projects else Sessions.EMPTY  # type: ignore[misc]
        self.follow()
