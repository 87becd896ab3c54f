"""The promote screen: hunks to pick, with the difference that each would make."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Final

from stui_workspace.errors import UsageError
from stui_workspace.model.paths import NodePath
from stui_workspace.model.values import Plain
from stui_workspace.runtime.promoting.hunks import Hunk
from stui_workspace.runtime.promoting.rewording import can_reword, value_in
from stui_workspace.tui.keys import Action
from stui_workspace.tui.keys.promoting import FOOTER_PROMOTING, PROMOTING
from stui_workspace.tui.ports import LiveSession
from stui_workspace.tui.promoting.freezing import Freezing
from stui_workspace.tui.promoting.words import hunk_row, hunk_rows, taken_words
from stui_workspace.tui.scrollback import Row
from stui_workspace.tui.themes import Paint
from stui_workspace.tui.twofold import Entry
from stui_workspace.tui.twofold.following import FilesFollowed

LOOKING: Final = "looking for what the files could take"


class PromotingScreen(FilesFollowed[None]):
    ACTIONS: ClassVar[tuple[Action, ...]] = PROMOTING
    FOOTER: ClassVar[tuple[str, ...]] = FOOTER_PROMOTING
    LIST_TITLE = "Promote"
    EMPTY = "This session says nothing that its files do not say. What you change is offered here."

    def __init__(self, session: LiveSession) -> None:
        super().__init__(session)
        self._hunks: dict[str, Hunk] = {}
        self._picked: set[str] = set()
        self._edited: dict[str, Plain] = {}
        self._look_count = 0
        self._has_looked = False
        self.doers = {
            **self.doers,
            "pick": self._pick,
            "pick-all": self._pick_all,
            "choose": self._write,
            "edit": self._edit,
            "undo": self._undo,
            "freeze": lambda: Freezing(self, self._session).ask(),
        }

    def look_anew(self) -> None:
        self.work(self._look(), LOOKING)

    async def _look(self) -> None:
        """Look at what there is now; what was picked stays picked where it is the same."""
        self._look_count = look = self._look_count + 1
        before, found = self._hunks, {}
        try:
            found = {one.name: one for one in await self._session.look_for_hunks()}
        finally:
            if look == self._look_count:  # and nobody has begun to look since
                self._show(before, found)

    def _show(self, before: Mapping[str, Hunk], found: dict[str, Hunk]) -> None:
        self._hunks, self._has_looked = found, True
        same = {name for name, one in self._hunks.items() if before.get(name) == one}
        self._picked &= same
        self._edited = {name: value for name, value in self._edited.items() if name in same}
        self.follow()

    # What is in view.

    def entries(self, paint: Paint, width: int) -> Iterable[Entry]:
        for name, one in self._hunks.items():
            row = hunk_row(
                one, paint, width, picked=name in self._picked, edited=name in self._edited
            )
            yield Entry(name, row, f"{name} {one.preview}")

    def details(self, key: str) -> tuple[str, Sequence[Row]]:
        return key, list(hunk_rows(self._hunks[key], edited=key in self._edited))

    def empty(self) -> str:
        return self.EMPTY if self._has_looked else ""

    def note(self) -> str:
        return f"{len(self._picked)} of {len(self._hunks)} picked" if self._hunks else ""

    def offers(self, name: str) -> bool:
        hunk = self._hunks.get(self.marked or "") if self.is_mounted else None
        match name:
            case "pick":
                return hunk is not None and not hunk.is_refused
            case "edit":
                return hunk is not None and can_reword(hunk.wish) and hunk.wish.refusal is None
            case "choose":
                return bool(self._picked)
            case "pick-all":
                return bool(self._takable())
            case "undo":
                return self._session.can_unpromote
        return True

    def _takable(self) -> set[str]:
        """Those that are meant by all: what takes something away is picked by itself."""
        return {
            name
            for name, one in self._hunks.items()
            if not (one.is_refused or one.wish.only_by_name)
        }

    # What a person asks for.

    def _marked_hunk(self) -> Hunk | None:
        return self._hunks.get(self.marked or "")

    def _pick(self) -> None:
        hunk = self._marked_hunk()
        if hunk is None:
            return
        if hunk.refusal is not None and hunk.name not in self._edited:
            raise UsageError(f"{hunk.name} cannot be taken: {hunk.refusal}", hunk.next_step)
        self._picked ^= {hunk.name}

    def _pick_all(self) -> None:
        every = self._takable()
        self._picked = set() if every <= self._picked else self._picked | every

    def _edit(self) -> None:
        from stui_workspace.tui.promoting.editing import Rewording

        hunk = self._marked_hunk()
        if hunk is None or not can_reword(hunk.wish):
            return
        if hunk.wish.refusal is not None:
            raise UsageError(f"{hunk.name} cannot be taken: {hunk.refusal}", hunk.next_step)

        def given(text: str | None) -> None:
            if text is not None:
                self._edited[hunk.name] = value_in(hunk.wish, text)
                self._picked.add(hunk.name)
                self.follow()

        self.app.push_screen(Rewording(hunk.wish, hunk.name), given)

    async def _write(self) -> None:
        if not self._picked:
            self.say("Nothing is picked: Space picks, a picks all.")
            return
        paths = [one.path for name, one in self._hunks.items() if name in self._picked]
        edited: dict[NodePath, Plain] = {
            self._hunks[name].path: value
            for name, value in self._edited.items()
            if name in self._picked
        }
        taken = await self._session.promote(paths, edited)
        self._picked.clear()
        self._edited.clear()
        await self._look()
        self.say(taken_words(taken))
        if taken.problem is not None:
            self.say_error(taken.problem)

    async def _undo(self) -> None:
        taken = await self._session.unpromote()
        await self._look()
        self.say(f"took back {', '.join(taken.names[:3])}: the files are as they were")
