"""What of the session the workspace file may take over, and the session as a file of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench


def show_promoting(bench: Workbench) -> None:
    """Put the promote screen up."""
    from stui_workspace.tui.promoting.screen import PromotingScreen

    bench.app.push_screen(PromotingScreen(bench.session))


def ask_freezing(bench: Workbench) -> None:
    """Ask where the session is to be written as a new file, and write it."""
    from stui_workspace.tui.promoting.freezing import Freezing

    Freezing(bench, bench.session).ask()
