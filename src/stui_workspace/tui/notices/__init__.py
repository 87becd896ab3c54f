"""Notices: what was said at the edge of the screen, kept for as long as the workbench is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench


def show_notices(bench: Workbench) -> None:
    """Put the screen of notices up."""
    from stui_workspace.tui.app import WorkbenchApp
    from stui_workspace.tui.notices.screen import NoticesScreen

    app = bench.app
    assert isinstance(app, WorkbenchApp)  # noqa: S101 (for the type checker)
    bench.app.push_screen(NoticesScreen(app.notices, bench.session.clock))
