"""A project of tmuxinator as a workspace. Source: the readme of tmuxinator."""

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
    start_in,
)

_HOOKS: Final = (
    *("pre", "post", "on_project_start", "on_project_first_start", "on_project_restart"),
    *("on_project_exit", "on_project_stop"),
)
_BEFORE: Final = ("pre_window", "pre_tab")
_KNOWN: Final = (
    *("name", "project_name", "root", "project_root", "windows", "tabs", "startup_window"),
    *_HOOKS,
    *_BEFORE,
)
_WINDOW: Final = ("layout", "root", "panes", "pre")
_HARMLESS: Final = ("attach",)
"""What says only how tmux is started."""


def tmuxinator(root: Located, draft: Draft) -> None:
    """Take a whole project over."""
    name = root.get("name").said or root.get("project_name").said
    draft.name = name or draft.name
    for key in ("root", "project_root"):
        start_in(draft, root.get(key))
    for hook in _HOOKS:
        keep_hook(draft, hook, root.get(hook))
    for key, value in root.items():
        if key not in _KNOWN and key not in _HARMLESS:
            draft.note(f"`{key}`", value.line)
    before = [line for key in _BEFORE for line in lines_of(root.get(key))]
    listed = root.get("windows") if root.get("windows").value is not None else root.get("tabs")
    if not listed.is_list:
        draft.note("it has no windows", listed.line)
    windows = [_window(draft, one, before) for one in listed.each()]
    first = root.get("startup_window").said
    for at, window in enumerate(windows):
        window.is_first = first is not None and first in (window.name, str(at))
    carry(draft, windows)


def _window(draft: Draft, window: Located, before: list[str]) -> Window:
    if not window.is_map or not window.value:
        return Window(window.said or "window", [Pane([*before], window.line)], at=window.line)
    name, body = next(window.items())
    name = name if name and name != "null" else "window"
    for key, one in [*window.items()][1:]:
        draft.note(f"`{key}` beside window `{name}`", one.line)
    if not body.is_map:
        return Window(name, [Pane([*before, *lines_of(body)], window.line)], at=window.line)
    for key, one in body.items():
        if key not in _WINDOW:
            draft.note(f"`{key}` of window `{name}`", one.line)
    folder = body.get("root").text
    before = [*before, *lines_of(body.get("pre"))]
    panes = [_pane(one, before, folder) for one in body.get("panes").each()]
    return Window(name, panes, body.get("layout").text, window.line)


def _pane(pane: Located, before: list[str], folder: str | None) -> Pane:
    if pane.is_map and len(pane.value) == 1:
        title, body = next(pane.items())
        return Pane([*before, *lines_of(body)], pane.line, title, folder)
    return Pane([*before, *lines_of(pane)], pane.line, None, folder)
