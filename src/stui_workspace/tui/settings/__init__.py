"""The settings screen: what each setting is, who says so, and changing it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench


def show_settings(bench: Workbench) -> None:
    """Put the settings screen up."""
    from stui_workspace.tui.settings.screen import SettingsScreen

    bench.app.push_screen(SettingsScreen(bench))
