"""The workbench after items of the session were replaced: what is in view is what there is now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stui_workspace.storage.sessions.items import BUFFER
from stui_workspace.tui.panels.running import Evaluations, Inspector

if TYPE_CHECKING:
    from stui_workspace.tui.workbench import Workbench


def show_replaced(bench: Workbench, items: Sequence[str]) -> None:
    """Show evaluations, what waits, and cursors anew; a pad that came back is put up."""
    if "transcript" in items:
        bench.following.wipe()
        for entry in bench.session.transcript:
            for panel in bench.panels(Evaluations):
                panel.show(entry)
            for inspector in bench.panels(Inspector):
                inspector.show(entry)
    if "outbox" in items:
        bench.following.show_waiting()
    came = [name.removeprefix(BUFFER) for name in items if name.startswith(BUFFER)]
    for name in came:
        view, editor = bench.view(name), bench.editor(name)
        if view is not None and editor is not None:
            editor.restore(view.state)
    if "layout" not in items:
        hidden = [name for name in came if bench.view(name) and not bench.board.group_with(name)]
        for name in hidden:
            bench.arranging.show(name)
