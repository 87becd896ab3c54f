"""The sessions of a project: their screen, and the one before any is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench


def show_sessions(bench: Workbench) -> None:
    """Show the sessions of this project and of others."""
    from stui_workspace.tui.sessions.screen import SessionsScreen

    bench.app.push_screen(SessionsScreen(bench))
