"""The screen of the receipt: its items, and all that is known of the marked one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from stui_workspace.errors import StuiError
from stui_workspace.model.printable import printable_line
from stui_workspace.model.receipt import Outcome, Remedy, Restored
from stui_workspace.runtime.events import ConnectionState
from stui_workspace.runtime.receipts.rebuilding import Rebuild
from stui_workspace.tui.keys import FOOTER_RECEIPT, RECEIPT, Action
from stui_workspace.tui.receipt.rebuilding import NOTHING, open_rebuild
from stui_workspace.tui.receipt.words import called, item_row, item_rows, note_of
from stui_workspace.tui.scrollback import Row
from stui_workspace.tui.themes import Paint
from stui_workspace.tui.twofold import Entry, Twofold

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench

_CONNECTION: Final = "connection/"
_TRIED: Final = (Remedy.READ, Remedy.CONNECT, Remedy.SNAPSHOT)
"""What is tried with all others. Whose layout is shown is for a person to say."""
_WELL: Final = (Outcome.OK, Outcome.WAITING)
_FOLLOWED: Final = 0.5
"""Seconds between looks at a receipt that may change while connections are being made."""


class ReceiptScreen(Twofold[None]):
    ACTIONS: ClassVar[tuple[Action, ...]] = RECEIPT
    FOOTER: ClassVar[tuple[str, ...]] = FOOTER_RECEIPT
    LIST_TITLE: ClassVar[str] = "Restored"
    EMPTY: ClassVar[str] = "There was nothing to restore. What you do from now on is kept."

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        not_well = (one.item for one in self._items() if one.outcome not in _WELL)
        self.wanted = next(not_well, None)
        self._rebuilt: dict[tuple[str, str | None], Rebuild | None] = {}
        """What would rebuild a connection, by its name and its life: reading that takes a while."""
        self.doers = {
            **self.doers,
            "choose": self._choose,
            "try-all": self._try_all,
            "rebuild": self._rebuild,
            "copy": self._copy,
        }

    def on_mount(self) -> None:
        self.set_interval(_FOLLOWED, self.follow)

    # What is in view.

    def entries(self, paint: Paint, width: int) -> Iterable[Entry]:
        for item in self._items():
            text = f"{called(item.item)} {item.outcome} {item.reason or ''}"
            yield Entry(item.item, item_row(item, paint, width), text)

    def details(self, key: str) -> tuple[str, Sequence[Row]]:
        item = self._item(key)
        if item is None:
            return "", ()
        return called(key), list(item_rows(item, self._rebuild_of(key)))

    def note(self) -> str:
        return note_of(self._bench.session.receipt)

    def offers(self, name: str) -> bool:
        item = self._item(self.marked)
        match name:
            case "choose":
                return item is not None and item.remedy not in (None, Remedy.REBUILD)
            case "try-all":
                return any(one.remedy in _TRIED for one in self._items())
            case "rebuild" | "copy":
                rebuild = self._rebuild_of(self.marked)
                return rebuild is not None and bool(rebuild.code)
        return True

    def _items(self) -> tuple[Restored, ...]:
        return self._bench.session.receipt.items

    def _item(self, key: str | None) -> Restored | None:
        return None if key is None else self._bench.session.receipt.item(key)

    def _rebuild_of(self, key: str | None) -> Rebuild | None:
        """What is gone with the last life of a connection; None where nothing is."""
        item = self._item(key)
        if item is None or item.remedy is not Remedy.REBUILD:
            return None
        session, name = self._bench.session, item.item.removeprefix(_CONNECTION)
        try:
            life = (name, session.connection(name).incarnation)
            if life not in self._rebuilt:
                self._rebuilt[life] = session.rebuild(name)
        except StuiError:  # the connection is not there any more
            return None
        return self._rebuilt[life]

    # What a person asks for.

    async def _choose(self) -> None:
        item = self._item(self.marked)
        if item is None or item.remedy in (None, Remedy.REBUILD):
            self.say("There is nothing to be tried about it.")
            return
        found = await self._tried(item)
        if item.remedy is Remedy.SAVE and found.outcome is Outcome.OK:
            self.say("saved the session as it is")
            self.follow()
        else:
            self._tell(found)

    async def _try_all(self) -> None:
        wanted = [one for one in self._items() if one.remedy in _TRIED]
        if not wanted:
            self.say("There is nothing to be tried.")
        for item in wanted:
            try:
                self._tell(await self._tried(item))
            except StuiError as error:  # the others are tried all the same
                self.say_error(error)

    async def _tried(self, item: Restored) -> Restored:
        """Try an item again, and return how it is then."""
        bench, session = self._bench, self._bench.session
        if item.remedy is not Remedy.CONNECT:
            found = await session.restore_again(item.item)
            bench.show_arrangement()
            return found
        name = item.item.removeprefix(_CONNECTION)
        state = session.connection(name).state
        if state in (ConnectionState.IDLE, ConnectionState.NEEDS_YOU):
            await bench.evaluating.connect(name)  # which asks for consent, where that is missing
        else:
            session.retry(name)
        return session.receipt.item(item.item) or item

    def _tell(self, item: Restored) -> None:
        """Say how an item is now."""
        if item.outcome in (Outcome.OK, Outcome.CHANGED):
            why = f": {printable_line(item.reason, 200)}" if item.reason else ""
            self.say(f"{called(item.item)} is back{why}")
        else:
            why = f": {printable_line(item.reason, 200)}" if item.reason else ""
            self.say(f"{called(item.item)} is still {item.outcome}{why}", warning=True)
        if self.is_attached:
            self.follow()

    def _rebuild(self) -> None:
        """Open a pad with what would rebuild a backend. Nothing of it is evaluated."""
        open_rebuild(self._bench, self._rebuild_of(self.marked))

    def _copy(self) -> None:
        rebuild = self._rebuild_of(self.marked)
        if rebuild is None or not rebuild.code:
            self.say(NOTHING)
            return
        self.app.copy_to_clipboard(rebuild.code)
        self.say("copied; nothing of it was evaluated")
