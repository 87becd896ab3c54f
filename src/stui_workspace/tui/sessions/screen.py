"""The screen of all sessions: what is kept of each, and what a person does with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from stui_workspace.errors import StuiError, UsageError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.records import replace
from stui_workspace.runtime.request import OpenRequest, Start
from stui_workspace.runtime.sessions.pruning import Plan, Rule
from stui_workspace.tui.keys import FOOTER_SESSIONS, SESSIONS
from stui_workspace.tui.screens.card import Sheet
from stui_workspace.tui.screens.chooser import Choice, Chooser
from stui_workspace.tui.screens.questions import Prompt
from stui_workspace.tui.scrollback import Row
from stui_workspace.tui.sessions.details import statistics_rows
from stui_workspace.tui.sessions.pruning import PruneCard, counted
from stui_workspace.tui.sessions.showing import Sessions

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench

_DAY: Final = 86400.0
RULES: Final = {
    "30d": ("Not saved for 30 days", Rule(older=30 * _DAY)),
    "90d": ("Not saved for 90 days", Rule(older=90 * _DAY)),
    "keep-10": ("All but the last 10", Rule(keep=10)),
    "keep-50": ("All but the last 50", Rule(keep=50)),
    "10M": ("Larger than 10 MiB", Rule(larger=10 << 20)),
}


class _StatisticsSheet(Sheet):
    TITLE_TEXT = "How much was done"


class SessionsScreen(Sessions[None]):
    ACTIONS = SESSIONS
    FOOTER = FOOTER_SESSIONS
    LIST_TITLE = "Sessions"

    def __init__(self, bench: Workbench) -> None:
        session = bench.session
        super().__init__(session.catalogue(), session.receipt.session)
        self._bench = bench
        self.doers = {
            **self.doers,
            "choose": self._open,
            "rename": self._rename,
            "clone": self._clone,
            "remove": self._remove,
            "undo": self._undo,
            "prune": self._prune,
            "statistics": self._statistics,
        }

    # Going on in another one.

    def _open(self) -> None:
        key = self.marked or ""
        project = self.project_at(key)
        if project is not None:
            if project.is_missing:
                raise UsageError(f"{project.root} is not there", "connect its disk, and try again")
            self._go_on(OpenRequest(project.root, asked=True))
            return
        one = self.session_at(key)
        if one.handle == self.current:
            self.dismiss(None)
            return
        if one.problem is not None and one.beside:
            raise UsageError(f"`{one.handle}` cannot be read: {one.problem}", None)
        wanted = replace(
            self._bench.session.request,
            start=Start.CONTINUE,
            asked=True,
            session=one.home or one.handle,
            connect_to=(),
        )
        self._go_on(wanted)

    def _go_on(self, wanted: OpenRequest) -> None:
        from stui_workspace.tui.sessions.switching import switch

        switch(self._bench, wanted)

    # What is done with one.

    def _rename(self) -> None:
        one = self.marked_session
        self._refuse_foreign(one.beside)

        def named(name: str | None) -> None:
            if name is not None and name != one.meta.name:
                self.work(self._renamed(one.handle, name))

        self.app.push_screen(Prompt("Name of the session", one.meta.name), named)

    async def _renamed(self, session: str, name: str) -> None:
        if session == self.current:
            name = self._bench.session.rename(name)
            self._bench.show_status()
        else:
            name = await asyncio.to_thread(self.catalogue.rename, session, name)
        self.say(f"session `{session}` is called {name} now")
        await self.read_again(session)

    def _clone(self) -> None:
        one = self.marked_session
        self._refuse_foreign(one.beside)

        def named(name: str | None) -> None:
            if name is not None:
                self.work(self._cloned(one.handle, name))

        self.app.push_screen(Prompt("Name of the second one", f"{one.handle}-copy"), named)

    async def _cloned(self, session: str, name: str) -> None:
        if session == self.current:
            self._bench.session.save()
        made = await asyncio.to_thread(self.catalogue.clone, session, name)
        self.say(f"session `{made.id}` has all that `{session}` has")
        await self.read_again(made.id)

    async def _remove(self) -> None:
        one = self.marked_session
        self._refuse_foreign(one.beside)
        if one.handle == self.current:
            raise UsageError("this session is open here", "open another one first")
        await asyncio.to_thread(self.catalogue.remove, [one.handle])
        self.say(f"removed session `{printable_line(one.handle)}`; u brings it back, for 30 days")
        await self.read_again()

    async def _undo(self) -> None:
        back = await asyncio.to_thread(self.catalogue.undo)
        for one in back[:1]:
            more = f" and {len(back) - 1} more" if len(back) > 1 else ""
            self.say(f"session `{one.session}`{more} is back")
        await self.read_again(back[0].session)

    def _refuse_foreign(self, is_foreign: bool) -> None:  # noqa: FBT001 (a fact, not a switch)
        if is_foreign:
            raise UsageError("it is another machine's", "Enter goes on with it here")

    # Many at once.

    def _prune(self) -> None:
        choices = [Choice(key, title) for key, (title, _) in RULES.items()]

        def chosen(key: str | None) -> None:
            if key is not None:
                self.work(self._planned(RULES[key][1]))

        self.app.push_screen(Chooser("Remove which sessions?", choices), chosen)

    async def _planned(self, rule: Rule) -> None:
        plan = await asyncio.to_thread(self.catalogue.plan, rule)

        def agreed(is_agreed: bool | None) -> None:  # noqa: FBT001 (textual calls it so)
            if is_agreed:
                self.work(self._pruned(plan, rule))

        now: Callable[[], float] = self.catalogue.clock
        self.app.push_screen(PruneCard(plan, now), agreed)

    async def _pruned(self, plan: Plan, rule: Rule) -> None:
        done = await asyncio.to_thread(self.catalogue.prune, plan, rule)
        self.say(f"removed {counted(done)}; u brings them back, for 30 days")
        await self.read_again()

    async def _statistics(self) -> None:
        rows: list[Row] = []
        marked = self.marked
        everything = await asyncio.to_thread(self.catalogue.statistics)
        is_one = marked is not None and any(
            one.handle == marked and one.problem is None and not one.beside for one in self.sessions
        )
        if marked is not None and is_one and everything.session_count > 1:
            try:
                own = await asyncio.to_thread(self.catalogue.statistics, marked)
            except StuiError:
                own = None
            if own is not None:
                name = printable_line(self.session_at(marked).meta.name, 60)
                rows += [*statistics_rows(f"Session {name}", own), Row((("", "text"),))]
        rows += statistics_rows(f"All {everything.session_count} sessions", everything)
        self.app.push_screen(_StatisticsSheet(rows))
