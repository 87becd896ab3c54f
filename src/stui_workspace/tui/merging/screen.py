"""The screen of `stui git mergetool`: all answers are written in the end, at once."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content

from stui_workspace.merge import Choice
from stui_workspace.model.diagnostics import Diagnostic
from stui_workspace.tui.keys import FOOTER_MERGING, MERGING, Action
from stui_workspace.tui.merging.asking import Asking
from stui_workspace.tui.merging.leaving import Leaving, MergedFile
from stui_workspace.tui.merging.sitting import Sitting
from stui_workspace.tui.merging.words import result_note
from stui_workspace.tui.themes import Paint


class MergingScreen(Asking):
    ACTIONS: ClassVar[tuple[Action, ...]] = MERGING
    FOOTER: ClassVar[tuple[str, ...]] = FOOTER_MERGING

    def __init__(self, sitting: Sitting, file: MergedFile) -> None:
        super().__init__(sitting, file.path.name)
        self.file = file
        self.leaving = Leaving(self)
        self.doers = {**self.doers, "write": self.leaving.write, "quit": self.leaving.quit}

    def decided(self, choice: Choice) -> tuple[Sitting, tuple[Diagnostic, ...]]:
        before = self.sitting
        after = before.decided(choice)
        if after.past is not before:
            return after, ()
        return after, self.file.new_errors(before.settlement.text, after.settlement.text)

    def undo(self) -> None:
        self.show(self.sitting.undone())

    def result_note(self, sitting: Sitting, paint: Paint) -> Content:
        return result_note(sitting, paint)
