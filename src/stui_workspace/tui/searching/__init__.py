"""The search of the history of inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench


def show_history(bench: Workbench) -> None:
    """Open the search; what is chosen there goes into a pad."""
    from stui_workspace.tui.searching.opening import open_search

    open_search(bench)
