"""The program around the screen: it ends well however it is ended, and says so to git."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.worker import WorkerFailed

from stui_workspace.merge import Policy
from stui_workspace.runtime.settling import Settlement
from stui_workspace.runtime.settling.markers import settlement_of
from stui_workspace.storage.conflicts.records import Sides
from stui_workspace.storage.filesystem import FileSystem
from stui_workspace.tui.merging.leaving import LEFT, MergedFile
from stui_workspace.tui.merging.screen import MergingScreen
from stui_workspace.tui.merging.sitting import Sitting
from stui_workspace.tui.themes import DARK, THEMES


class MergingApp(App[int], inherit_bindings=False):
    """Gives the exit status: 0 when a file without conflicts was written, else 1."""

    TITLE = "stui"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "leave", "Leave without writing", show=False, priority=True),
        Binding("ctrl+c", "leave", "Leave without writing", show=False),
    ]
    CSS = """
    ToastRack { margin-bottom: 1; }
    Toast { background: $panel; padding: 0 1; }
    """

    def __init__(self, sitting: Sitting, file: MergedFile) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK
        self.bug: BaseException | None = None
        self._first = MergingScreen(sitting, file)

    def get_default_screen(self) -> Screen[Any]:
        return self._first

    def action_leave(self) -> None:
        """As `q` does; from a card, that is put away first."""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self._first.leaving.quit()

    def _handle_exception(self, error: Exception) -> None:
        # Textual's own crash screen prints the values of variables, and those are people's texts
        found: BaseException = error.error if isinstance(error, WorkerFailed) else error
        self.bug = self.bug or found
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()


def run(sides: Sides, merged: Path, fs: FileSystem, policy: Policy | None = None) -> int:
    """The exit status of the screen once it is left: 0 if nothing is left to settle, else 1.

    Args:
        sides: What git could not merge; something in it must be in conflict.
        merged: Where the result belongs. Conflict markers in it tell what the sides are called.
        fs: The disk.
        policy: None for the published one.

    Raises:
        DiskError: The file cannot be read.
    """
    file = MergedFile(merged, fs)
    app = MergingApp(begun(sides, file.content or b"", policy or Policy.published()), file)
    status = asyncio.run(_lived(app))
    if app.bug is not None:
        raise app.bug
    return LEFT if status is None else status


def begun(sides: Sides, merged: bytes, policy: Policy) -> Sitting:
    """The merge before any choice, with the labels that the markers in `merged` have."""
    settlement = Settlement(sides, policy)
    found = settlement_of(merged, policy)
    if found is not None:
        settlement = Settlement(sides, policy, labels=found.labels, marker_size=found.marker_size)
    return Sitting.begun(settlement)


async def _lived(app: MergingApp) -> int | None:
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            with suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(number, app.exit, LEFT)
    try:
        return await app.run_async()
    except Exception as error:  # noqa: BLE001 (raised by the caller, once the terminal is itself)
        app.bug = app.bug or error
        return None
