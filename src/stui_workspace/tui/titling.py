"""What stands on the frames of the panes: tabs, marks and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stui_workspace import layout
from stui_workspace.layout import Node
from stui_workspace.model.workspace import ConnectionSpec
from stui_workspace.tui.labels import note_of, tab_of
from stui_workspace.tui.themes import paint_of

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench


def entitle_panes(bench: Workbench, tree: Node) -> None:
    """Write tabs, marks and notes on the frames of what is shown of an arrangement."""
    board = bench.board
    rects = board.rects(*board.size)
    for group in layout.groups(tree):
        name = board.top_of(group)
        pane = board.panes.get(name)
        if pane is not None and pane.display and name in rects:
            tabs = [tab_of(each, bench.view(each), _spec_at(bench, each)) for each in group]
            note = note_of(bench.view(name), paint_of(bench.app), _spec_at(bench, name))
            pane.entitle(tabs, note, rects[name].width, is_current=name == bench.current)


def _spec_at(bench: Workbench, name: str) -> ConnectionSpec | None:
    """The connection that a pad is evaluated on, as the workspace has it."""
    view = bench.view(name)
    connection = bench.evaluating.connection_of(view) if view else None
    found = [one.spec for one in bench.session.connections() if one.name == connection]
    return found[0] if found else None
