"""Evaluating and connecting, as a person asks for it from the workbench."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any, Final

from stui_workspace.model.printable import printable_line
from stui_workspace.model.session import TranscriptEntry
from stui_workspace.model.workspace import Guard
from stui_workspace.runtime.events import ConnectionState
from stui_workspace.runtime.views import BufferView, ConnectionView
from stui_workspace.tui.connecting.words import LIVE, waits_until
from stui_workspace.tui.editor import Editor
from stui_workspace.tui.keys import key_of

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench

_SHOW_RESULTS: Final = frozenset(("results", "transcript"))
"""The panels that show what came of an evaluation."""

_WANTED: Final = (*LIVE, ConnectionState.CONNECTING, ConnectionState.RECONNECTING)
"""States of a connection that somebody wants: to connect it once more is to disconnect it."""


class Evaluating:
    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._asks_about: str | None = None
        """The connection that a person is being asked about."""

    def doers(self) -> Mapping[str, Callable[[], object]]:
        """What each action does."""
        return {
            "evaluate": self.evaluate,
            "evaluate-all": self.evaluate_all,
            "print-it": self.print_it,
            "interrupt": self.interrupt,
            "copy-or-interrupt": self.copy_or_interrupt,
            "connect": self.connect,
            "restart": self.restart,
            "review-powers": self.review,
            "choose-connection": self.choose_connection,
        }

    def connection_of(self, view: BufferView) -> str | None:
        """Where a pad is evaluated: its own connection, or the only one that there is."""
        if view.connection is not None:
            return view.connection
        names = [one.name for one in self._bench.session.connections()]
        return names[0] if len(names) == 1 else None

    def evaluate(self) -> Coroutine[Any, Any, object] | None:
        """Evaluate the selection, or else the line, as it is now."""
        editor = self._bench.editor()
        return self._run_aloud(editor.asked()[0]) if editor is not None else None

    def evaluate_all(self) -> Coroutine[Any, Any, object] | None:
        """Evaluate all of the pad in use, as it is now."""
        view = self._bench.view(self._bench.last_pad)
        return self._run_aloud(view.text) if view is not None else None

    def print_it(self) -> Coroutine[Any, Any, object] | None:
        """Evaluate the selection or line, and put what comes back below it as a comment."""
        editor = self._bench.editor()
        if editor is None or editor.read_only:
            return self.evaluate()
        code, row = editor.asked()
        return self._print(editor, code, (row, editor.line(row)))

    async def _print(self, editor: Editor, code: str, place: tuple[int, str]) -> None:
        entry = await self._run(code)
        if entry is not None and entry.outcome in ("ok", "error"):
            editor.put_below(*place, editor.commented(_printed(entry)))

    async def _run_aloud(self, code: str) -> None:
        """Evaluate code, and say what came of it where no panel in view shows it."""
        entry = await self._run(code)
        board = self._bench.board
        in_view = (board.zoomed,) if board.zoomed else board.shown()
        if entry is None or not _SHOW_RESULTS.isdisjoint(in_view):
            return
        if entry.outcome in ("ok", "error"):
            last = printable_line(_printed(entry).rpartition("\n")[2], 200)
            sign = "→" if entry.outcome == "ok" else "✗"
            group = board.group_with("results")
            key = key_of("next-tab" if self._bench.last_pad in group else "next-panel")
            self._bench.say(f"{sign} {last}" + (f"\n{key} goes on to the results" if group else ""))

    async def _run(self, code: str) -> TranscriptEntry | None:
        """What came of some code on the connection of the pad in use; None where nothing ran."""
        if not code.strip():
            self._bench.say(
                "There is nothing to evaluate on this line.\n"
                f"→ {key_of('evaluate-all')} evaluates the whole pad"
            )
            return None
        name = await self._wanted_connection()
        return None if name is None else await self.run_on(name, code)

    async def run_on(self, name: str, code: str) -> TranscriptEntry | None:
        """What came of some code on a connection; None where a person did not confirm it."""
        session = self._bench.session
        is_guarded = session.connection(name).spec.guard is Guard.CONFIRM
        if is_guarded and not await self.confirmed(name, code):
            self._bench.say("Nothing was evaluated.")
            return None
        entry = await session.evaluate(name, code, confirmed=is_guarded)
        if entry.outcome == "refused" and await self._approved(name):
            entry = await session.evaluate(name, code, confirmed=is_guarded)
        self.tell(entry)
        return entry

    async def confirmed(self, name: str, code: str) -> bool:
        """Whether a person lets some code be evaluated on a connection that is guarded."""
        from stui_workspace.tui.screens.guarding import Guarded

        bench = self._bench
        spec = bench.session.connection(name).spec
        card = Guarded(spec, bench.session.workspace.environment, code, time.monotonic)
        answer: bool | None = await bench.app.push_screen_wait(card)
        return bool(answer)

    def tell(self, entry: TranscriptEntry) -> None:
        """Say what became of an evaluation that was not done, and what to do."""
        view = self._bench.session.connection(entry.connection)
        name = printable_line(entry.connection, 40)
        if entry.outcome == "waiting":
            why = printable_line(entry.output.strip() or "the connection is down", 200)
            self._bench.say(
                f"not sent to {name}: {why}\n"
                f"→ {waits_until(view.spec)}; {key_of('outbox')} edits, sends or discards it",
                warning=True,
            )
        elif entry.outcome == "refused" and view.spec.guard is Guard.READ_ONLY:
            self._bench.say(
                f"{name} is read-only: nothing is evaluated on it\n"
                f"→ {key_of('choose-connection')} chooses another connection for the pad, "
                "or change `guard` in the file",
                warning=True,
            )

    async def _wanted_connection(self) -> str | None:
        bench = self._bench
        view = bench.view(bench.last_pad)
        if view is None:
            return None
        name = self.connection_of(view)
        if name is None and not bench.session.connections():
            bench.say("The workspace names no connections to evaluate on.", warning=True)
        return name or await self.choose_connection()

    async def choose_connection(self) -> str | None:
        """Ask which connection the pad in use is for, and remember it."""
        bench = self._bench
        views = bench.session.connections()
        if not views or bench.view(bench.last_pad) is None:
            return None
        name = await bench.choosing.connection(views)
        if name is not None:
            bench.session.describe_buffer(bench.last_pad, connection=name)
            bench.retitle()
        return name

    async def interrupt(self) -> None:
        """Interrupt what runs: on the pad's connection, or on the only busy one."""
        busy = self._busy()
        if busy is None:
            self._bench.say("Nothing runs.")
        else:
            await self._bench.session.interrupt(busy)

    async def copy_or_interrupt(self) -> None:
        """Copy what is selected; where nothing is, interrupt what runs."""
        bench = self._bench
        if isinstance(bench.focused, Editor) and bench.focused.selected_text:
            bench.focused.action_copy()
        elif (selected := bench.get_selected_text()) is not None:
            bench.app.copy_to_clipboard(selected)
        elif self._busy() is not None:
            await self.interrupt()
        else:
            bench.say(f"Nothing is selected, and nothing runs. {key_of('quit')} quits.")

    def _busy(self) -> str | None:
        views = self._bench.session.connections()
        busy = [one.name for one in views if _is_busy(one)]
        mine = self.target()
        return mine if mine in busy else next(iter(busy), None)

    def target(self) -> str | None:
        """The marked connection where that panel has the keyboard, else the pad's."""
        bench = self._bench
        marked = bench.choosing.marked_connection()
        view = bench.view(bench.last_pad)
        return marked or (self.connection_of(view) if view is not None else None)

    async def connect(self, name: str | None = None) -> None:
        """Connect, or disconnect what is connected."""
        name = name or self.target() or await self.choose_connection()
        if name is None:
            return
        session = self._bench.session
        if session.connection(name).state in _WANTED:
            await session.disconnect(name)
            return
        await session.connect(name)
        if await self._approved(name):
            await session.connect(name)

    async def restart(self, name: str | None = None) -> None:
        """Give a connection a new backend."""
        name = name or self.target() or await self.choose_connection()
        if name is None:
            return
        await self._bench.session.restart(name)
        if await self._approved(name):
            await self._bench.session.restart(name)

    async def review(self, name: str | None = None) -> None:
        """Show what a connection may do, and take a consent."""
        name = name or self.target()
        if name is None:
            return
        session = self._bench.session
        review = session.review(name)
        if not review.claim.powers and not review.changed:
            self._bench.say("This connection needs nobody's approval.")
        elif await self._consent(name):
            is_up = review.runs_on or session.connection(name).state in _WANTED
            keys = f"{key_of('restart')} restarts" if is_up else f"{key_of('connect')} connects"
            how = "it is made anew" if review.runs_on else keys
            self._bench.say(f"approved; {how}\n→ `stui trust revoke` takes the approval back")

    async def _approved(self, name: str) -> bool:
        """Whether a person approved, just now, what kept the connection from being made."""
        if self._bench.session.unapproved(name) is None:
            return False
        return await self._consent(name)

    async def _consent(self, name: str) -> bool:
        from stui_workspace.tui.screens.consenting import Asked, Consent

        bench = self._bench
        if self._asks_about is not None:
            shown = printable_line(self._asks_about, 40)
            bench.say(f"One question at a time: {shown} waits for your answer.")
            return False
        self._asks_about = name
        try:
            review = bench.session.review(name)  # what is shown is what is granted
            is_typed_here = bench.session.connection(name).is_ad_hoc
            card = Consent(Asked(review, is_typed_here=is_typed_here), time.monotonic)
            if not await bench.app.push_screen_wait(card):
                return False
            bench.session.grant(review.claim)
        finally:
            self._asks_about = None
        return True


def _is_busy(view: ConnectionView) -> bool:
    """Whether something runs there; it may go on running while the link is down."""
    return view.state is ConnectionState.BUSY or view.busy_since is not None


def _printed(entry: TranscriptEntry) -> str:
    """What is put below the code: the result, or the last line of the error."""
    if entry.outcome == "error":
        return entry.output.strip().rpartition("\n")[2]
    shown = [entry.output.rstrip("\n"), entry.result or ""]
    return "\n".join(part for part in shown if part) or "None"
