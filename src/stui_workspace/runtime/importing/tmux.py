"""Windows and panes of tmux as pads: what a pane would run is text there, and nothing runs it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any, Final

from stui_workspace.model.records import dataclass, field
from stui_workspace.model.values import Plain
from stui_workspace.runtime.importing.draft import SHELL, Draft
from stui_workspace.runtime.importing.located import Located
from stui_workspace.runtime.importing.tmux_layouts import arranged, is_known
from stui_workspace.runtime.importing.yaml_source import TEMPLATE_MARK

_REPLS: Final = {
    **dict.fromkeys(("python", "python3", "ipython", "bpython", "ptpython"), "python"),
    **dict.fromkeys(("node", "deno", "bun"), "javascript"),
    **dict.fromkeys(("psql", "mysql", "mariadb", "sqlite3", "duckdb", "clickhouse-client"), "sql"),
    **dict.fromkeys(("irb", "pry"), "ruby"),
    **dict.fromkeys(
        ("ghci", "iex", "erl", "julia", "R", "lua", "clj", "scala", "sbcl", "gst", "redis-cli"),
        None,
    ),
}
"""Programs that one types into, and the language of that."""
_OF_A_SHELL: Final = re.compile(r"[|;&<>$`(){}*?~\n]")
_LEFT_OUT: Final = "# (left out: a line with ERB)"
_MOST_WINDOWS: Final = 100
_LONGEST: Final = 500
"""Characters of a command that starts something to type into."""
_MOST_PANES: Final = 60
_CODE: Final = 3
"""The panes are so large beside the results."""
_RESULTS: Final = 2


@dataclass
class Pane:
    lines: list[str] = field(default_factory=list)
    at: int | None = None
    """The line of the original."""
    title: str | None = None
    folder: str | None = None


@dataclass
class Window:
    name: str
    panes: list[Pane] = field(default_factory=list)
    layout: str | None = None
    at: int | None = None
    is_first: bool = False
    """Whether it is the one that is shown first."""


def carry(draft: Draft, windows: Sequence[Window]) -> None:
    """A pad for each pane, and a layout for each window."""
    if len(windows) > _MOST_WINDOWS:
        draft.note(f"windows after the first {_MOST_WINDOWS}", windows[_MOST_WINDOWS].at)
    for window in windows[:_MOST_WINDOWS]:
        names = [_pad(draft, window, pane, at) for at, pane in enumerate(_panes(draft, window))]
        if window.layout and not is_known(window.layout, len(names)):
            draft.note(f"the layout `{window.layout}` of window `{window.name}`", window.at)
        place = {**arranged(window.layout, names), "size": _CODE}
        layout = draft.arrange(
            window.name,
            {
                "column": [place, {"panel": "results", "size": _RESULTS}],
                "narrow": {"below": 100, "tabs": [*names, "results"]},
            },
        )
        if window.is_first:
            draft.layout = {"default": layout, **draft.layout}


def _panes(draft: Draft, window: Window) -> list[Pane]:
    panes = window.panes or [Pane(at=window.at)]
    if len(panes) > _MOST_PANES:
        draft.note(f"panes of `{window.name}` after the first {_MOST_PANES}", panes[_MOST_PANES].at)
    return panes[:_MOST_PANES]


def _pad(draft: Draft, window: Window, pane: Pane, at: int) -> str:
    wanted = pane.title or (window.name if len(window.panes) < 2 else f"{window.name} {at + 1}")  # noqa: PLR2004
    lines = [*_moving(draft, pane), *pane.lines]
    command = _repl(lines)
    if command is not None:
        value: dict[str, Plain] = {"kind": "pty", "command": [*command], "connect": "manual"}
        name = draft.connection(PurePosixPath(command[0]).name, value, pane.at)
        pad: dict[str, Plain] = {"connection": name}
        if language := _REPLS[PurePosixPath(command[0]).name]:
            pad["language"] = language
        return draft.buffer(wanted, pad, pane.at)
    source = "".join(f"{line}\n" for line in lines)
    pad = {"connection": draft.shell(pane.at), "language": "bash"}
    return draft.buffer(wanted, pad | ({"source": source} if source else {}), pane.at)


def _moving(draft: Draft, pane: Pane) -> list[str]:
    """The line that goes where the pane started, where that is in the project."""
    if pane.folder is None:
        return []
    inside = inside_project(pane.folder)
    if inside is None:
        draft.note(f"the folder `{pane.folder}`: a path of one machine", pane.at)
        return []
    return [] if inside == "." else [f"cd {shlex.quote(inside)}"]


def _repl(lines: Sequence[str]) -> list[str] | None:
    """The command of a pane that does nothing but start something to type into."""
    if len(lines) != 1 or len(lines[0]) > _LONGEST or _OF_A_SHELL.search(lines[0]):
        return None
    try:
        words = shlex.split(lines[0])
    except ValueError:
        return None
    is_path = bool(words) and (words[0].startswith("/") or ".." in words[0])
    if not words or is_path or PurePosixPath(words[0]).name not in _REPLS:
        return None
    return words if len(words) == 1 or _is_interactive(words) else None


def _is_interactive(words: Sequence[str]) -> bool:
    """Whether the arguments let the program go on: a script or code would not."""
    name = PurePosixPath(words[0]).name
    if _REPLS[name] == "sql":
        return not any(one in ("-c", "-e", "--command", "--execute", "-f") for one in words)
    return all(one.startswith("-") and one not in ("-c", "-e", "-m") for one in words[1:])


def start_in(draft: Draft, folder: Located) -> None:
    """Let the shell start in the folder of the whole, where that is in the project."""
    said = folder.text
    if said is None or TEMPLATE_MARK in said:
        return
    inside = inside_project(said)
    if inside is None:
        what = "the folder to start in: a path of one machine; the workspace file goes there"
        draft.note(what, folder.line)
    elif inside != ".":
        draft.shell(folder.line)
        draft.connections[SHELL]["cwd"] = inside


def set_variables(draft: Draft, environment: Located) -> None:
    """Let the shell have the environment variables of the whole."""
    variables: dict[str, Plain] = {}
    for name, value in environment.items():
        said = value.said
        if said is None or TEMPLATE_MARK in said:
            draft.note(f"the environment variable `{name}`", value.line)
        else:
            variables[name] = said
    if variables:
        draft.shell(environment.line)
        draft.connections[SHELL]["env"] = variables


def inside_project(folder: str) -> str | None:
    """A folder relative to the project; None where it is one of one person's machine."""
    if folder.startswith(("/", "~", "$")) or re.match(r"[A-Za-z]:", folder) or "$" in folder:
        return None
    parts = PurePosixPath(folder.replace("\\", "/")).parts
    return None if ".." in parts else (PurePosixPath(*parts).as_posix() if parts else ".")


def lines_of(value: Located) -> list[str]:
    """What is typed into a pane: one text, or a list of texts or of maps with `cmd`."""
    if value.is_list:
        return [line for one in value.each() for line in lines_of(one)]
    if value.is_map:
        value = value.get("cmd")
    said: Any = value.said
    if said is None:
        return []
    return [_LEFT_OUT if TEMPLATE_MARK in line else line for line in str(said).splitlines()]


def keep_hook(draft: Draft, key: str, value: Located) -> None:
    """Keep what ran by itself as a snippet, which never does."""
    lines = lines_of(value)
    if not lines:
        return
    source = "".join(f"{line}\n" for line in lines)
    pad: dict[str, Plain] = {"connection": draft.shell(value.line), "language": "bash"}
    name = draft.snippet(key.replace("_", "-"), {**pad, "source": source}, value.line)
    draft.note(f"`{key}` does not run by itself: it is the snippet `{name}`", value.line)
