"""The search of the history over the workbench, and where what was chosen goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stui_workspace.tui.searching.screen import HistorySearch, Picked

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench


def open_search(bench: Workbench) -> None:
    """Open the search over the workbench; what is chosen goes into a pad."""
    session = bench.session

    def chosen(picked: Picked | None) -> None:
        if picked is None:
            return
        if picked.is_for_new_pad:
            bench.pads.new(picked.code)
        else:
            bench.pads.insert(picked.code)

    editor = bench.editor()
    view = bench.view(editor.buffer) if editor is not None else None
    connection = bench.evaluating.connection_of(view) if view is not None else None
    bench.app.push_screen(HistorySearch(session.history(), connection, session.clock), chosen)
