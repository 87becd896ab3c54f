"""The program around the workbench: themes, the question after crashes, and ends of all kinds.

Whatever ends the program, the session is closed well first; after a bug of ours it is saved and
left open, so that the next start counts it. Textual's own crash screen is never shown: it prints
the values of variables, and those are people's texts.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.app import App
from textual.binding import Binding, BindingType
from textual.notifications import Notify, SeverityLevel
from textual.screen import Screen
from textual.worker import WorkerFailed

from stui_workspace.errors import StuiError
from stui_workspace.runtime.request import OpenRequest, Start
from stui_workspace.runtime.services import Services
from stui_workspace.tui.doing import Doing
from stui_workspace.tui.hanging_up import watch_terminal
from stui_workspace.tui.notices.book import NoticeBook
from stui_workspace.tui.ports import Crashes, LiveSession
from stui_workspace.tui.themes import DARK, THEMES
from stui_workspace.tui.workbench import Workbench

if TYPE_CHECKING:
    from stui_workspace.tui.sessions.start import Started

PATIENCE: Final = 5.0
"""Seconds for ending well after the terminal is gone or somebody asked us to stop."""

_TIMES: Final = re.compile(r"  \(\d+ times\)\Z")
"""How often a message was said, at its end."""

OnBug = Callable[[BaseException], int]
"""Reports a bug of ours, and gives the exit status."""


class WorkbenchApp(App[int], inherit_bindings=False):
    TITLE = "stui"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "Quit", show=False, priority=True)
    ]
    CSS = """
    ToastRack { margin-bottom: 2; }
    Toast { background: $panel; padding: 0 1; }
    """

    def __init__(
        self,
        session: LiveSession | None,
        question: Crashes | None = None,
        reopen: Callable[[Start], LiveSession] | None = None,
        open_session: Callable[[OpenRequest], LiveSession] | None = None,
    ) -> None:
        """An app on a session; without one, it asks `question` and opens one as it is answered.

        Args:
            session: What is open; None to ask first.
            question: What to ask after crashes.
            reopen: Opens the session as that was answered.
            open_session: Opens another one; None where there is no other.
        """
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK
        if session is not None and session.preferences.theme in self.available_themes:
            self.theme = session.preferences.theme
        self.session = session
        self.notices = NoticeBook(time.time if session is None else session.clock)
        """What was said at the edge of the screen."""
        self.bug: BaseException | None = None
        self.refusal: StuiError | None = None
        """Why the session could not be opened after the question."""
        self.beside: list[str] = []
        """The kinds of errors of forgotten tasks; their words may be people's."""
        self._question = question
        self._reopen = reopen
        self.open_session = open_session
        self.start_screen: Callable[[], Screen[Any]] | None = None
        """Makes the screen on which the first session is chosen, where there is a choice."""
        self.replacing: asyncio.Task[None] | None = None
        """Closes a session in whose place another one is open already."""

    @property
    def is_replacing(self) -> bool:
        """Whether the session before is still being closed."""
        return self.replacing is not None and not self.replacing.done()

    def get_default_screen(self) -> Screen[Any]:
        return Workbench(self.session) if self.session is not None else Screen()

    def on_mount(self) -> None:
        if self.session is None and self._question is not None:
            from stui_workspace.tui.screens.questions import AfterCrashes

            self.push_screen(AfterCrashes(self._question), self._answered)
        elif self.session is None and self.start_screen is not None:
            self.push_screen(self.start_screen(), self._started)

    async def action_leave(self) -> None:
        """End the session well, and the program: from whatever screen is up."""
        screen = self.screen
        if isinstance(screen, Doing):
            async with screen.waiting("closing the session"):
                await self.end_session()
        else:
            await self.end_session()
        self.exit(0)

    async def end_session(self) -> None:
        """Close what is open well: the session, and the one before if it is not closed yet."""
        await self.replaced()
        if self.session is not None:
            await self.session.close()

    async def replaced(self) -> None:
        """Wait until the session before is closed, where there was one."""
        if self.replacing is not None:
            await asyncio.wait({self.replacing})

    def _started(self, started: Started | None) -> None:
        if started is None:
            self.exit(0)
            return
        self.session = started.session
        bench = Workbench(started.session)
        self.call_later(self.push_screen, bench)
        if started.then is not None:
            self.call_later(self.call_after_refresh, bench.perform, started.then)

    def _answered(self, start: Start | None) -> None:
        if start is None or self._reopen is None:
            self.exit(0)
            return
        try:
            self.session = self._reopen(start)
        except StuiError as error:
            self.refusal = error
            self.exit(1)
            return
        self.call_later(self.push_screen, Workbench(self.session))

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a short message for a while, and keep it; what is said again is counted."""
        said = self.notices.note(message, severity)
        times = f"  ({said.count} times)" if said.count > 1 else ""
        shown = message + times
        super().notify(shown, title=title, severity=severity, timeout=timeout, markup=markup)

    def on_notify(self, event: Notify) -> None:
        """Take the message off that is about to be shown again with its count."""
        text = _TIMES.sub("", event.notification.message)
        for one in tuple(self._notifications):
            if _TIMES.sub("", one.message) == text:
                self._unnotify(one, refresh=False)

    def note_beside(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Keep the kind of what a forgotten task raised: asyncio would print it onto the screen."""
        self.beside.append(type(context.get("exception")).__name__)

    def tell_bug(self, error: Exception) -> None:
        """End the program with a bug of ours, as it is done with those of screens."""
        self._handle_exception(error)

    def _handle_exception(self, error: Exception) -> None:
        found: BaseException = error.error if isinstance(error, WorkerFailed) else error
        self.bug = self.bug or found
        self._return_code = 70
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()


def run(request: OpenRequest, services: Services, *, on_bug: OnBug | None = None) -> int:
    """The exit status of the workbench, once it is closed.

    Args:
        request: What to open.
        services: This machine.
        on_bug: Told of a bug once the terminal is itself again; without it, the bug is raised.

    Raises:
        StuiError: The session cannot be opened.
    """
    from stui_workspace.model.records import replace
    from stui_workspace.runtime.opening import crash_question
    from stui_workspace.runtime.session import Session
    from stui_workspace.runtime.sessions.choice import start_choice
    from stui_workspace.storage.project import find_project
    from stui_workspace.storage.sessions.store import ListedOnce

    def open_session(wanted: OpenRequest) -> LiveSession:
        return Session.open(wanted, services)

    def reopen(start: Start) -> LiveSession:
        return open_session(replace(request, start=start, asked=True))

    root = find_project(request.path, services.home).root
    listed = ListedOnce(services.locations.workspace(root), services.fs)
    question = crash_question(request, services, listed)
    choice = start_choice(request, services, listed) if question is None else None
    is_clear = question is None and choice is None
    session = Session.open(request, services, listed) if is_clear else None
    app = WorkbenchApp(session, question, reopen, open_session)
    if choice is not None:
        from stui_workspace.runtime.sessions.catalogue import Catalogue
        from stui_workspace.tui.sessions.start import StartScreen

        catalogue = Catalogue(choice.project, services)
        app.start_screen = partial(StartScreen, choice, catalogue, request, open_session)
    status = asyncio.run(lived(app))
    if app.refusal is not None:
        raise app.refusal
    if app.bug is None:
        return status
    if on_bug is None:
        raise app.bug
    return on_bug(app.bug)


async def lived(app: WorkbenchApp) -> int:
    """The exit status of the app, with its session closed or, after a bug, saved."""
    _leave_well_when_told(app)
    asyncio.get_running_loop().set_exception_handler(app.note_beside)
    try:
        status = await app.run_async()
    except Exception as error:  # noqa: BLE001 (reported by the caller, once the session is safe)
        app.bug = app.bug or error
        status = None
    if app.session is not None:
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):  # `wait_for` of 3.11 can swallow a cancellation
                await app.replaced()
                await _end(app.session, after_bug=app.bug is not None)
    return status or 0


async def _end(session: LiveSession, *, after_bug: bool) -> None:
    if not after_bug:
        await session.close()
        return
    session.save()  # and no goodbye: two ends like this in a row are asked about
    for view in session.connections():
        await session.disconnect(view.name)


def _leave_well_when_told(app: WorkbenchApp) -> None:
    """On SIGTERM, and when the terminal is gone, close the session and end."""
    loop = asyncio.get_running_loop()
    leaving: set[asyncio.Task[None]] = set()

    async def leave(patience: float) -> None:
        await app.end_session()
        _end_within(patience)
        app.exit(0)

    def told(patience: float) -> None:
        _end_within(2 * PATIENCE)
        leaving.add(loop.create_task(leave(patience)))

    for name, patience in (("SIGTERM", PATIENCE), ("SIGHUP", PATIENCE / 10)):
        number = getattr(signal, name, None)
        if number is not None:
            with suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, told, patience)

    def gone() -> None:
        _end_within(2 * PATIENCE)  # the loop may be stuck already, writing to what is not there
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(told, PATIENCE / 10)

    watch_terminal(gone)


def _end_within(seconds: float) -> None:
    """End the program by then, come what may: a terminal that is gone can hold us for ever."""
    timer = threading.Timer(seconds, os._exit, (0,))
    timer.daemon = True
    timer.start()
