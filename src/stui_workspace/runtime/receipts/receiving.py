"""The receipt of an open session: written while it is restored, and as connections come up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from stui_workspace.errors import DiskError
from stui_workspace.model.receipt import Outcome, Receipt, Remedy, Restored
from stui_workspace.model.records import dataclass, replace
from stui_workspace.model.session import SessionState
from stui_workspace.runtime.connecting.inputs import Inputs
from stui_workspace.runtime.connecting.links import Link, Told
from stui_workspace.runtime.connecting.switchboard import Switchboard
from stui_workspace.runtime.consent import Consent
from stui_workspace.runtime.holding import SESSION, Left, held_item
from stui_workspace.runtime.memory import Memory
from stui_workspace.runtime.reloading import Follower
from stui_workspace.runtime.views import ConnectionView
from stui_workspace.storage.sessions.items import CONNECTION
from stui_workspace.trust import Deny

HISTORY: Final = "history"
_NEW_LIFE: Final = "a new start of the backend: what the last one held in memory is gone"
_TRIED: Final = "it is tried again by itself"
_RUN_AGAIN: Final = "what would rebuild it is kept; nothing of it runs by itself"
_DOCTOR: Final = "`stui doctor` names the files"
_OTHERS: Final = "all other lines of it"
_INPUTS: Final = "what you evaluated: in the transcript, and in the history"


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a session that things come back into."""

    memory: Memory
    switchboard: Switchboard
    follower: Follower
    inputs: Inputs
    consent: Consent


class Receiving:
    """What came back so far."""

    def __init__(self, parts: Parts, left: SessionState, receipt: Receipt) -> None:
        """The receipt as it begins.

        Args:
            parts: Of the session.
            left: The session as it was left: with what did not come back.
            receipt: The outcome of every item, as far as it is known.
        """
        self.parts = parts
        self.left = left
        self.receipt = receipt
        self.followers: list[Callable[[], None]] = []
        """Told at each change of the receipt."""
        self._lives = {name: one.incarnation for name, one in left.connections.items()}

    def put(self, item: Restored) -> None:
        """Put an item in the place of the one of its name; where there is none, nothing is put."""
        self._become(self.receipt.having(item))

    def add(self, item: Restored) -> None:
        """Put an item at the end."""
        self._become(replace(self.receipt, items=(*self.receipt.items, item)))

    def hold(self, left: Left) -> None:
        """Say that the session stays as it was, for most of it did not come back."""
        if self.receipt.item(SESSION) is None:  # else its file is damaged, which is said there
            self.add(held_item(left, self.parts.memory.state))

    def _become(self, receipt: Receipt) -> None:
        if receipt != self.receipt:
            self.receipt = receipt
            for follow in tuple(self.followers):
                follow()

    # Connections.

    async def reconnect(self, name: str) -> None:
        """Connect as before, and say on the receipt how that went, whenever it does."""
        link = self.parts.switchboard.link(name)
        await link.connect()
        while True:
            self.put(self.reconnected(link))
            if not link.is_down:
                return
            while link.is_down:
                await link.moved()
            await link.settled()

    def link_told(self, link: Link, told: Told) -> None:
        """Take note of a link that came up, whoever asked for it."""
        if told.hello is not None:
            self.put(self.reconnected(link))

    def reconnected(self, link: Link) -> Restored:
        """How a connection is, as an item."""
        view, name = link.view, link.spec.name
        item = f"{CONNECTION}{name}"
        if link.is_up:
            if self._lives.get(name) in (None, view.incarnation):
                return Restored(item, Outcome.OK)
            return Restored(item, Outcome.CHANGED, _NEW_LIFE, _RUN_AGAIN, _INPUTS, Remedy.REBUILD)
        refused = isinstance(self.parts.consent.authorize(link.spec), Deny)
        return _down(item, view, refused=refused, is_tried=link.is_down)

    # The history.

    def receive_history(self) -> None:
        """Add how the history came back to a receipt that has anything on it."""
        workspace = self.parts.follower.loaded.workspace
        if self.receipt.items and HISTORY in workspace.restore.include:
            item = self.history_now()
            if item is not None:
                self.add(item)

    def history_now(self) -> Restored | None:
        """How the history comes back; None where there is none."""
        parts = self.parts
        workspace = parts.follower.loaded.workspace
        try:
            found = any(parts.inputs.read(name, workspace) for name in parts.switchboard.links)
        except DiskError as error:
            return Restored(
                HISTORY, Outcome.FAILED, str(error), error.next_step, remedy=Remedy.READ
            )
        lost = parts.inputs.unread_count
        if lost:
            lines = "a line" if lost == 1 else f"{lost} lines"
            why = f"{lines} of this machine's history cannot be read"
            return Restored(HISTORY, Outcome.CHANGED, why, _DOCTOR, _OTHERS)
        return Restored(HISTORY, Outcome.OK) if found else None


def _down(item: str, view: ConnectionView, *, refused: bool, is_tried: bool) -> Restored:
    kind = Outcome.REFUSED if refused else Outcome.FAILED
    step = view.next_step or (_TRIED if is_tried else None)
    return Restored(item, kind, view.reason, step, _INPUTS, Remedy.CONNECT)
