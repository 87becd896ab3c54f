"""What a person asks about connections, and what they tell: from the panel and the screens."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from stui_workspace.errors import StuiError
from stui_workspace.model.printable import printable_line
from stui_workspace.runtime.events import ConnectionChanged, ConnectionState, Returned, ReviewNeeded
from stui_workspace.runtime.views import ConnectionView
from stui_workspace.tui.bars import ReturnedBar, returned_words
from stui_workspace.tui.connecting.details import Log
from stui_workspace.tui.connecting.outbox import Outbox
from stui_workspace.tui.connecting.rows import ordered
from stui_workspace.tui.keys import key_of
from stui_workspace.tui.ports import spec_of_address
from stui_workspace.tui.themes import paint_of

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench

_RUN_AGAIN = f"{key_of('connections')}, then b: a pad with what would rebuild it"


class Connecting:
    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        self.outbox = Outbox(bench)
        self.favourites_first = False
        self._states: dict[str, ConnectionState] = {}
        self._lives: dict[str, str] = {}
        self._returned: dict[str, Returned] = {}
        """Connections that are back, and whose evaluations nobody has decided about yet."""

    def doers(self) -> Mapping[str, Callable[[], object]]:
        """What each action does."""
        return {
            "connections": self.screen,
            "new-connection": self.new,
            "outbox": self.ask_about_outbox,
            "set-up": partial(self._with_target, "set-up"),
            "try-now": partial(self._with_target, "retry"),
            "disconnect": partial(self._with_target, "disconnect"),
            "favour-connection": partial(self._with_target, "favour"),
            "order-connections": self.toggle_order,
            "forget-connection": self.forget,
        }

    def asked(self, what: str, name: str) -> None:
        """Do what was asked about a connection, by the word for it."""
        bench = self.bench
        session = bench.session
        does: Mapping[str, Callable[[], object]] = {
            "choose": lambda: self.screen(name),
            "connect": lambda: bench.evaluating.connect(name),
            "restart": lambda: bench.evaluating.restart(name),
            "review": lambda: bench.evaluating.review(name),
            "interrupt": lambda: session.interrupt(name),
            "disconnect": lambda: session.disconnect(name),
            "retry": lambda: self._retry(name),
            "favour": lambda: self._favour(name),
            "forget": lambda: self._forget(name),
            "set-up": lambda: self.set_up(name),
            "rebuild": lambda: self.rebuild(name),
            "new": self.new,
            "order": self.toggle_order,
        }
        bench.trying(does[what])

    def views(self) -> tuple[ConnectionView, ...]:
        """All connections in the order that is wanted."""
        session = self.bench.session
        last_used = {entry.connection: entry.at for entry in session.transcript}
        return ordered(session.connections(), last_used, favourites_first=self.favourites_first)

    def log(self, name: str) -> Log:
        """What the log says of a connection; or why it cannot be read."""
        return Log.read(self.bench.session, name)

    # What a person asks for.

    def screen(self, name: str | None = None) -> None:
        """All connections, one of them marked: with all that is known of it."""
        from stui_workspace.tui.connecting.screen import ConnectionsScreen

        wanted = name or self.bench.evaluating.target()
        self.bench.app.push_screen(ConnectionsScreen(self, wanted))

    def new(self) -> None:
        """A form for a new connection."""
        from stui_workspace.tui.connecting.form import NewConnection

        session = self.bench.session
        self.bench.app.push_screen(NewConnection(session, spec_of_address, self._saved))

    def _saved(self, name: str, where: str) -> None:
        from stui_workspace.tui.connecting.form import kept_words

        self.show()
        self.bench.say(kept_words(printable_line(name, 40), where))
        if where == "session":
            self.bench.work(self.bench.evaluating.connect(name))

    def ask_about_outbox(self) -> None:
        """What waits to be sent, to be decided about."""
        from stui_workspace.tui.connecting.unsent import OutboxCard

        if not self.bench.session.outbox():
            self.bench.say("Nothing waits to be sent.")
            return
        card = OutboxCard(self.outbox, dict(self._returned))
        self.bench.app.push_screen(card, self._looked_at)

    def _looked_at(self, _answer: object) -> None:
        """What is left was kept: it stays where it is, and nobody is asked again."""
        self._returned.clear()
        self.show_returned()

    def toggle_order(self) -> None:
        """Favourites and those used last first; or as the workspace has them."""
        self.favourites_first = not self.favourites_first
        how = (
            "favourites first, then those used last" if self.favourites_first else "as in the file"
        )
        self.show()
        self.bench.say(f"connections: {how}")

    def forget(self) -> None:
        """Ask which connection of this session alone is to go."""
        from stui_workspace.tui.screens.chooser import Choice

        views = [view for view in self.bench.session.connections() if view.is_ad_hoc]
        if not views:
            self.bench.say("All connections are the file's: take one out of it to forget it.")
            return
        choices = [Choice(view.name, view.name, view.spec.kind, view.state) for view in views]
        self.bench.choosing.choose("Forget a connection", choices, self._forget)

    def _forget(self, name: str) -> Coroutine[Any, Any, None] | None:
        session = self.bench.session
        if session.connection(name).is_ad_hoc:
            return self._forgotten(name)
        text = f"{printable_line(name, 40)} is the file's: take it out of the file to forget it"
        self.bench.say(text, warning=True)
        return None

    async def _forgotten(self, name: str) -> None:
        await self.bench.session.forget_connection(name)
        self.show()

    def _retry(self, name: str) -> Coroutine[Any, Any, None] | None:
        view = self.bench.session.connection(name)
        if view.state in (ConnectionState.IDLE, ConnectionState.NEEDS_YOU):
            return self.bench.evaluating.connect(name)
        if view.state is ConnectionState.RECONNECTING:
            self.bench.session.retry(name)
        else:
            self.bench.say(f"{printable_line(name, 40)} is {view.state}.")
        return None

    def rebuild(self, name: str) -> None:
        """Open a pad with what its last life held; nothing of it is evaluated."""
        from stui_workspace.tui.receipt.rebuilding import open_rebuild

        open_rebuild(self.bench, self.bench.session.rebuild(name))

    async def set_up(self, name: str) -> None:
        """Evaluate the snippets that set a connection up, in order, while all goes well."""
        shown, snippets = printable_line(name, 40), self.bench.session.setup(name)
        if not snippets:
            self.bench.say(f"Nothing sets {shown} up: `setup` in the file names snippets.")
            return
        for at, snippet in enumerate(snippets):
            entry = await self.bench.evaluating.run_on(name, snippet.source)
            if entry is None or entry.outcome != "ok":
                left = len(snippets) - at - 1
                rest = f"; {left} more not evaluated" if left else ""
                text = f"setting {shown} up stopped at {printable_line(snippet.id, 40)}{rest}"
                self.bench.say(text, warning=True)
                return
        self.bench.say(f"{shown} is set up")

    def _favour(self, name: str) -> None:
        session = self.bench.session
        session.favour(name, is_favourite=not session.connection(name).is_favourite)
        self.show()

    def _with_target(self, what: str) -> Coroutine[Any, Any, None] | None:
        name = self.bench.evaluating.target()
        if name is None:
            return self._with_chosen(what)
        self.asked(what, name)
        return None

    async def _with_chosen(self, what: str) -> None:
        name = await self.bench.evaluating.choose_connection()
        if name is not None:
            self.asked(what, name)

    # What is told.

    def changed(self, event: ConnectionChanged) -> None:
        """Show how connections are now; of one that needs a person, say what to do."""
        before, self._states[event.name] = self._states.get(event.name), event.state
        self.show()
        if event.state is ConnectionState.NEEDS_YOU and before is not event.state:
            self._tell_need(event)
        elif event.state is ConnectionState.ONLINE:
            self._offer_set_up(event.name)

    def _offer_set_up(self, name: str) -> None:
        """Offer what sets a life of a backend up, once for each life."""
        life = self.life_of(name)
        if life is None or life == self._lives.get(name):
            return
        self._lives[name] = life
        if self.offers_set_up(name):
            shown = printable_line(name, 40)
            self.bench.say(f"{shown} has started\n→ {key_of('set-up')} evaluates what sets it up")

    def life_of(self, name: str) -> str | None:
        """Which life of its backend a connection reaches; None for none."""
        views = self.bench.session.connections()
        return next((view.incarnation for view in views if view.name == name), None)

    def offers_set_up(self, name: str) -> bool:
        """Whether there is something that sets the connection up."""
        try:
            return bool(self.bench.session.setup(name))
        except StuiError:
            return False

    def _tell_need(self, event: ConnectionChanged) -> None:
        bench = self.bench
        name = printable_line(event.name, 40)
        try:
            view = bench.session.connection(event.name)
            if bench.session.unapproved(event.name) is not None:
                return  # whoever asked for it sees the card; at the start, the receipt says it
        except StuiError:
            return  # it is no more
        reason = printable_line(event.reason or view.reason or "it waits for you", 300)
        step = f"\n→ {printable_line(view.next_step, 300)}" if view.next_step else ""
        bench.say(f"{name} needs you: {reason}{step}", warning=True)

    def review_needed(self, event: ReviewNeeded) -> None:
        """Say what the file says else of a connection that goes on as it was approved."""
        self.show()
        name = printable_line(event.name, 40)
        if event.refusals:
            step = f"it cannot be approved: {'; '.join(event.refusals)}"
        else:
            where = f"{key_of('review-powers')} or `stui trust`"
            step = f"it goes on as it was approved; {where} reviews the change"
        text = printable_line(f"{name}: {event.changed}", 400)
        self.bench.say(f"{text}\n→ {step}", warning=True)

    def returned(self, event: Returned) -> None:
        """Say that a connection is back, and whether it is what it was."""
        self.show()
        if event.waiting_count and not self._is_agreed(event):
            self._returned[event.name] = event
            self.show_returned()
            return
        name = printable_line(event.name, 40)
        if event.same:
            sent = "; what waited is sent" if event.waiting_count else ""
            self.bench.say(f"{name} is back, the same as before{sent}")
            return
        again = "" if self.offers_set_up(event.name) else f"\n→ {_RUN_AGAIN}"  # else it is offered
        self.bench.say(
            f"{name} is back as a new backend: what the last one held is gone{again}", warning=True
        )

    def _is_agreed(self, event: Returned) -> bool:
        """Whether the file says that what waits is sent to the same backend without a question."""
        views = self.bench.session.connections()
        agreed = {view.name for view in views if view.spec.offline == "keep"}
        return event.same and event.name in agreed

    def outbox_changed(self) -> None:
        """Show what waits now."""
        self.outbox.show()
        waiting = {one.connection for one in self.bench.session.outbox()}
        self._returned = {name: one for name, one in self._returned.items() if name in waiting}
        self.show_returned()
        self.show()

    def show(self) -> None:
        """Show all connections as they are now."""
        self.bench.following.show_connections()

    def show_returned(self) -> None:
        """Show whose evaluations wait for a decision, or take that away."""
        bar = self.bench.query_one(ReturnedBar)
        bar.show(returned_words(self._returned, paint_of(self.bench.app)))
