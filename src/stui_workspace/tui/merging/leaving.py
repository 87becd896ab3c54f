"""Writing the result and leaving: what is asked before, and the exit status for git."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stui_workspace.errors import StaleRevisionError
from stui_workspace.model.diagnostics import Diagnostic
from stui_workspace.model.revision import revision_of
from stui_workspace.runtime.settling.judging import new_errors
from stui_workspace.storage.atomic import save
from stui_workspace.storage.disk_errors import explained
from stui_workspace.storage.filesystem import FileSystem
from stui_workspace.tui.merging.cards import Sure

if TYPE_CHECKING:
    from stui_workspace.tui.merging.screen import MergingScreen

SETTLED: Final = 0
LEFT: Final = 1
"""The exit status while anything is open, or where nothing was written."""


class MergedFile:
    """The file that the result goes into, as it was when the screen opened."""

    def __init__(self, path: Path, fs: FileSystem) -> None:
        """A file that need not be there.

        Raises:
            DiskError: It cannot be read.
        """
        self.path = path
        self._fs = fs
        self.content = self._read()

    def write(self, content: bytes, *, over_changes: bool = False) -> None:
        """Replace its content at once.

        Raises:
            StaleRevisionError: Somebody has changed it, and `over_changes` does not say that this
                is all the same. Nothing was written.
            DiskError: The disk refused; the file is as it was.
        """
        before = self._read() if over_changes else self.content
        save(
            self._fs,
            self.path,
            content,
            expected=None if before is None else revision_of(before),
        )

    def new_errors(self, before: bytes, after: bytes) -> tuple[Diagnostic, ...]:
        """What is wrong in the second and is not in the first, where we know such files."""
        return new_errors(self.path, before, after)

    def _read(self) -> bytes | None:
        with explained(self.path):
            return self._fs.read(Path(os.path.realpath(self.path)))


class Leaving:
    def __init__(self, screen: MergingScreen) -> None:
        self._screen = screen

    def write(self) -> None:
        """Write the result and leave; where something is open, ask first.

        Raises:
            DiskError: The disk refused; the file is as it was.
        """
        count = len(self._screen.sitting.open)
        if not count:
            self._write()
            return
        what = "conflict is" if count == 1 else "conflicts are"
        question = (
            f"{count} {what} still open. The file gets what you have settled, and conflict markers "
            "around the rest; for git it is not merged yet."
        )
        self._ask("Write with conflicts in it?", question, "write", self._write)

    def quit(self) -> None:
        """Leave without writing; ask first where something was chosen."""
        count = self._screen.sitting.choice_count
        if not count:
            self._screen.app.exit(LEFT)
            return
        what = "choice is" if count == 1 else "choices are"
        question = f"Your {count} {what} lost, and the file stays as it is."
        self._ask("Leave without writing?", question, "leave", lambda: self._screen.app.exit(LEFT))

    def _write(self, *, over_changes: bool = False) -> None:
        sitting = self._screen.sitting
        try:
            self._screen.file.write(sitting.content, over_changes=over_changes)
        except StaleRevisionError:
            question = "Something else has changed the file while this was open."
            self._ask("Write over it?", question, "write", lambda: self._write(over_changes=True))
            return
        self._screen.app.exit(LEFT if sitting.open else SETTLED)

    def _ask(self, title: str, question: str, yes: str, then: Callable[[], object]) -> None:
        def answered(sure: object) -> None:
            if sure:
                self._screen.trying(then)

        self._screen.app.push_screen(Sure(title, question, yes), answered)
