"""What merges left to be settled in the workspace file, and what they did by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench


def show_conflicts(bench: Workbench) -> None:
    """Ask about what is in conflict; where nothing is, say so, and list what was merged.

    Raises:
        StuiError: The file, or what is kept of it, cannot be read.
    """
    from stui_workspace.tui.conflicts.asking import ask_or_list

    ask_or_list(bench)
