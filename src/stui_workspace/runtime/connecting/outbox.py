"""The outbox: what was typed while its connection was down, in sight until a person decides."""

from __future__ import annotations

from stui_workspace.errors import NotFoundError
from stui_workspace.model.records import replace
from stui_workspace.model.session import Waiting
from stui_workspace.runtime.events import OutboxChanged
from stui_workspace.runtime.memory import Memory


class Outbox:
    """The evaluations of one session that were not sent."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    @property
    def all(self) -> tuple[Waiting, ...]:
        """Every one, in the order in which they were typed."""
        return self._memory.state.outbox

    def of(self, connection: str) -> tuple[Waiting, ...]:
        """Those of one connection, in the order in which they were typed."""
        return tuple(one for one in self.all if one.connection == connection)

    def put(self, waiting: Waiting) -> None:
        """Keep an evaluation; one of the same id is replaced, in its place."""
        if any(one.id == waiting.id for one in self.all):
            self._keep(tuple(waiting if one.id == waiting.id else one for one in self.all))
        else:
            self._keep((*self.all, waiting))

    def rewrite(self, identifier: str, code: str) -> None:
        """Change what will be sent.

        Raises:
            NotFoundError: Nothing of that id waits.
        """
        self.put(replace(self.get(identifier), code=code))

    def get(self, identifier: str) -> Waiting:
        """One evaluation.

        Raises:
            NotFoundError: Nothing of that id waits.
        """
        for one in self.all:
            if one.id == identifier:
                return one
        raise NotFoundError("waiting evaluation", identifier, "it was sent or discarded")

    def take(self, identifier: str) -> Waiting:
        """One evaluation, which waits no more: it is about to be sent, or was discarded.

        Raises:
            NotFoundError: Nothing of that id waits.
        """
        taken = self.get(identifier)
        self._keep(tuple(one for one in self.all if one.id != identifier))
        return taken

    def _keep(self, outbox: tuple[Waiting, ...]) -> None:
        self._memory.keep(replace(self._memory.state, outbox=outbox))
        self._memory.tell(OutboxChanged())
