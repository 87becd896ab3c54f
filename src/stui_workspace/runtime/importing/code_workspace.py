"""A `.code-workspace` as a workspace. Source: the documentation of Visual Studio Code."""

from __future__ import annotations

import shlex
from typing import Final

from stui_workspace.model.values import Plain
from stui_workspace.runtime.importing.draft import Draft
from stui_workspace.runtime.importing.located import Located
from stui_workspace.runtime.importing.tmux import inside_project

_PYTHONS: Final = ("python.defaultInterpreterPath", "python.pythonPath")
_ROOTS: Final = ("${workspaceFolder}/", "${workspaceRoot}/", "./")
_TASK: Final = ("label", "taskName", "type", "command", "args", "group", "presentation", "detail")
_NARROWEST, _WIDEST = 1, 16


def code_workspace(root: Located, draft: Draft) -> None:
    """Take the folders, the settings that we have, and the tasks over."""
    _folders(root.get("folders"), draft)
    for key, value in root.get("settings").items():
        if not _setting(key, value, draft):
            draft.note(f"the setting `{key}`", value.line)
    tasks = root.get("tasks")
    for task in tasks.get("tasks").each():
        _task(task, draft)
    for launch in root.get("launch").get("configurations").each():
        named = launch.get("name").said or "without a name"
        draft.note(f"the launch configuration `{named}`", launch.line)
    for extension in root.get("extensions").get("recommendations").each():
        draft.note(f"the extension `{extension.said}`", extension.line)
    known = ("folders", "settings", "tasks", "launch", "extensions", "$schema")
    for key, value in root.items():
        if key not in known:
            draft.note(f"`{key}`", value.line)
    draft.connections.setdefault("py", {"kind": "python"})
    draft.buffer("scratch", {"connection": "py", "language": "python"})


def _folders(folders: Located, draft: Draft) -> None:
    for at, folder in enumerate(folders.each()):
        path = folder.get("path").text
        inside = None if path is None else inside_project(path)
        if at or inside is None:
            said = folder.get("uri").text or path or "without a path"
            draft.note(f"the folder `{said}`: a workspace of ours is one folder", folder.line)
        elif inside != ".":
            draft.note(f"the folder `{inside}`: the workspace file belongs into it", folder.line)


def _setting(key: str, value: Located, draft: Draft) -> bool:
    """Whether a setting has its like here, and was taken over."""
    said = value.value
    match key:
        case "editor.tabSize" if isinstance(said, int) and not isinstance(said, bool):
            draft.preferences["tab_width"] = said
            return _NARROWEST <= said <= _WIDEST or not draft.preferences.pop("tab_width", None)
        case "editor.wordWrap" if isinstance(said, str):
            draft.preferences["wrap"] = said != "off"
            return True
        case "editor.lineNumbers" if said in ("on", "off"):
            draft.preferences["line_numbers"] = said == "on"
            return True
    if key in _PYTHONS and value.text is not None:
        python = inside_project(_without_root(value.text))
        if python is not None:
            draft.connections["py"] = {"kind": "python", "python": python}
            draft.lines["connections", "py"] = value.line or 1
            return True
    return False


def _without_root(path: str) -> str:
    for root in _ROOTS:
        path = path.removeprefix(root)
    return path


def _task(task: Located, draft: Draft) -> None:
    """A task as a snippet, which runs when somebody asks for it and never before."""
    label = task.get("label").said or task.get("taskName").said or "task"
    command = task.get("command").text
    if command is None or task.get("type").said not in ("shell", "process", None):
        draft.note(f"the task `{label}`", task.line)
        return
    words = [command]
    for argument in task.get("args").each():
        said = argument.get("value").said if argument.is_map else argument.said
        if said is not None:
            words.append(said if "${" in said else shlex.quote(said))
    source = " ".join(words) + "\n"
    if "${" in source:
        draft.note(
            f"the variables of the editor in task `{label}`: they stand as they are", task.line
        )
    for key, one in task.items():
        if key not in _TASK:
            draft.note(f"`{key}` of task `{label}`", one.line)
    value: dict[str, Plain] = {"connection": draft.shell(task.line), "language": "bash"}
    draft.snippet(label, {**value, "source": source}, task.line)
