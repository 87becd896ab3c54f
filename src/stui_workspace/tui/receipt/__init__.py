"""The receipt: what came back of the session and what did not, and trying that again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench


def show_receipt(bench: Workbench) -> None:
    """Show the receipt of the session that is open."""
    from stui_workspace.tui.receipt.screen import ReceiptScreen

    bench.app.push_screen(ReceiptScreen(bench))
