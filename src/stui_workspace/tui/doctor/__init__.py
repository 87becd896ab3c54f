"""The doctor's screen: what is wrong around the workspace, and mending it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench


def show_doctor(bench: Workbench) -> None:
    """Put the doctor's screen up; it looks at once, beside the screen."""
    from stui_workspace.gitdriver.doctoring import ALL_CHECKS
    from stui_workspace.tui.doctor.screen import DoctorScreen

    bench.app.push_screen(DoctorScreen(bench.session, ALL_CHECKS))
