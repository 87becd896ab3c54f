"""A session of tmuxp as a workspace. Source: the documentation of tmuxp, "Configuration"."""

from __future__ import annotations

from typing import Final

from stui_workspace.runtime.importing.draft import Draft
from stui_workspace.runtime.importing.located import Located
from stui_workspace.runtime.importing.tmux import (
    Pane,
    Window,
    carry,
    keep_hook,
    lines_of,
    set_variables,
    start_in,
)

_KNOWN: Final = (
    *("session_name", "windows", "start_directory", "environment", "before_script"),
    "shell_command_before",
)
_WINDOW: Final = ("window_name", "panes", "layout", "focus", "start_directory", "window_index")
_PANE: Final = ("shell_command", "focus", "start_directory", "title", "cmd")
_BLANK: Final = ("blank", "pane", "null")


def tmuxp(root: Located, draft: Draft) -> None:
    """Take a whole session over."""
    draft.name = root.get("session_name").said or draft.name
    start_in(draft, root.get("start_directory"))
    set_variables(draft, root.get("environment"))
    keep_hook(draft, "before_script", root.get("before_script"))
    _note_others(draft, root, _KNOWN, "")
    before = lines_of(root.get("shell_command_before"))
    windows = root.get("windows")
    if not windows.is_list:
        draft.note("it has no windows", windows.line)
    carry(draft, [_window(draft, one, at, before) for at, one in enumerate(windows.each())])


def _window(draft: Draft, window: Located, at: int, before: list[str]) -> Window:
    name = window.get("window_name").said or f"window {at + 1}"
    _note_others(draft, window, _WINDOW, f" of window `{name}`", ("shell_command_before",))
    folder = window.get("start_directory").text
    before = [*before, *lines_of(window.get("shell_command_before"))]
    panes = [_pane(draft, one, before, folder) for one in window.get("panes").each()]
    is_first = window.get("focus").said in ("true", "True", "yes")
    return Window(name, panes, window.get("layout").text, window.line, is_first)


def _pane(draft: Draft, pane: Located, before: list[str], folder: str | None) -> Pane:
    own = pane.get("shell_command") if pane.is_map and "cmd" not in pane.value else pane
    lines = [] if pane.value is None or pane.said in _BLANK else lines_of(own)
    if pane.is_map:
        before = [*before, *lines_of(pane.get("shell_command_before"))]
        _note_others(draft, pane, _PANE, " of a pane", ("shell_command_before",))
        folder = pane.get("start_directory").text or folder
    return Pane([*before, *lines], pane.line, pane.get("title").text, folder)


def _note_others(
    draft: Draft, value: Located, known: tuple[str, ...], of: str, more: tuple[str, ...] = ()
) -> None:
    for key, one in value.items():
        if key not in known and key not in more:
            draft.note(f"`{key}`{of}", one.line)
