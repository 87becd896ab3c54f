"""The widget of a pad or panel, made when it is shown for the first time."""

from __future__ import annotations

from typing import Final

from textual.widget import Widget

from stui_workspace.tui.editor import Editor, EditorHost
from stui_workspace.tui.panels.listing import Connections, History, Snippets
from stui_workspace.tui.panels.running import Inspector, Results, Transcript
from stui_workspace.tui.ports import LiveSession

_LISTINGS: Final = {"connections": Connections, "history": History, "snippets": Snippets}
_RUNNING: Final = {"results": Results, "transcript": Transcript}


def widget_for(name: str, session: LiveSession, host: EditorHost) -> Widget:
    """The widget of a panel; of any other name, the editor of that pad, as the pad was left.

    Args:
        name: Of the pad or panel.
        session: What it shows.
        host: Whom an editor tells.

    Raises:
        NotFoundError: There is no pad of that name.
    """
    if name in _LISTINGS:
        return _LISTINGS[name]()
    if name in _RUNNING:
        return _RUNNING[name](session.transcript, session.outbox())
    if name == "inspector":
        return Inspector(session.transcript)
    view = session.buffer(name)
    editor = Editor(view, host)
    editor.prefer(session.preferences)
    editor.restore(view.state)
    return editor
