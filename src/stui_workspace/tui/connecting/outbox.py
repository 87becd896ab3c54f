"""What was typed while a connection was down: a person alone edits, sends or discards it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from stui_workspace.model.session import Waiting
from stui_workspace.model.workspace import Guard
from stui_workspace.runtime.views import ConnectionView
from stui_workspace.tui.connecting.words import LIVE, state_words, waits_until

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench

_SENT_WELL: Final = "ok"


class Outbox:
    """What can be done with an evaluation that waits."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self.followers: list[Callable[[], None]] = []
        """Told when what waits is other than it was."""

    def waiting(self, name: str | None = None) -> tuple[Waiting, ...]:
        """What waits for a connection; for all of them, without a name."""
        outbox = self._bench.session.outbox()
        return tuple(one for one in outbox if name is None or one.connection == name)

    @property
    def now(self) -> float:
        return self._bench.session.clock()

    def is_for_another(self, waiting: Waiting) -> bool:
        """Whether it was meant for a life of the backend that is over."""
        view = self._view(waiting.connection)
        known = (waiting.incarnation, view.incarnation if view else None)
        return None not in known and known[0] != known[1]

    def state_of(self, name: str) -> str | None:
        """How a connection is, where it is not up; None where it is."""
        view = self._view(name)
        if view is None:
            return "not in the workspace any more"
        return None if view.state in LIVE else state_words(view, self.now)

    def offers_set_up(self, name: str) -> bool:
        """Whether there is something that sets the connection up."""
        return self._bench.connecting.offers_set_up(name)

    def waits_until(self, name: str) -> str:
        """When what waits for a connection is sent."""
        view = self._view(name)
        return waits_until(view.spec) if view else "it can only be discarded"

    def _view(self, name: str) -> ConnectionView | None:
        views = self._bench.session.connections()
        return next((view for view in views if view.name == name), None)

    def ask(self, what: str, key: str) -> None:
        """Do what was asked about one that waits."""
        found = next((one for one in self.waiting() if one.id == key), None)
        if found is None:
            return
        does: Mapping[str, Callable[[], object]] = {
            "choose": lambda: self.edit(found),
            "edit": lambda: self.edit(found),
            "send": lambda: self.send([found]),
            "send-all": lambda: self.send(self.waiting(found.connection)),
            "discard": lambda: self.discard(found),
            "set-up": lambda: self._bench.connecting.set_up(found.connection),
        }
        self._bench.trying(does[what])

    def edit(self, waiting: Waiting) -> None:
        """Let a person change what waits."""
        from stui_workspace.tui.connecting.writing import Rewriting

        def taken(code: str | None) -> None:
            if code is not None and code != waiting.code:
                self._bench.trying(self._bench.session.rewrite_waiting, waiting.id, code)

        self._bench.app.push_screen(Rewriting(waiting.connection, waiting.code), taken)

    def discard(self, waiting: Waiting) -> None:
        """Let go of one that waits."""
        self._bench.session.discard_waiting(waiting.id)
        self._bench.say("discarded; the input history has it")

    async def send(self, several: Iterable[Waiting]) -> None:
        """Send some, in order, while all goes well; the rest goes on waiting."""
        session, evaluating = self._bench.session, self._bench.evaluating
        todo = list(several)
        while todo:
            one = todo.pop(0)
            spec = session.connection(one.connection).spec
            is_guarded = spec.guard is Guard.CONFIRM
            if is_guarded and not await evaluating.confirmed(one.connection, one.code):
                self._stopped("It was not sent.", len(todo) + 1)
                return
            entry = await session.send_waiting(one.id)
            evaluating.tell(entry)
            if entry.outcome != _SENT_WELL and todo:
                self._stopped(f"The one before ended: {entry.outcome}.", len(todo))
                return

    def _stopped(self, why: str, count: int) -> None:
        self._bench.say(f"{why} {count} still wait{'s' if count == 1 else ''}.")

    def show(self) -> None:
        """Show what waits now, wherever it is shown."""
        self._bench.following.show_waiting()
        for follow in self.followers:
            follow()
