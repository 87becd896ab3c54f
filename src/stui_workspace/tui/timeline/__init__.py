"""The timeline: the states that a session had, and going back to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench


def show_timeline(bench: Workbench) -> None:
    """Put the timeline of the open session up."""
    from stui_workspace.tui.timeline.screen import TimelineScreen

    bench.app.push_screen(TimelineScreen(bench.session))
