"""What was merged into the workspace file by itself, and taking the last merge back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from stui_workspace.model.printable import printable_line
from stui_workspace.model.revision import Revision
from stui_workspace.runtime.settling import Standing
from stui_workspace.runtime.syncing import Effect, Merged
from stui_workspace.tui.conflicts.asking import ConflictsScreen, asked_about, settle_rest
from stui_workspace.tui.conflicts.words import (
    DIGITS,
    merge_row,
    merge_rows,
    standing_row,
    standing_rows,
)
from stui_workspace.tui.keys import FOOTER_MERGES, MERGES, Action
from stui_workspace.tui.merging.cards import Sure
from stui_workspace.tui.scrollback import Row
from stui_workspace.tui.themes import Paint
from stui_workspace.tui.twofold import Entry, Twofold

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench

_STANDING: Final = "standing"


class MergesScreen(Twofold[None]):
    ACTIONS: ClassVar[tuple[Action, ...]] = MERGES
    FOOTER: ClassVar[tuple[str, ...]] = FOOTER_MERGES
    LIST_TITLE: ClassVar[str] = "Merges"

    def __init__(self, bench: Workbench) -> None:
        """The screen as things are now.

        Raises:
            StuiError: The file, or what is kept of it, cannot be read.
        """
        super().__init__()
        self._bench = bench
        self._effects: dict[Revision, Effect] = {}
        self._standing: Standing = bench.session.conflicts()
        self._merges: dict[str, Merged] = {}
        self._look()
        self.doers = {**self.doers, "choose": self._choose, "undo": self._undo}

    def _look(self) -> None:
        """Read how things are now."""
        session = self._bench.session
        self._standing = session.conflicts()
        self._merges = {f"{one.revision}@{one.at}": one for one in session.merges()}

    # What is in view.

    def entries(self, paint: Paint, width: int) -> Iterable[Entry]:
        yield Entry(_STANDING, standing_row(self._standing, paint))
        now = self._bench.session.clock()
        for key, merge in self._merges.items():
            yield Entry(key, merge_row(merge, now, paint, width))

    def details(self, key: str) -> tuple[str, Sequence[Row]]:
        if key == _STANDING:
            return "Conflicts", list(standing_rows(self._standing))
        merge = self._merges[key]
        if merge.revision not in self._effects:
            self._effects[merge.revision] = self._bench.session.effect_of_merge(merge)
        rows = merge_rows(merge, self._effects[merge.revision])
        return printable_line(merge.copy or "Merge", 60), list(rows)

    def note(self) -> str:
        return str(len(self._merges))

    def offers(self, name: str) -> bool:
        match name:
            case "choose":
                return bool(self._standing.left_count or self._standing.has_markers)
            case "undo":
                return self._next() is not None
        return True

    def _next(self) -> Merged | None:
        """The merge that is taken back next."""
        return next((one for one in self._merges.values() if one.is_next), None)

    def on_screen_resume(self) -> None:
        self.trying(self._look)

    # What a person asks for.

    def _choose(self) -> None:
        """Settle what is in conflict: on the screen that asks, which may be below this one."""
        merges = asked_about(self._standing)
        if merges and isinstance(self.app.screen_stack[-2], ConflictsScreen):
            self.dismiss(None)
        elif merges:
            name = self._standing.file.name
            self.app.push_screen(ConflictsScreen(self._bench, name, merges[0]))
        elif self._standing.has_markers:
            self.say(settle_rest(self._bench))
            self._look()

    def _undo(self) -> None:
        merge = self._next()
        if merge is None:
            self.say("There is no merge to take back.")
            return
        question = (
            f"The file is as it was before it was merged with {merge.copy or 'the copy'}; what was "
            "changed since then stays. The copy lies beside the file again, and is left alone."
        )

        def answered(sure: object) -> None:
            if sure:
                self.trying(self._take_back)

        card = Sure("Take the last merge back?", printable_line(question, 600), "take it back")
        self.app.push_screen(card, answered)

    def _take_back(self) -> None:
        done = self._bench.session.undo_merge()
        self._look()
        self.follow()
        beside = f"; {printable_line(done.copy, 100)} is there again" if done.copy else ""
        step = f"\n→ `stui sync restore {done.before[:DIGITS]}` undoes that" if done.before else ""
        self.say(f"the merge is taken back{beside}{step}")
