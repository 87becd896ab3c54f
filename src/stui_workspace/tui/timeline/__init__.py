"""To be built."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench


def show_timeline(bench: Workbench) -> None:
    raise NotImplementedError
